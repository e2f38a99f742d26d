using System.Buffers;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using Wolverine.Http;

namespace ThreadStore.Live;

public static class WatchThreadEndpoint
{
    /// <summary>
    /// What happens in an article's discussion, as Server-Sent Events, from now on or from the position that
    /// <c>Last-Event-ID</c> or <c>?after=</c> names. <c>comment-removed</c> carries the comment's tombstone. A reader who
    /// gets <c>resync</c> reads the thread anew, with its position as the least, and goes on from there. Whoever sends a
    /// message's <c>id</c> back as it came gets what they missed, and nothing twice; from a position made of it, or from
    /// another server, the count and reactions of the last seconds may come again.
    /// </summary>
    /// <returns>200 the stream; 400 bad-request; 404 article-not-found; 503 busy.</returns>
    [Operation("watchThread"), Answers(typeof(LiveMessageShape), ContentType = "text/event-stream")]
    [Query(
        "after",
        typeof(long),
        "The position that one has; all after it comes. For the first request, the position of the page of the thread.",
        Min = 0
    )]
    [ReadsHeader(
        "Last-Event-ID",
        typeof(string),
        "The id of the last message that one has; comes before `after`. Browsers send it by themselves."
    )]
    [WolverineGet("/v1/sites/{site}/articles/{articleKey}/live"), Public]
    public static IResult Get(
        string site,
        string articleKey,
        HttpContext http,
        ThreadFeed feed,
        LiveHistory history,
        Positions positions,
        Limits limits,
        CancellationToken ct
    )
    {
        if (ServerSentEvents.ResumedFrom(http) is not { } text)
            return new Watching(site, articleKey, null, feed, history, positions, limits);
        return LiveId.Read(text) is { } after
            ? new Watching(site, articleKey, after, feed, history, positions, limits)
            : ServerSentEvents.NoPosition;
    }
}

