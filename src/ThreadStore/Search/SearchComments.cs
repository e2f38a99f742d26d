using System.Buffers;
using System.Text.Json;
using Npgsql;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Search;

public static class SearchCommentsEndpoint
{
    /// <summary>What the database may spend on one search. Anybody may search, so nobody may keep it busy.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    static readonly Problem TooLong = new(
        "busy",
        "This search takes too long. Look for rarer words, or on one article or by one author."
    );

    /// <summary>A page of published comments that match, the most relevant first; its position is how far search is.</summary>
    /// <returns>200 the page; 304; 400 bad-request, validation, bad-cursor; 503 behind, busy.</returns>
    [Operation("searchComments"), Answers(typeof(CommenterHistoryPageShape)), Paged]
    [Query(
        "q",
        typeof(string),
        "Words, \"quoted phrases\" and -words that must not be there: 24 at most, and 12 in a phrase.",
        IsRequired = true,
        Example = "bridge"
    )]
    [Query("article", typeof(string), "Only comments on this article.")]
    [Query("author", typeof(string), "Only comments of this commenter.")]
    [Query("from", typeof(string), "Only comments from this day or time on, such as 2021-04-02.")]
    [Query("to", typeof(string), "Only comments up to this time, or to the end of this day.")]
    [WolverineGet("/v1/sites/{site}/search"), Public]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        ReadReplicas replicas,
        ProjectionProgress progress,
        SearchLimit limit,
        CancellationToken ct
    )
    {
        if (SearchQuery.Read(http, site, out var query) is { } problem)
            return problem;
        if (limit.Refuse(http) is { } tooOften)
            return tooOften;
        // the Gate has seen to it that it is a number, and that the comments themselves are there
        if (
            Gate.MinPosition(http) is { } wanted
            && !await progress.WaitForAsync(SearchRows.Name, wanted, Positions.Patience, ct)
        )
            return Problem.Behind(wanted);

        if (query!.Words is not { } words)
            return new Answer(
                "{\"items\":[],\"nextCursor\":null}"u8.ToArray(),
                Position: await progress.ReadAsync(SearchRows.Name, ct)
            );
        try
        {
            return await AnswerAsync(await replicas.ForLaggingAsync(http), query, words, ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            return TooLong;
        }
    }

    static async Task<Answer> AnswerAsync(
        NpgsqlDataSource database,
        SearchQuery query,
        SearchWords words,
        CancellationToken ct
    )
    {
        await using var batch = database.CreateBatch();
        // a batch is a transaction: the timeout goes with it
        batch.BatchCommands.Add(
            new($"select set_config('statement_timeout', '{(int)Patience.TotalMilliseconds}', true)")
        );
        // read before them: the rows hold at least as much
        batch.BatchCommands.Add(new(ProjectionProgress.Sql(SearchRows.Name)));
        batch.BatchCommands.Add(query.Command(words));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        var position = reader.GetInt64(0);
        await reader.NextResultAsync(ct);
        return new Answer(await WriteAsync(reader, query, ct), Position: position);
    }

    static async Task<ReadOnlyMemory<byte>> WriteAsync(
        NpgsqlDataReader reader,
        SearchQuery query,
        CancellationToken ct
    )
    {
        var json = new ArrayBufferWriter<byte>(16 * 1024);
        json.Write("{\"items\":["u8);
        var count = 0;
        Cursor last = default;
        while (
            count < query.Page.Limit
            && AnswerBudget.HasRoom(count, json.WrittenCount)
            && await reader.ReadAsync(ct)
        )
        {
            if (count++ > 0)
                json.Write(","u8);
            var view = CommentView.Read(reader);
            const int next = CommentView.ColumnCount;
            var article = new
            {
                key = reader.GetString(next),
                title = reader.GetString(next + 1),
                url = reader.Text(next + 2),
            };
            view.Write(json, JsonSerializer.SerializeToUtf8Bytes(article, Json.Options), maySeeHidden: false);
            last = new(Cursor.Bits(reader.GetDouble(next + 3)), Cursor.Microseconds(view.PostedAt), view.Id);
        }
        var hasMore = count > 0 && await reader.ReadAsync(ct);
        json.Write("],\"nextCursor\":"u8);
        json.Append(hasMore ? $"\"{last.Encode(query.Scope)}\"" : "null");
        json.Write("}"u8);
        return json.WrittenMemory;
    }
}
