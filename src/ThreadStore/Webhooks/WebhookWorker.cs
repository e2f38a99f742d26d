using System.Diagnostics;
using System.Threading.Channels;
using ThreadStore.Storage;

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
    Positions positions,
    WritingPace writing,
    TimeProvider clock
)
{
    /// <summary>Calls to one receiver at a time.</summary>
    const int MaxCalls = 8;

    /// <summary>Messages that are held ready beyond these.</summary>
    const int Ahead = 56;

    /// <summary>Messages that wait in the database before the history is read on: more would only be rows.</summary>
    const int MaxWaiting = 2_000;

    /// <summary>The first event after a pause is sent at once; on a busy site, many share a look.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>While writers are busy, reading on waits; no longer than this.</summary>
    static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Between two looks where nobody says that there is anything: other nodes take orders too.</summary>
    readonly TimeSpan interval =
        pace.FirstRetry < TimeSpan.FromSeconds(1) ? pace.FirstRetry : TimeSpan.FromSeconds(1);

    readonly Channel<SentMessage> ended = Channel.CreateUnbounded<SentMessage>();
    readonly Queue<(DueMessage Message, ReadOnlyMemory<byte> Body)> ready = [];
    readonly Dictionary<Guid, Task> calls = [];
    Webhook? webhook;

    /// <summary>Ends when the webhook is gone, or another node's.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var (isStale, hasMore, looked) = (true, false, 0L);
        var ending = ended.Reader.WaitToReadAsync(ct).AsTask();
        try
        {
            while (true)
            {
                var rung = bell.Rung;
                var settled = await SettleAsync(ct);
                if (isStale || (ready.Count < Ahead / 2 && (settled || hasMore)))
                {
                    looked = Stopwatch.GetTimestamp();
                    if (await LookAsync(ct) is not { } more)
                        return;
                    (isStale, hasMore) = (false, more);
                }
                Start(ct);
                if (ending.IsCompleted)
                    ending = ended.Reader.WaitToReadAsync(ct).AsTask();
                if (hasMore && ready.Count < Ahead / 2)
                    continue;
                var moved = positions.MovedBeyondAsync(webhook!.IsOn ? webhook.Position : long.MaxValue);
                var timer = Task.Delay(interval, ct);
                await Task.WhenAny(ending, rung, moved, timer);
                ct.ThrowIfCancellationRequested();
                isStale = rung.IsCompleted || timer.IsCompleted || moved.IsCompleted;
                if (isStale && !rung.IsCompleted && Stopwatch.GetElapsedTime(looked) < Pause)
                {
                    await Task.WhenAny(ending, Task.Delay(Pause, ct));
                    isStale = Stopwatch.GetElapsedTime(looked) >= Pause;
                }
            }
        }
        finally
        {
            // cut off by now, or about to time out; what they had in hand is sent again
            await Task.WhenAll(calls.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

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
            Meters.Deliveries.Add(
                1,
                new KeyValuePair<string, object?>("outcome", call.Attempt.Error is null ? "done" : "failed")
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
        Guid[] underWay = [.. calls.Keys, .. ready.Select(r => r.Message.Id)];
        var room = Math.Max(0, MaxCalls + Ahead - underWay.Length);
        if (await queue.LookAsync(key, node, now, MaxWaiting, underWay, room, ct) is not { } look)
            return null;
        webhook = look.Webhook;
        if (!webhook.IsOn || webhook.RestingUntil > now)
            // made anew when they are sent, for what they are about changes
            ready.Clear();
        if (look.Due.Count > 0)
        {
            var bodies = await messages.MakeAsync(webhook.Site, look.Due, ct);
            foreach (var message in look.Due)
                ready.Enqueue((message, bodies[message.Id]));
        }
        if (!webhook.IsOn)
            return false;
        await reader.TakeImportsAsync(webhook, node, now, ct);
        if (look.Waiting >= MaxWaiting)
            return false;
        var (end, hasMore) = await reader.ReadOnAsync(webhook, node, now, ct);
        // what was read is due, and the next look finds it
        var hasRead = end != webhook.Position;
        webhook = webhook with { Position = end };
        return hasMore || hasRead;
    }

    void Start(CancellationToken ct)
    {
        if (webhook is not { } current || current.RestingUntil > clock.GetUtcNow())
            return;
        var most = current.Failures < WebhookPace.FailuresBeforeRest ? MaxCalls : 1;
        while (calls.Count < most && ready.TryDequeue(out var next))
            calls[next.Message.Id] = Task.Run(
                async () => ended.Writer.TryWrite(await post.SendAsync(current, next.Message, next.Body, ct)),
                CancellationToken.None
            );
    }
}
