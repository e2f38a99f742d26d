using System.Text.Json;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Articles;

/// <summary>The orders that a list of articles may have.</summary>
public enum ArticleSort
{
    Newest,
    Active,
    MostCommented,
}

/// <summary>A page of articles, without their paragraphs.</summary>
public sealed record ArticlePage(IReadOnlyList<ArticleView> Items, string? NextCursor);

public static class ListArticlesEndpoint
{
    /// <summary>A page of a site's articles, without their paragraphs.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("listArticles"), Answers(typeof(ArticlePage)), Paged]
    [Query("sort", typeof(ArticleSort), "The order of the items.", Default = ArticleSort.Newest)]
    [Query("section", typeof(string), "Only articles of this section.")]
    [Query("tag", typeof(string), "Only articles with this tag.")]
    [Query("url", typeof(string), "Only the article that has or had this address.")]
    [WolverineGet("/v1/sites/{site}/articles"), Public]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        ReadReplicas replicas,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        string? Filter(string name) => http.Request.Query[name].FirstOrDefault();
        var sort = ArticleSort.Newest;
        if (Filter("sort") is { } word)
        {
            if (Words.TryParse<ArticleSort>(word) is not { } known)
                return Problem.Validation(
                    "sort",
                    Flaw.NoneOf("is newest, active or mostCommented.", Words.All<ArticleSort>())
                );
            sort = known;
        }
        var (section, tag, url) = (Filter("section"), Filter("tag"), Filter("url"));
        if ($"{section}{tag}{url}".Contains('\0'))
            return Problem.BadRequest("A filter contains U+0000.");
        // as JSON, so that no two sets of filters are written alike
        var scope = $"articles/{site}/{sort}/{JsonSerializer.Serialize((string?[])[section, tag, url])}";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;

        const int Columns = ArticleReader.ColumnCount;
        Func<NpgsqlDataReader, long> keyOf = sort switch
        {
            ArticleSort.Newest => r => Time(r, Columns),
            ArticleSort.Active => r => Time(r, 10),
            _ => r => r.GetInt32(9),
        };
        var articles = new ArticleReader(site);
        var database = await replicas.ForAsync(http);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Command(articles, sort, section, tag, url, page));
        var items = new List<(ArticleView Article, Cursor Cursor)>();
        long? position = null;
        var (bytes, hasMore) = (0, false);
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                if (items.Count == page.Limit || !AnswerBudget.HasRoom(items.Count, bytes))
                {
                    hasMore = true;
                    break;
                }
                items.Add(
                    (
                        articles.Read(reader, now),
                        new(keyOf(reader), Time(reader, Columns), reader.GetGuid(Columns + 1))
                    )
                );
                bytes += items[^1].Article.Size;
                position = reader.GetInt64(Columns + 2);
            }
        }
        var next = hasMore ? items[^1].Cursor.Encode(scope) : null;
        return Answer.Of(new ArticlePage([.. items.Select(i => i.Article)], next)) with
        {
            Position = position,
        };
    }

    public static NpgsqlBatchCommand Command(
        ArticleReader articles,
        ArticleSort sort,
        string? section,
        string? tag,
        string? url,
        PageQuery page
    )
    {
        var command = new NpgsqlBatchCommand();
        command.Parameters.Add(new() { Value = articles.Site });
        command.Parameters.Add(articles.KnownHash);
        command.Parameters.Add(new() { Value = page.Limit + 1L });
        string Parameter(object value)
        {
            command.Parameters.Add(new() { Value = value });
            return $"${command.Parameters.Count}";
        }
        string After(Func<Cursor, object> value) => page.After is { } after ? Parameter(value(after)) : "";
        List<PageKey> keys = sort switch
        {
            ArticleSort.Newest => [],
            ArticleSort.Active =>
            [
                new("coalesce(a.last_comment_at, '-infinity')", "active", After(c => c.KeyTime)),
            ],
            _ => [new("a.comment_count", "comment_count", After(c => (int)c.Key))],
        };
        keys.Add(new("a.dated", "dated", After(c => c.SecondTime)));
        var afterId = page.After is null ? null : After(c => c.Id);
        var filters = "not a.is_withdrawn and a.moved_to is null";
        if (section is not null)
            filters += $" and a.section = {Parameter(section)}";
        if (tag is not null)
            filters += $" and {Parameter(tag)} = any(a.tags)";
        command.CommandText = PageSql.HighestFirst(
            $"""
            select {ArticleReader.Columns}, a.dated, a.id, ({Positions.NewestSql}),
              coalesce(a.last_comment_at, '-infinity') as active
            from {ReaderTables.Schema}.article_rows a
            cross join (select * from {ReaderTables.Schema}.site_rows where site = $1) s
            where a.site = $1 and {PageSql.Filter(filters)} {(
                // rows of older versions have it as it was told
                url is null
                    ? ""
                    : $"and a.urls && array[{Parameter(WebAddress.Key(url))}, {Parameter(url)}]"
            )}
            """,
            keys,
            "a.id",
            afterId,
            "$3"
        );
        return command;
    }

    static long Time(NpgsqlDataReader reader, int column) =>
        Cursor.Microseconds(reader.Time(column) ?? DateTimeOffset.MinValue);
}
