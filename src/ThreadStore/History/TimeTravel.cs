using System.Buffers;
using Npgsql;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Threads;

namespace ThreadStore.History;

/// <summary>The answers of the endpoints with <see cref="TimeTravelAttribute"/> where the past is asked for.</summary>
public sealed class TimeTravel(ReadReplicas replicas, Positions positions)
{
    readonly PastThreads threads = new();

    public async Task<IResult> ThreadAsync(
        string site,
        string articleKey,
        HttpContext http,
        CancellationToken ct
    )
    {
        var (problem, point, database) = await PastPoint.ReadAsync(site, http, replicas, positions, ct);
        if (point is null)
            return problem!;
        var moves = await PastMoves.ReadAsync(database, site, ct);
        // the key as it was: it may have led elsewhere, or what has it now may have had another
        var asked = articleKey;
        var then = moves.Root(asked, point.Position);
        if (then is not null && then != asked)
            return new LeadsTo(then);
        if (
            moves.Before(asked, point.Position) is var before
            && before != asked
            && (then is null || !await PastThreads.HasAsync(database, site, asked, point.Position, ct))
        )
            articleKey = moves.Root(before, point.Position) ?? before;
        var articleId = StreamId.Article(site, articleKey);
        if (ThreadQuery.Read(http, site, articleId, ThreadSort.Newest, out var query, point) is { } wrong)
            return wrong;
        var (thread, newest) = await threads.ReadAsync(database, site, articleKey, moves, point.Position, ct);
        if (thread is null)
            return Problem.ArticleNotFound(asked);
        var json = GetThreadEndpoint.Open(articleKey, thread.Article.CommentCount, query!);
        return await WriteAsync(database, thread, newest, query!, json, ct);
    }

    public async Task<IResult> RepliesAsync(
        string site,
        Guid commentId,
        HttpContext http,
        CancellationToken ct
    )
    {
        var (problem, point, database) = await PastPoint.ReadAsync(site, http, replicas, positions, ct);
        if (point is null)
            return problem!;
        if (ThreadQuery.Read(http, site, commentId, ThreadSort.Oldest, out var query, point) is { } wrong)
            return wrong;
        var (thread, newest) = await AroundAsync(database, site, commentId, point, ct);
        if (thread is null || !thread.Has(commentId))
            return Problem.CommentNotFound(commentId);
        var json = new ArrayBufferWriter<byte>(16 * 1024);
        json.Write("{"u8);
        return await WriteAsync(database, thread, newest, query!, json, ct);
    }

    static async Task<Answer> WriteAsync(
        NpgsqlDataSource database,
        PastThread thread,
        long newest,
        ThreadQuery query,
        ArrayBufferWriter<byte> json,
        CancellationToken ct
    )
    {
        query.Write(await thread.PageAsync(database, query, ct), json, ThreadQuery.Quote(thread.Article.Key));
        json.Write("}"u8);
        return new(json.WrittenMemory, Position: newest, IsPrivate: true);
    }

    public async Task<IResult> CommentAsync(
        string site,
        Guid commentId,
        Caller? caller,
        HttpContext http,
        CancellationToken ct
    )
    {
        var (problem, point, database) = await PastPoint.ReadAsync(site, http, replicas, positions, ct);
        if (point is null)
            return problem!;
        var (thread, newest) = await AroundAsync(database, site, commentId, point, ct);
        if (thread is null || !thread.Has(commentId))
            return Problem.CommentNotFound(commentId);
        var answer = GetCommentEndpoint.Show(
            site,
            await thread.LineAsync(database, commentId, ct),
            thread.Article.Key,
            thread.Article.IsWithdrawn,
            caller,
            newest
        );
        return answer is Answer shown ? shown with { IsPrivate = true } : answer;
    }

    /// <summary>The thread that a comment belongs to; null where there is no such comment.</summary>
    async Task<(PastThread? Thread, long Newest)> AroundAsync(
        NpgsqlDataSource database,
        string site,
        Guid commentId,
        PastPoint point,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select a.key from {ReaderTables.Schema}.comment_rows c
            join {ReaderTables.Schema}.article_rows a
              on a.site = c.site and a.id = coalesce(c.posted_on, c.article_id)
            where c.site = $1 and c.id = $2
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = commentId });
        if (await command.ExecuteScalarAsync(ct) is not string written)
            return (null, 0);
        // a comment is where the key leads that it was written under
        var moves = await PastMoves.ReadAsync(database, site, ct);
        return await threads.ReadAsync(
            database,
            site,
            moves.Root(written, point.Position) ?? written,
            moves,
            point.Position,
            ct
        );
    }

    public async Task<IResult> HistoryAsync(
        string site,
        string commenterKey,
        Caller? caller,
        HttpContext http,
        CancellationToken ct
    )
    {
        var (problem, point, database) = await PastPoint.ReadAsync(site, http, replicas, positions, ct);
        if (point is null)
            return problem!;
        var scope = GetCommenterHistoryEndpoint.Scope(site, commenterKey);
        if (PageQuery.Read(http, scope, out var page, point) is { } wrong)
            return wrong;
        var past = new PastHistory(database, site, point.Position);
        var seesAll = GetCommenterHistoryEndpoint.SeesAll(caller, commenterKey);
        if (await past.ReadAsync(StreamId.Commenter(site, commenterKey), page, seesAll, ct) is not { } items)
            return Problem.CommenterNotFound(commenterKey);
        return GetCommenterHistoryEndpoint.Show(
            site,
            commenterKey,
            items,
            page,
            point,
            past.Newest,
            isPrivate: true
        );
    }
}
