using System.ComponentModel.DataAnnotations;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Storage;
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
    [Query("article", typeof(string), "The key of an article.", IsRequired = true, Times = MaxArticles)]
    [WolverineGet("/v1/sites/{site}/counts"), Public]
    public static Task<IResult> Get(
        string site,
        HttpContext http,
        NpgsqlDataSource database,
        CancellationToken ct
    ) => CountAsync(site, [.. http.Request.Query["article"].Select(a => a ?? "")], "article", database, ct);

    /// <summary>How many published comments articles have, for more of them than an address can name.</summary>
    /// <returns>200 counts by article; an unknown one counts 0; 400 validation.</returns>
    [Operation("countComments"), Answers(typeof(IReadOnlyDictionary<string, int>))]
    [WolverinePost("/v1/sites/{site}/counts"), Public]
    public static Task<IResult> Post(
        string site,
        [Body] CountComments command,
        NpgsqlDataSource database,
        CancellationToken ct
    ) => CountAsync(site, [.. command.Articles], "articles", database, ct);

    static async Task<IResult> CountAsync(
        string site,
        string[] articles,
        string member,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        if (articles.Length is 0 or > MaxArticles)
            return Problem.Validation(member, $"names 1 to {MaxArticles} articles.");
        if (articles.Select(a => Keys.Fault(a ?? "")).FirstOrDefault(f => f is not null) is { } fault)
            return Problem.Validation(member, fault);
        var counts = articles.Distinct(StringComparer.Ordinal).ToDictionary(a => a, _ => 0);
        var keys = counts.Keys.ToArray();
        await using var command = database.CreateCommand(
            $"""
            select ({Positions.NewestSql}), null, null
            union all
            select null, a.key, a.comment_count from {ReaderTables.Schema}.article_rows a
            where a.site = $1 and a.id = any($2) and not a.is_withdrawn
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = keys.Select(k => StreamId.Article(site, k)).ToArray() });
        long position = 0;
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (reader.IsDBNull(1))
                position = reader.GetInt64(0);
            else
                counts[reader.GetString(1)] = reader.GetInt32(2);
        }
        return Answer.Of(counts) with { Position = position };
    }
}
