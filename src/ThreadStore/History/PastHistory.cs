using Npgsql;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.History;

/// <summary>What a commenter had written by a position, as it stood then.</summary>
public sealed class PastHistory(NpgsqlDataSource database, string site, long position)
{
    // all that they wrote, alone: enough to know what was published
    const string Own = $"""
        select $3::uuid
        union all select c.id from {ReaderTables.Schema}.comment_rows c where c.site = $1 and c.author_id = $3
        union all
        select distinct c.article_id from {ReaderTables.Schema}.comment_rows c
        where c.site = $1 and c.author_id = $3 and c.article_id <> all($4)
        union all select unnest($4::uuid[])
        """;

    // what a page shows, with what counts on it
    const string Shown = $"""
        select unnest($3::uuid[])
        union all select unnest($4::uuid[])
        union all
        select c.id from {ReaderTables.Schema}.comment_rows c
        where c.site = $1 and c.article_id = any($4) and c.parent_id = any($3) and c.id <> all($3)
        union all
        select r.id from {ReaderTables.Schema}.reaction_rows r
        where r.site = $1 and r.article_id = any($4) and r.comment_id = any($3)
        """;

    /// <summary>The newest position of all when this was read.</summary>
    public long Newest { get; private set; }

    /// <summary>A page and one comment more; null where nobody had that key yet.</summary>
    public async Task<List<(CommentView, GetCommenterHistoryEndpoint.ArticleName)>?> ReadAsync(
        Guid commenterId,
        PageQuery page,
        bool seesAll,
        CancellationToken ct
    )
    {
        var moves = await PastMoves.ReadAsync(database, site, ct);
        var family = moves.Any ? moves.Families(await ArticlesAsync(commenterId, ct)) : [];
        var own = await PastFold.ReadAsync(
            database,
            site,
            position,
            PastEvents.OfStreams(Own),
            ct,
            commenterId,
            family.ToArray()
        );
        Newest = own.Newest;
        if (own.Rows.Commenters.Changed(RowChange.Whole).Count == 0)
            return null;
        var articles = own.Rows.Articles.Changed(RowChange.Whole).ToDictionary(a => a.Id);
        var chosen = own
            .Comments.Where(c => c.AuthorId == commenterId)
            .Where(c => seesAll || (c.IsPublished && !articles[c.ArticleId].IsWithdrawn))
            .Where(c =>
                page.After is not { } last
                || c.PostedAt < last.KeyTime
                || (c.PostedAt == last.KeyTime && c.Id.CompareTo(last.Id) > 0)
            )
            .OrderByDescending(c => c.PostedAt)
            .ThenBy(c => c.Id)
            .Take(page.Limit + 1)
            .ToList();
        if (chosen.Count == 0)
            return [];

        var shown = await PastFold.ReadAsync(
            database,
            site,
            position,
            PastEvents.OfStreams(Shown),
            ct,
            chosen.Select(c => c.Id).ToArray(),
            moves.Families(chosen.Select(c => c.ArticleId)).ToArray()
        );
        var views = await shown.ViewsAsync(
            database,
            [.. chosen.Select(c => shown.Rows.Comments.Require(site, c.Id))],
            ct
        );
        return chosen.ConvertAll(c => (views[c.Id], Name(articles[c.ArticleId])));
    }

    /// <summary>The articles that a commenter wrote on, as they are now.</summary>
    async Task<List<Guid>> ArticlesAsync(Guid commenterId, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select distinct c.article_id from {ReaderTables.Schema}.comment_rows c where c.site = $1 and c.author_id = $2",
            site,
            commenterId
        );
        var articles = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            articles.Add(reader.GetGuid(0));
        return articles;
    }

    static GetCommenterHistoryEndpoint.ArticleName Name(Article article) =>
        article.Content is { } content
            ? new(article.Key, content.Title, content.Url)
            : throw new InvalidOperationException("An article is registered with its content.");
}
