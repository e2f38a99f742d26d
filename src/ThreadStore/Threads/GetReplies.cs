using System.Buffers;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.History;
using ThreadStore.Http;
using ThreadStore.Http.Hot;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Threads;

public static class GetRepliesEndpoint
{
    /// <summary>A page of the direct replies to a comment that readers can see.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor, bad-request; 404 comment-not-found.</returns>
    [Operation("getReplies"), Answers(typeof(RepliesPageShape)), Paged]
    [Query("sort", typeof(ThreadSort), "The order of the items.", Default = ThreadSort.Oldest)]
    [Query(
        "replies",
        typeof(int),
        "How many direct replies come with each comment.",
        Default = ThreadQuery.DefaultReplies,
        Min = 0,
        Max = ThreadQuery.MaxReplies
    )]
    [WolverineGet("/v1/sites/{site}/comments/{commentId}/replies"), Public, TimeTravel]
    public static async Task<IResult> Get(
        string site,
        string commentId,
        Caller? caller,
        HttpContext http,
        HotPages pages,
        ReadReplicas replicas,
        TimeTravel past,
        CancellationToken ct
    )
    {
        var id = Guid.Parse(commentId);
        if (PastPoint.IsAsked(http))
            return await past.RepliesAsync(site, id, http, ct);
        if (ThreadQuery.Read(http, site, id, ThreadSort.Oldest, out var query) is { } problem)
            return problem;

        var reading = ServeHotPages.Begin(http, pages, ServeHotPages.OfPages);
        var database = await replicas.ForAsync(http);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(
            new(
                $"""
                select a.key, a.is_withdrawn, c.is_shown, ({Positions.NewestSql}), a.id
                from {ReaderTables.Schema}.comment_rows c
                join {ReaderTables.Schema}.article_rows a on a.site = c.site and a.id = c.article_id
                where c.site = $1 and c.id = $2
                """
            )
            {
                Parameters =
                {
                    new() { Value = site },
                    new() { Value = id },
                },
            }
        );
        batch.BatchCommands.Add(query!.Command());
        var isModerator = caller?.Is(Role.Moderator) == true;
        string key;
        bool isWithdrawn;
        bool isPrivate;
        bool isSeen;
        long position;
        Guid articleId;
        ThreadPage? page = null;
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            if (!await reader.ReadAsync(ct))
                return Problem.CommentNotFound(id);
            (key, isWithdrawn, position) = (reader.GetString(0), reader.GetBoolean(1), reader.GetInt64(3));
            var isShown = reader.GetBoolean(2);
            (isPrivate, articleId) = (isWithdrawn || !isShown, reader.GetGuid(4));
            isSeen = isModerator || isShown && (!isWithdrawn || caller?.Is(Role.Analyst) == true);
            if (isSeen)
            {
                await reader.NextResultAsync(ct);
                page = await query.ReadAsync(reader, ct);
            }
        }
        if (isSeen)
        {
            var json = new ArrayBufferWriter<byte>(16 * 1024);
            json.Write("{"u8);
            query.Write(
                page ?? await query.ReadWithinBudgetAsync(database, ct),
                json,
                ThreadQuery.Quote(key)
            );
            json.Write("}"u8);
            var answer = new Answer(json.WrittenMemory, Position: position, IsPrivate: isPrivate);
            if (!isPrivate && reading is not null)
                pages.Keep(reading, [articleId], position, json.WrittenSpan.ToArray(), answer.ETag);
            return answer;
        }
        return (
                isWithdrawn || caller is null
                    ? null
                    : await OwnRepliesAsync(database, site, caller, id, key, position, ct)
            ) ?? (IResult)Problem.CommentNotFound(id);
    }

    /// <summary>Below what its author takes for published, they find their own replies; null for anybody and all else.</summary>
    static async Task<Answer?> OwnRepliesAsync(
        NpgsqlDataSource database,
        string site,
        Caller caller,
        Guid id,
        string article,
        long position,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"select {CommentView.Columns} from {ReaderTables.Schema}.comment_rows c where c.site = $1 and c.id = $2"
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = id });
        CommentView comment;
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            if (!await reader.ReadAsync(ct))
                return null;
            comment = CommentView.Read(reader);
        }
        if (
            comment.ShadowState != CommentState.Published
            || comment.AuthorId != StreamId.Commenter(site, caller.Key)
        )
            return null;
        var json = new ArrayBufferWriter<byte>(4 * 1024);
        json.Write("{"u8);
        var replies = await OwnShadow.RepliesAsync(database, site, caller, comment, ct);
        OwnShadow.Write(json, replies, id, ThreadQuery.Quote(article));
        json.Write("}"u8);
        return new Answer(json.WrittenMemory, Position: position) { IsForOneToken = true };
    }
}
