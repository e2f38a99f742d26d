using System.Diagnostics;
using System.Threading.Channels;
using ThreadStore.EventStore;
using ThreadStore.Http.Hot;
using ThreadStore.Kernel;
using ThreadStore.Telemetry;

namespace ThreadStore.Webhooks;

/// <summary>
/// Sends what one webhook is to be told, for as long as this node has it: reads the history on, a little ahead of what
/// was sent, and calls the receiver, some messages at a time, of each subject one.
/// </summary>
public sealed class WebhookWorker(
    (string Site, string Name) key,
    Guid node,
    WebhookReader reader,
    WebhookQueue queue,
    WebhookMessages messages,
    WebhookPost post,
    WebhookPace pace,
    WebhookBell bell,
    HotPages pages,
    Positions positions,
    WritingPace writing,
    TimeProvider clock
)
{
    /// <summary>Calls to one receiver at a time.</summary>
    const int MaxCalls = 8;

    /// <summary>Messages that are held ready beyond these.</summary>
    const int Ahead = 56;

    /// <summary>Messages that wait in the database before the history is read on: more would only be rows, and each look
    /// walks through them.</summary>
    const int MaxWaiting = 1_000;

    /// <summary>The first event after a pause is sent at once; on a busy site, many share a look.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>While writers are busy, reading on waits; no longer than this.</summary>
    static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Between two looks where nobody says that there is anything: other nodes take orders too.</summary>
    readonly TimeSpan interval =
        pace.FirstRetry < TimeSpan.FromSeconds(1) ? pace.FirstRetry : TimeSpan.FromSeconds(1);

    readonly Channel<SentMessage> ended = Channel.CreateUnbounded<SentMessage>();
    readonly Queue<Ready> ready = [];
    readonly Dictionary<Guid, Task> calls = [];
    Webhook? webhook;

    /// <summary>Calls that the receiver is good for: half as many after one that failed, one more after each that arrived.
    /// Who fails often takes little of the time that others want.</summary>
    int most = MaxCalls;

    /// <summary>A message whose body was made, to be sent as soon as a call is free.</summary>
    /// <param name="Sweeps">See <see cref="HotPages.Sweeps"/>, as it was before.</param>
    sealed record Ready(DueMessage Message, ReadOnlyMemory<byte> Body, long Sweeps, long MadeAt);

    /// <summary>What a body tells of may have been edited, deleted or erased since: none is sent that is older.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>Less waits than may: what happens is taken in.</summary>
    bool readsOn = true;

    /// <summary>Ends when the webhook is gone, or another node's.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var (isStale, hasMore, hasSettled, looked) = (true, false, false, 0L);
        bool HasPaused() => Stopwatch.GetElapsedTime(looked) >= Pause;
        var ending = ended.Reader.WaitToReadAsync(ct).AsTask();
        try
        {
            while (true)
            {
                var rung = bell.Rung;
                // of whom a message arrived, the next may be sent
                hasSettled |= await SettleAsync(ct);
                if (ready.TryPeek(out var oldest) && !IsFresh(oldest))
                {
                    // a slow receiver: the look makes them anew
                    ready.Clear();
                    isStale = true;
                }
                if (isStale || (HasRoom && (hasMore || (hasSettled && HasPaused()))))
                {
                    looked = Stopwatch.GetTimestamp();
                    if (await LookAsync(ct) is not { } more)
                        return;
                    (isStale, hasMore, hasSettled) = (false, more, false);
                }
                Start(ct);
                if (ending.IsCompleted)
                    ending = ended.Reader.WaitToReadAsync(ct).AsTask();
                if (hasMore && HasRoom)
                    continue;
                var moved = positions.MovedBeyondAsync(
                    readsOn && webhook!.IsOn ? webhook.Position : long.MaxValue
                );
                var timer = Task.Delay(HasRoom && hasSettled ? Pause : interval, ct);
                await Task.WhenAny(ending, rung, moved, timer);
                ct.ThrowIfCancellationRequested();
                isStale = rung.IsCompleted || timer.IsCompleted || moved.IsCompleted;
                if (isStale && !rung.IsCompleted && !HasPaused())
                {
                    await Task.WhenAny(ending, Task.Delay(Pause, ct));
                    isStale = HasPaused();
                }
            }
        }
        finally
        {
            // cut off by now, or about to time out; what they had in hand is sent again
            await Task.WhenAll(calls.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    bool HasRoom => ready.Count < Ahead / 2;

    /// <returns>Whether there was something to keep.</returns>
    async Task<bool> SettleAsync(CancellationToken ct)
    {
        var sent = new List<SentMessage>();
        while (ended.Reader.TryRead(out var call))
            sent.Add(call);
        if (sent.Count == 0 || webhook is null)
            return false;
        foreach (var call in sent)
        {
            calls.Remove(call.Message.Id);
            var hasArrived = call.Attempt.Error is null;
            most = hasArrived ? Math.Min(MaxCalls, most + 1) : Math.Max(1, most / 2);
            Meters.Deliveries.Add(
                1,
                new KeyValuePair<string, object?>("outcome", hasArrived ? "done" : "failed")
            );
        }
        var standing = WebhookStanding.After(webhook, sent, pace, Random.Shared.NextDouble());
        webhook = webhook with
        {
            Failures = standing.Failures,
            FailingSince = standing.FailingSince,
            RestingUntil = standing.RestingUntil,
            IsDisabled = webhook.IsDisabled || standing.Disable,
        };
        if (standing.Disable)
            ready.Clear();
        // the receiver need not wait for the database
        Start(ct);
        await queue.SettleAsync(
            webhook,
            node,
            [.. sent.Select(call => Settle(call, standing))],
            standing,
            clock.GetUtcNow(),
            ct
        );
        return true;
    }

    Settled Settle(SentMessage call, WebhookStanding standing)
    {
        if (call.Attempt.Error is null)
            return new(call.Message, call.Attempt, WebhookDeliveryState.Delivered, null);
        if (call.EndedAt - (call.Message.TriedAt ?? call.Attempt.At) >= pace.GiveUpAfter)
            return new(call.Message, call.Attempt, WebhookDeliveryState.Failed, null);
        var due = call.EndedAt + pace.RetryAfter(call.Message.Tries + 1, Random.Shared.NextDouble());
        if (standing.RestingUntil > due)
            due = standing.RestingUntil.Value;
        return new(call.Message, call.Attempt, WebhookDeliveryState.Pending, due.ToMicroseconds());
    }

    /// <returns>Whether there is more of the history already; null: the webhook is no longer this node's.</returns>
    async Task<bool?> LookAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (webhook is { IsOn: true })
            await writing.YieldAsync(LongestDelay, ct);
        // who is left in peace is asked for nothing
        var limit = webhook?.RestingUntil > now ? 0 : MaxCalls + Ahead;
        if (await queue.LookAsync(key, node, now, MaxWaiting, limit, ct) is not { } look)
            return null;
        webhook = look.Webhook;
        readsOn = look.Waiting < MaxWaiting;
        if (!webhook.IsOn || webhook.RestingUntil > now)
            // made anew when they are sent, for what they are about changes
            ready.Clear();
        HashSet<Guid> underWay = [.. calls.Keys, .. ready.Select(r => r.Message.Id)];
        var due = look.Due.Where(m => !underWay.Contains(m.Id)).Take(limit - underWay.Count).ToList();
        if (due.Count > 0)
        {
            var (sweeps, madeAt) = (pages.Sweeps, Stopwatch.GetTimestamp());
            var bodies = await messages.MakeAsync(webhook.Site, due, ct);
            foreach (var message in due)
                ready.Enqueue(new(message, bodies[message.Id], sweeps, madeAt));
        }
        if (!webhook.IsOn)
            return false;
        await reader.TakeImportsAsync(webhook, node, now, ct);
        // or nobody asked, and it need no longer be left in peace
        var isMoreDue = limit > 0 ? look.Due.Count == limit : !(webhook.RestingUntil > now);
        if (!readsOn)
            return isMoreDue;
        var (end, hasMore) = await reader.ReadOnAsync(webhook, node, now, ct);
        // what was read is due, and the next look finds it
        var hasRead = end != webhook.Position;
        webhook = webhook with { Position = end };
        return hasMore || hasRead || isMoreDue;
    }

    void Start(CancellationToken ct)
    {
        if (webhook is not { } current || current.RestingUntil > clock.GetUtcNow())
            return;
        while (calls.Count < most && ready.TryPeek(out var next) && IsFresh(next))
        {
            ready.Dequeue();
            calls[next.Message.Id] = Task.Run(
                async () => ended.Writer.TryWrite(await post.SendAsync(current, next.Message, next.Body, ct)),
                CancellationToken.None
            );
        }
    }

    bool IsFresh(Ready next) => next.Sweeps == pages.Sweeps && Stopwatch.GetElapsedTime(next.MadeAt) < Fresh;
}
