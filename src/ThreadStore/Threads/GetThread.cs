using System.Buffers;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.History;
using ThreadStore.Http;
using ThreadStore.Http.Hot;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Threads;

public static class GetThreadEndpoint
{
    /// <summary>A page of an article's discussion: top-level comments, each with the first of its replies.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor; 404 article-not-found.</returns>
    [Operation("getThread"), Answers(typeof(ThreadPageShape)), Paged]
    [Query("sort", typeof(ThreadSort), "The order of the items.", Default = ThreadSort.Newest)]
    [Query(
        "replies",
        typeof(int),
        "How many direct replies come with each comment.",
        Default = ThreadQuery.DefaultReplies,
        Min = 0,
        Max = ThreadQuery.MaxReplies
    )]
    [WolverineGet("/v1/sites/{site}/articles/{articleKey}/comments"), Public, TimeTravel]
    public static async Task<IResult> Get(
        string site,
        string articleKey,
        Caller? caller,
        HttpContext http,
        HotPages pages,
        ReadReplicas replicas,
        TimeTravel past,
        CancellationToken ct
    )
    {
        if (PastPoint.IsAsked(http))
            return await past.ThreadAsync(site, articleKey, http, ct);
        var articleId = StreamId.Article(site, articleKey);
        if (ThreadQuery.Read(http, site, articleId, ThreadSort.Newest, out var query) is { } problem)
            return problem;

        var reading = ServeHotPages.Begin(http, pages, ServeHotPages.OfPages);
        var database = await replicas.ForAsync(http);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(
            new(
                $"""
                select a.comment_count, a.is_withdrawn, ({Positions.NewestSql})
                from {ReaderTables.Schema}.article_rows a
                where a.site = $1 and a.id = $2 and a.moved_to is null
                """
            )
            {
                Parameters =
                {
                    new() { Value = site },
                    new() { Value = articleId },
                },
            }
        );
        batch.BatchCommands.Add(query!.Command());
        int count;
        bool isWithdrawn;
        long position;
        ThreadPage? page;
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            if (!await reader.ReadAsync(ct))
                return Problem.ArticleNotFound(articleKey);
            (count, isWithdrawn, position) = (reader.GetInt32(0), reader.GetBoolean(1), reader.GetInt64(2));
            if (isWithdrawn && caller?.Is(Role.Moderator | Role.Analyst | Role.Service) != true)
                return Problem.ArticleNotFound(articleKey);
            await reader.NextResultAsync(ct);
            page = await query.ReadAsync(reader, ct);
        }

        var json = Open(articleKey, count, query);
        query.Write(
            page ?? await query.ReadWithinBudgetAsync(database, ct),
            json,
            ThreadQuery.Quote(articleKey)
        );
        json.Write("}"u8);
        var answer = new Answer(json.WrittenMemory, Position: position, IsPrivate: isWithdrawn);
        if (!isWithdrawn && reading is not null)
            pages.Keep(reading, [articleId], position, json.WrittenSpan.ToArray(), answer.ETag);
        return answer;
    }

    /// <summary>Writes what comes before the items.</summary>
    public static ArrayBufferWriter<byte> Open(string articleKey, int count, ThreadQuery query)
    {
        var json = new ArrayBufferWriter<byte>(16 * 1024);
        json.Write("{\"article\":"u8);
        json.Write(ThreadQuery.Quote(articleKey));
        json.Write(",\"commentCount\":"u8);
        json.Append(count);
        json.Write(",\"sort\":\""u8);
        json.Append(query.Sort.Word());
        json.Write("\","u8);
        return json;
    }
}
