using System.Buffers;
using System.ComponentModel.DataAnnotations;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Live;
using Wolverine.Http;

namespace ThreadStore.Moderation;

/// <summary>One Server-Sent Event to moderators. What <c>event</c> says decides what <c>data</c> holds.</summary>
[OneOf(
    nameof(QueueEnteredShape.Event),
    typeof(QueueEnteredShape),
    typeof(QueueLeftShape),
    typeof(ClaimedShape),
    typeof(CountedShape),
    typeof(QueueResyncShape)
)]
public abstract record QueueMessageShape
{
    /// <summary>The position, in digits. Send it back as <c>Last-Event-ID</c>, to go on from here.</summary>
    public required string Id { get; init; }
}

/// <summary>A comment waits, or waits and was flagged once more.</summary>
public sealed record QueueEnteredShape : QueueMessageShape
{
    [AllowedValues(WatchQueueEndpoint.Entered)]
    public required string Event { get; init; }
    public required QueueEntryShape Data { get; init; }
}

/// <summary>A comment in a queue, as the queue lists it.</summary>
public sealed record QueueEntryShape(
    QueueState Queue,
    Guid Id,
    CommentShape Comment,
    IReadOnlyList<HoldReason> Reasons,
    IReadOnlyDictionary<string, int> Flags,
    QueueAuthor Author,
    string? ClaimedBy,
    IReadOnlyList<QueueNotice> Notices
);

/// <summary>A comment waits no more.</summary>
public sealed record QueueLeftShape : QueueMessageShape
{
    [AllowedValues(WatchQueueEndpoint.Left)]
    public required string Event { get; init; }
    public required QueueExitShape Data { get; init; }
}

/// <summary>A comment that waits no more.</summary>
public sealed record QueueExitShape(QueueState Queue, Guid Id);

/// <summary>A moderator looks at a comment.</summary>
public sealed record ClaimedShape : QueueMessageShape
{
    [AllowedValues(WatchQueueEndpoint.Claimed)]
    public required string Event { get; init; }
    public required Claim Data { get; init; }
}

/// <summary>How many comments wait.</summary>
public sealed record CountedShape : QueueMessageShape
{
    [AllowedValues(WatchQueueEndpoint.Counts)]
    public required string Event { get; init; }
    public required QueueCounts Data { get; init; }
}

/// <summary>Too much was missed to tell it: read the queues anew and go on from this message's id.</summary>
public sealed record QueueResyncShape : QueueMessageShape
{
    [AllowedValues(LiveMessage.Resync)]
    public required string Event { get; init; }
    public required ResyncShape Data { get; init; }
}

public static class WatchQueueEndpoint
{
    public const string Entered = "queue-entered";
    public const string Left = "queue-left";
    public const string Claimed = "claimed";
    public const string Counts = "counts";

    /// <summary>
    /// What happens in the queues, as Server-Sent Events, from now on or from the position that <c>Last-Event-ID</c> or
    /// <c>?after=</c> names. <c>counts</c> comes first, and when they change; <c>queue-entered</c> again when more is
    /// known of what waits, such as a further flag. Whoever gets <c>resync</c> reads the queues anew, and goes on from there.
    /// </summary>
    /// <returns>200 the stream; 400 bad-request, validation; 503 busy.</returns>
    [Operation("watchQueue"), Answers(typeof(QueueMessageShape), ContentType = "text/event-stream")]
    [Query("after", typeof(long), "The position that one has; all after it comes.", Min = 0)]
    [ReadsHeader(
        "Last-Event-ID",
        typeof(string),
        "The id of the last message that one has; comes before `after`. Browsers send it by themselves."
    )]
    [WolverineGet("/v1/sites/{site}/moderation/live"), Roles(Role.Moderator)]
    public static IResult Get(
        string site,
        HttpContext http,
        QueueHistory history,
        ClaimBell bell,
        Positions positions,
        Limits limits,
        IHostApplicationLifetime lifetime,
        Departures departures,
        CancellationToken ct
    ) =>
        EventStream.ReadAfter(http, out var after) is { } problem
            ? problem
            : new EventStream(
                new QueueSource(site, history, positions, bell),
                after,
                positions,
                limits,
                lifetime,
                departures.Of(site)
            );
}

/// <summary>Tells this node's moderators at once that something was claimed; others look every second.</summary>
public sealed class ClaimBell
{
    TaskCompletionSource rung = New();

    public Task Rung => Volatile.Read(ref rung).Task;

    public void Ring() => Interlocked.Exchange(ref rung, New()).TrySetResult();

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What one moderator is told. A queue's entries are told as they stand, so that it comes to what the queue is.</summary>
sealed class QueueSource(string site, QueueHistory history, Positions positions, ClaimBell bell)
    : IStreamSource
{
    /// <summary>Claims are no events: moderators on other nodes are heard of by looking.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    QueueCounts? counts;
    HashSet<Claim>? claims;

    public Task<long> NewestAsync(CancellationToken ct) => Task.FromResult(positions.Newest);

    public Task NextAsync(long read, CancellationToken ct) =>
        Task.WhenAny(positions.MovedBeyondAsync(positions.Newest), bell.Rung, Task.Delay(Interval, ct));

    public async Task<IReadOnlyList<StreamMessage>?> ReadAsync(
        long after,
        long upTo,
        bool isResumed,
        CancellationToken ct
    )
    {
        var messages = new List<StreamMessage>();
        if (upTo > after)
        {
            if (await history.TouchedAsync(site, after, upTo, ct) is not { } touched)
                return null;
            var found =
                touched.Count == 0
                    ? []
                    : await history.LoadAsync(site, [.. touched.Keys.Select(t => t.Comment).Distinct()], ct);
            // none of these says that all is known up to its own position but the last
            foreach (var ((comment, queue), _) in touched.OrderBy(t => t.Value))
                messages.Add(
                    found.GetValueOrDefault(comment) is { } row && row.IsIn(queue)
                        ? new(WatchQueueEndpoint.Entered, after, Entry(queue, comment, row.Item))
                        : StreamMessage.Of(WatchQueueEndpoint.Left, after, new QueueExitShape(queue, comment))
                );
        }
        if (counts is null || upTo > after)
        {
            var now = await history.CountAsync(site, ct);
            if (now != counts)
                messages.Add(StreamMessage.Of(WatchQueueEndpoint.Counts, upTo, now));
            counts = now;
        }
        var claimed = await history.ClaimsAsync(site, ct);
        if (claims is not null || isResumed)
            messages.AddRange(
                claimed
                    .Where(c => claims?.Contains(c) != true)
                    .Select(c => StreamMessage.Of(WatchQueueEndpoint.Claimed, upTo, c))
            );
        claims = [.. claimed];
        if (messages.Count > 0)
            messages[^1] = messages[^1] with { Id = upTo };
        return messages;
    }

    static ReadOnlyMemory<byte> Entry(QueueState queue, Guid comment, ReadOnlyMemory<byte> item)
    {
        var json = new ArrayBufferWriter<byte>(item.Length + 100);
        json.Append($"{{\"queue\":\"{queue.Word()}\",\"id\":\"{comment}\",");
        json.Write(item.Span[1..]);
        return json.WrittenMemory;
    }
}