/// <summary>One reader's stream, from its first byte to its last.</summary>
public sealed record Watching(
    string Site,
    string Article,
    LiveId? After,
    ThreadFeed Feed,
    LiveHistory History,
    Positions Positions,
    Limits Limits
) : IResult
{
    /// <summary>Positions that a reader may be behind: an article's share of them is searched for.</summary>
    public const int MaxGap = 20_000;

    /// <summary>Messages' worth of events that a reader may be behind: past it, a page of the thread is less to send.</summary>
    public const int MaxGapEvents = 5_000;

    /// <summary>Events whose comments are loaded at once while catching up.</summary>
    const int GapStretch = 200;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var http = httpContext;
        var ct = http.RequestAborted;
        using var place = await Limits.OpenStreamAsync(http);
        if (place is null)
            return;
        var (watcher, from) = await Feed.JoinAsync(Site, Article, After?.Position, ct);
        try
        {
            // after joining: a withdrawal from here on ends the stream
            var rows = await History.LoadAsync([], [(Site, Article)], ct);
            if (rows.Articles.GetValueOrDefault((Site, Article)) is null or { IsWithdrawn: true })
            {
                await Problem.ArticleNotFound(Article).ExecuteAsync(http);
                return;
            }
            ServerSentEvents.Begin(http, Math.Max(from, After?.Position ?? 0));
            await http.Response.Body.WriteAsync(ServerSentEvents.Opening, ct);
            if (After is not { } after || await CatchUpAsync(http.Response.Body, after, from, ct))
                await FollowAsync(watcher, http.Response.Body, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // the reader went away, as readers do
        }
        finally
        {
            Feed.Leave(watcher);
        }
    }

    async Task FollowAsync(Watcher watcher, Stream body, CancellationToken ct)
    {
        await using var gone = ct.UnsafeRegister(w => ((Watcher)w!).Abandon(), watcher);
        while (await watcher.WaitAsync())
        {
            while (watcher.TryTake(out var bytes))
            {
                await body.WriteAsync(bytes, ct);
                watcher.Sent(bytes.Length);
            }
            if (watcher.End is StreamEnd.TooSlow or StreamEnd.WentBack or StreamEnd.Moved)
                break;
        }
        if (watcher.End == StreamEnd.TooSlow)
            await ResyncAsync(body, "slow", Positions.Newest, ct);
        else if (watcher.End is StreamEnd.WentBack or StreamEnd.Moved)
            await ResyncAsync(body, "behind", Positions.Newest, ct);
        else if (watcher.End == StreamEnd.Stopping)
            await body.WriteAsync(ServerSentEvents.ComeBack, ct);
    }

    /// <summary>Sends what the reader has missed between <paramref name="has"/> and <paramref name="upTo"/>.</summary>
    /// <returns>False where that is too much.</returns>
    async Task<bool> CatchUpAsync(Stream body, LiveId has, long upTo, CancellationToken ct)
    {
        var after = has.Position;
        // the reader may come from another node, which is ahead; nobody comes from the future
        if (after > Positions.Newest)
            await Positions.AskAsync(ct);
        if (after > Positions.Newest || upTo - after > MaxGap)
        {
            await ResyncAsync(body, "behind", Positions.Newest, ct);
            return false;
        }
        var gap = await History.ReadGapAsync(Site, Article, after, upTo, MaxGapEvents + 1, ct);
        if (gap.Events.Count > MaxGapEvents || gap.Events.Exists(e => e.IsMove))
        {
            await ResyncAsync(body, "behind", upTo, ct);
            return false;
        }
        // first, for the next message's id would no longer say that they lack
        await SendAsync(body, await OpenAsync(has, gap, ct), ct);
        var isSettled =
            has.HasReactions || gap.LateReactions.Count > 0 || gap.Events.Exists(e => e.IsReaction);
        foreach (var events in LiveMessage.Collapse(gap.Events).Chunk(GapStretch))
        {
            var rows = await LoadAsync(events.Select(e => e.CommentId).OfType<Guid>(), ct);
            var messages = LiveMessage.Of(events, rows, _ => true);
            await SendAsync(
                body,
                messages.Select(m => m with { Id = m.Id with { HasReactions = isSettled } }),
                ct
            );
        }
        return true;
    }

    /// <summary>What may not have been sent although it is no newer than what the reader has.</summary>
    async Task<List<LiveMessage>> OpenAsync(LiveId has, LiveHistory.Gap gap, CancellationToken ct)
    {
        var open = new List<LiveMessage>();
        var lacksCount =
            !has.HasCount && gap.Last is { ChangesCount: true } && !gap.Events.Exists(e => e.ChangesCount);
        var late = has.HasReactions ? [] : gap.LateReactions.Skip(has.Told).ToArray();
        if (!lacksCount && late.Length == 0)
            return open;
        var rows = await LoadAsync(late, ct);
        if (lacksCount && rows.Articles.GetValueOrDefault((Site, Article)) is { } article)
            open.Add(new(LiveMessage.CountChanged, has.Position, Count: article.CommentCount));
        for (var i = 0; i < late.Length; i++)
        {
            // what came since tells of it
            if (
                rows.Comments.GetValueOrDefault((Site, late[i]))
                    is not { State: CommentState.Published } comment
                || gap.Events.Exists(e => e.IsReaction && e.CommentId == late[i])
            )
                continue;
            var isLast = i == late.Length - 1;
            open.Add(
                new(LiveMessage.Reactions, has.Position, comment)
                {
                    Id = new(
                        has.Position,
                        HasCount: true,
                        HasReactions: isLast,
                        Told: isLast ? 0 : has.Told + i + 1
                    ),
                }
            );
        }
        return open;
    }

    Task<LiveRows> LoadAsync(IEnumerable<Guid> comments, CancellationToken ct) =>
        History.LoadAsync([.. comments.Distinct().Select(id => (Site, id))], [(Site, Article)], ct);

    async Task SendAsync(Stream body, IEnumerable<LiveMessage> messages, CancellationToken ct)
    {
        if (messages.ToArray() is { Length: > 0 } some)
            await body.WriteAsync(new Frame(some, Article).All, ct);
    }

    /// <summary>
    /// Asks the reader to read the thread anew, at the least as of this position; its id has them go on from there.
    /// </summary>
    static async Task ResyncAsync(Stream body, string reason, long position, CancellationToken ct)
    {
        var output = new ArrayBufferWriter<byte>(128);
        output.Append(
            $"event: {LiveMessage.Resync}\nid: {position}\ndata: {{\"reason\":\"{reason}\",\"position\":{position}}}\n\n"
        );
        await body.WriteAsync(output.WrittenMemory, ct);
    }
}
