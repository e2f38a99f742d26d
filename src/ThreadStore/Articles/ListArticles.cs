using System.Text.Json;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Storage;
using ThreadStore.Threads;
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
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        string? Filter(string name) => http.Request.Query[name].FirstOrDefault();
        var sort = ArticleSort.Newest;
        if (Filter("sort") is { } word)
        {
            if (Words.TryParse<ArticleSort>(word) is not { } known)
                return Problem.Validation("sort", "is newest, active or mostCommented.");
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
        var (key, read) = sort switch
        {
            ArticleSort.Newest => ("a.dated", (Func<NpgsqlDataReader, long>)(r => Time(r, Columns))),
            ArticleSort.Active => ("coalesce(a.last_comment_at, '-infinity')", r => Time(r, 10)),
            _ => ("a.comment_count", r => r.GetInt32(9)),
        };
        var articles = new ArticleReader(site);
        await using var command = database.CreateCommand(
            $"""
            select {ArticleReader.Columns}, a.dated, a.id, ({Positions.NewestSql})
            from {ReaderTables.Schema}.article_rows a join {ReaderTables.Schema}.site_rows s on s.site = a.site
            where a.site = $1 and not a.is_withdrawn
              and ($4::text is null or a.section = $4) and ($5::text is null or $5 = any(a.tags))
              and ($6::text is null or a.urls @> array[$6])
              {(
                page.After is null
                    ? ""
                    : $"and {key} <= $7 and ({key} < $7 or a.dated < $8 or (a.dated = $8 and a.id > $9))"
            )}
            order by {key} desc, a.dated desc, a.id limit $3
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(articles.KnownHash);
        command.Parameters.Add(new() { Value = page.Limit + 1L });
        foreach (var filter in (string?[])[section, tag, url])
            command.Parameters.Add(
                new()
                {
                    Value = (object?)filter ?? DBNull.Value,
                    NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text,
                }
            );
        if (page.After is { } after)
        {
            command.Parameters.Add(
                new() { Value = sort == ArticleSort.MostCommented ? (object)(int)after.Key : after.KeyTime }
            );
            command.Parameters.Add(new() { Value = after.SecondTime });
            command.Parameters.Add(new() { Value = after.Id });
        }

        var items = new List<(ArticleView Article, Cursor Cursor)>();
        long? position = null;
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                items.Add(
                    (
                        articles.Read(reader, now),
                        new(read(reader), Time(reader, Columns), reader.GetGuid(Columns + 1))
                    )
                );
                position = reader.GetInt64(Columns + 2);
            }
        }
        var next = items.Count > page.Limit ? items[page.Limit - 1].Cursor.Encode(scope) : null;
        return Answer.Of(new ArticlePage([.. items.Take(page.Limit).Select(i => i.Article)], next)) with
        {
            Position = position,
        };
    }

    static long Time(NpgsqlDataReader reader, int column) =>
        Cursor.Microseconds(reader.Time(column) ?? DateTimeOffset.MinValue);
}
