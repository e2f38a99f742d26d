using System.ComponentModel.DataAnnotations;
using Npgsql;
using ThreadStore.Articles;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Http.Hot;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Threads;

/// <summary>Asks how many comments articles have, for a page that lists more than an address can name.</summary>
public sealed record CountComments(
    [property: Length(1, GetCountsEndpoint.MaxArticles)] IReadOnlyList<string> Articles
);

public static class GetCountsEndpoint
{
    /// <summary>Articles in one request.</summary>
    public const int MaxArticles = 100;

    /// <summary>How many published comments articles have.</summary>
    /// <returns>200 counts by article; an unknown one counts 0; 304; 400 validation.</returns>
    [Operation("getCounts"), Answers(typeof(IReadOnlyDictionary<string, int>))]
    [Query(
        "article",
        typeof(string),
        "The key of an article.",
        IsRequired = true,
        Times = MaxArticles,
        Example = "swing-bridge"
    )]
    [WolverineGet("/v1/sites/{site}/counts"), Public]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        HotPages pages,
        ReadReplicas replicas,
        CancellationToken ct
    )
    {
        string[] articles = [.. http.Request.Query["article"].Select(a => a ?? "")];
        if (Refuse(articles, "article") is { } problem)
            return problem;
        var reading = ServeHotPages.Begin(http, pages, ServeHotPages.OfCounts);
        var database = await replicas.ForAsync(http);
        var ids = Ids(site, articles);
        var (answer, counted) = await CountAsync(site, articles, ids, database, ct);
        if (reading is not null)
            pages.Keep(reading, counted, answer.Position ?? 0, answer.Json.ToArray(), answer.ETag);
        return answer;
    }

    /// <summary>How many published comments articles have, for more of them than an address can name.</summary>
    /// <returns>200 counts by article; an unknown one counts 0; 400 validation.</returns>
    [Operation("countComments"), Answers(typeof(IReadOnlyDictionary<string, int>))]
    [WolverinePost("/v1/sites/{site}/counts"), Public]
    public static async Task<IResult> Post(
        string site,
        [Body] CountComments command,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        string[] articles = [.. command.Articles];
        return (IResult?)Refuse(articles, "articles")
            ?? (await CountAsync(site, articles, Ids(site, articles), database, ct)).Answer;
    }

    static Problem? Refuse(string[] articles, string member) =>
        articles.Length is 0 or > MaxArticles
            ? Problem.Validation(member, Flaw.Count($"names 1 to {MaxArticles} articles.", 1, MaxArticles))
        : articles.Select(a => Keys.Fault(a ?? "")).FirstOrDefault(f => f is not null) is { } fault
            ? Problem.Validation(member, fault)
        : null;

    static Guid[] Ids(string site, string[] articles) =>
        [.. articles.Distinct(StringComparer.Ordinal).Select(a => StreamId.Article(site, a))];

    /// <returns>Also the articles that the counts are of: those asked for, and those that they are part of now.</returns>
    static async Task<(Answer Answer, Guid[] Articles)> CountAsync(
        string site,
        string[] articles,
        Guid[] ids,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var counts = new Dictionary<string, int>(articles.Length, StringComparer.Ordinal);
        foreach (var article in articles)
            counts[article] = 0;
        await using var command = database.CreateCommand(
            $"""
            select ({Positions.NewestSql}), null, null, false
            union all
            select null, a.key, case when a.is_withdrawn then 0 else a.comment_count end, a.moved_to is not null
            from {ReaderTables.Schema}.article_rows a where a.site = $1 and a.id = any($2)
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = ids });
        long position = 0;
        var moved = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
            {
                if (reader.IsDBNull(1))
                    position = reader.GetInt64(0);
                else if (reader.GetBoolean(3))
                    moved.Add(reader.GetString(1));
                else
                    counts[reader.GetString(1)] = reader.GetInt32(2);
            }
        // hardly any is: looking for where they are now would cost all others
        var now = moved.Count == 0 ? [] : await CountMovedAsync(site, moved, counts, database, ct);
        return (Answer.Of(counts) with { Position = position }, [.. ids, .. now]);
    }

    /// <summary>Sets the counts of articles that others are part of.</summary>
    /// <returns>The articles that they are part of now.</returns>
    static async Task<List<Guid>> CountMovedAsync(
        string site,
        List<string> moved,
        Dictionary<string, int> counts,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select a.key, n.id, n.comment_count from {ReaderTables.Schema}.article_rows a
            join {ReaderTables.Schema}.article_rows n
              on n.site = $1 and n.id = {MovedArticle.RootOf(
                "$1",
                "a.id"
            )} and n.moved_to is null and not n.is_withdrawn
            where a.site = $1 and a.id = any($2)
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = Ids(site, [.. moved]) });
        var roots = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            counts[reader.GetString(0)] = reader.GetInt32(2);
            roots.Add(reader.GetGuid(1));
        }
        return roots;
    }
}
