using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Storage;
using Wolverine.Http;

namespace ThreadStore.Live;

public static class WatchThreadEndpoint
{
    /// <summary>
    /// What happens in an article's discussion, as Server-Sent Events, from now on or from the position that
    /// <c>Last-Event-ID</c> or <c>?after=</c> names. <c>comment-removed</c> carries the comment's tombstone. A reader who
    /// gets <c>resync</c> reads the thread anew, with its position as the least, and goes on from there. Whoever resumes is
    /// told the count and the latest reactions as they stand, perhaps a second time; all else is told once.
    /// </summary>
    /// <returns>200 the stream; 400 bad-request; 404 article-not-found.</returns>
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
        CancellationToken ct
    )
    {
        // a browser that reconnects repeats the address that it began with: the header is the newer
        var header = http.Request.Headers["Last-Event-ID"].FirstOrDefault();
        var text = string.IsNullOrEmpty(header) ? http.Request.Query["after"].FirstOrDefault() : header;
        if (text is null)
            return new Watching(site, articleKey, null, feed, history, positions);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? new Watching(site, articleKey, after, feed, history, positions)
            : Problem.BadRequest("Last-Event-ID and after are positions, whole numbers.");
    }
}

/// <summary>One reader's stream, from its first byte to its last.</summary>
public sealed record Watching(
    string Site,
    string Article,
    long? After,
    ThreadFeed Feed,
    LiveHistory History,
    Positions Positions
) : IResult
{
    /// <summary>Positions that a reader may be behind: an article's share of them is searched for.</summary>
    public const int MaxGap = 20_000;

    /// <summary>Messages' worth of events that a reader may be behind: past it, a page of the thread is less to send.</summary>
    public const int MaxGapEvents = 5_000;

    /// <summary>Events whose comments are loaded at once while catching up.</summary>
    const int GapStretch = 200;

    /// <summary>Says at once that the stream is open, also to proxies that wait for a first byte.</summary>
    static readonly byte[] Opening = ":\n\n"u8.ToArray();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var http = httpContext;
        var ct = http.RequestAborted;
        var (watcher, from) = await Feed.JoinAsync(Site, Article, After, ct);
        try
        {
            // after joining: a withdrawal from here on ends the stream
            var rows = await History.LoadAsync([], [(Site, Article)], ct);
            if (rows.Articles.GetValueOrDefault((Site, Article)) is null or { IsWithdrawn: true })
            {
                await Problem.ArticleNotFound(Article).ExecuteAsync(http);
                return;
            }
            Begin(http, from);
            await http.Response.Body.WriteAsync(Opening, ct);
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

    void Begin(HttpContext http, long from)
    {
        Gate.SetPosition(http, Math.Max(from, After ?? 0));
        var headers = http.Response.Headers;
        http.Response.ContentType = "text/event-stream";
        headers.CacheControl = "no-store";
        // nginx would collect it
        headers["X-Accel-Buffering"] = "no";
        // and so would the compression
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    async Task FollowAsync(Watcher watcher, Stream body, CancellationToken ct)
    {
        while (await watcher.WaitAsync(ct))
        {
            while (watcher.TryTake(out var bytes))
            {
                await body.WriteAsync(bytes, ct);
                watcher.Sent(bytes.Length);
            }
            if (watcher.End == StreamEnd.TooSlow)
                break;
        }
        if (watcher.End == StreamEnd.TooSlow)
            await ResyncAsync(body, "slow", Positions.Newest, ct);
    }

    /// <summary>Sends what the reader has missed between <paramref name="after"/> and <paramref name="upTo"/>.</summary>
    /// <returns>False where that is too much.</returns>
    async Task<bool> CatchUpAsync(Stream body, long after, long upTo, CancellationToken ct)
    {
        // the reader may come from another node, which is ahead; nobody comes from the future
        if (after > Positions.Newest)
            await Positions.AskAsync(ct);
        if (after > Positions.Newest || upTo - after > MaxGap)
        {
            await ResyncAsync(body, "behind", Positions.Newest, ct);
            return false;
        }
        var gap = await History.ReadGapAsync(Site, Article, after, upTo, MaxGapEvents + 1, ct);
        if (gap.Events.Count > MaxGapEvents)
        {
            await ResyncAsync(body, "behind", upTo, ct);
            return false;
        }
        var end = Math.Max(after, upTo);
        var lacksCount = true;
        foreach (var events in LiveMessage.Collapse(gap.Events).Chunk(GapStretch))
        {
            var rows = await LoadAsync(events.Select(e => e.CommentId).OfType<Guid>(), ct);
            foreach (var e in events)
                gap.LateReactions.Remove(e.IsReaction ? e.CommentId ?? default : default);
            var messages = LiveMessage.Of(events, rows, _ => true);
            lacksCount &= !messages.Exists(m => m.Count is not null);
            await SendAsync(body, messages, ct);
        }
        // Last, so that whoever is cut off again and again comes forward all the same. The count always: it shares its
        // position with another message, and they may have been cut off between the two.
        var last = await LoadAsync(gap.LateReactions, ct);
        var late = gap
            .LateReactions.Select(id => last.Comments.GetValueOrDefault((Site, id)))
            .Where(c => c?.State == CommentState.Published)
            .Select(c => new LiveMessage(LiveMessage.Reactions, end, c))
            .ToList();
        if (lacksCount && last.Articles.GetValueOrDefault((Site, Article)) is { } article)
            late.Add(new(LiveMessage.CountChanged, end, Count: article.CommentCount));
        await SendAsync(body, late, ct);
        return true;
    }

    Task<LiveRows> LoadAsync(IEnumerable<Guid> comments, CancellationToken ct) =>
        History.LoadAsync([.. comments.Distinct().Select(id => (Site, id))], [(Site, Article)], ct);

    async Task SendAsync(Stream body, List<LiveMessage> messages, CancellationToken ct)
    {
        if (messages.Count > 0)
            await body.WriteAsync(new Frame(messages, Article).All, ct);
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
