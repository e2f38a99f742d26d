using System.Text.Json;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;

namespace ThreadStore.Feeds;

/// <summary>Reads feeds: one row that says what it is about, then the newest published comments.</summary>
sealed class FeedQuery
{
    const string Schema = ReaderTables.Schema;

    readonly string site;
    readonly Guid id;
    readonly string toSite;
    readonly string head;
    readonly string comments;

    FeedQuery(string site, Guid id, Problem absent, string toSite, string head, string comments) =>
        (this.site, this.id, Absent, this.toSite, this.head, this.comments) = (
            site,
            id,
            absent,
            toSite,
            head,
            comments
        );

    /// <summary>The answer where there is nothing of that name.</summary>
    public Problem Absent { get; }

    public static FeedQuery OfArticle(string site, string key) =>
        new(
            site,
            StreamId.Article(site, key),
            Problem.ArticleNotFound(key),
            "../../",
            $"select title, url, dated from {Schema}.article_rows where site = $1 and id = $2 and not is_withdrawn and moved_to is null",
            $"""
            select {CommentView.Columns}, a.title, a.url
            from {Schema}.comment_rows c join {Schema}.article_rows a on a.site = c.site and a.id = c.article_id
            where c.site = $1 and c.article_id = $2 and c.state = 'published'
            """
        );

    public static FeedQuery OfCommenter(string site, string key) =>
        new(
            site,
            StreamId.Commenter(site, key),
            Problem.CommenterNotFound(key),
            "../../",
            $"select name, null::text, joined_at from {Schema}.commenter_rows where site = $1 and id = $2",
            $"""
            select {CommentView.Columns}, a.title, a.url
            from {Schema}.comment_rows c join {Schema}.article_rows a on a.site = c.site and a.id = c.article_id
            where c.site = $1 and c.author_id = $2 and c.state = 'published' and not a.is_withdrawn
            """
        );

    /// <remarks>The newest comments of all are among the newest of the articles that were commented on last.</remarks>
    public static FeedQuery OfSite(string site) =>
        new(
            site,
            StreamId.Site(site),
            Problem.SiteNotFound(site),
            "",
            $"""
            select coalesce(settings::jsonb ->> 'name', site), null::text, created_at
            from {Schema}.site_rows where site = $1 and $2::uuid is not null
            """,
            $"""
            select {CommentView.Columns}, a.title, a.url
            from (
              select r.id, r.title, r.url from {Schema}.article_rows r
              where r.site = $1 and not r.is_withdrawn and r.moved_to is null and r.last_comment_at is not null and $2::uuid is not null
              order by r.last_comment_at desc limit {Feed.Length}
            ) a cross join lateral (
              select * from {Schema}.comment_rows n
              where n.site = $1 and n.article_id = a.id and n.state = 'published'
              order by n.posted_at desc limit {Feed.Length}
            ) c where true
            """
        );

    /// <returns>Null where it is <see cref="Absent"/>; and the position that all is of.</returns>
    public async Task<(Feed? Feed, long Position)> ReadAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        Add(
            batch,
            $"""
            select h.*, (
              select settings::jsonb ->> 'language' from {Schema}.site_rows where site = $1
            ), ({Positions.NewestSql})
            from ({head}) h
            """
        );
        Add(batch, $"{comments} order by c.posted_at desc, c.id desc limit {Feed.Length}");
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return default;
        var feed = new Feed(
            id,
            reader.GetString(0),
            reader.Text(1),
            LanguageTags.Of(reader.Text(3)),
            reader.GetFieldValue<DateTimeOffset>(2),
            toSite,
            []
        );
        var position = reader.GetInt64(4);
        await reader.NextResultAsync(ct);
        var entries = new List<FeedEntry>();
        while (await reader.ReadAsync(ct))
            entries.Add(Entry(reader));
        return (feed with { Entries = entries }, position);
    }

    void Add(NpgsqlBatch batch, string sql) =>
        batch.BatchCommands.Add(
            new(sql)
            {
                Parameters =
                {
                    new() { Value = site },
                    new() { Value = id },
                },
            }
        );

    static FeedEntry Entry(NpgsqlDataReader reader)
    {
        var view = CommentView.Read(reader);
        // the ready-made members of the comment's object
        var content = JsonSerializer.Deserialize<Shown>([.. "{"u8, .. view.Content, .. "}"u8], Json.Options)!;
        return new(
            view.Id,
            view.ParentId,
            JsonSerializer.Deserialize<Author>(view.Author, Json.Options)!,
            content.Html,
            reader.GetString(CommentView.ColumnCount),
            reader.Text(CommentView.ColumnCount + 1),
            view.PostedAt,
            view.EditedAt,
            view.ReplyCount
        );
    }

    sealed record Shown(string Html);
}
