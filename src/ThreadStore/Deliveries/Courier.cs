using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Postgres;
using ThreadStore.Telemetry;

namespace ThreadStore.Deliveries;

/// <summary>
/// Hands events on to those outside who want to hear of them: at least once, and again for a day where that fails.
/// Every node takes part; what one has in hand when it dies becomes due again for the others.
/// </summary>
public sealed class Courier(
    DeliveryIntake intake,
    DeliveryQueue queue,
    CallClassifier classifier,
    Positions positions,
    WritingPace writing,
    DeliveryPace pace,
    TimeProvider clock,
    ILogger<Courier> log
) : BackgroundService
{
    /// <summary>Calls that a node has under way; a call waits, and costs little meanwhile.</summary>
    const int MaxCalls = 64;

    /// <summary>Of these to one recipient: one that hangs leaves room for seven others.</summary>
    const int MaxCallsPerRecipient = 8;

    /// <summary>Between two looks for what is due: retries, and what other nodes queued.</summary>
    readonly TimeSpan interval =
        pace.FirstRetry < TimeSpan.FromSeconds(1) ? pace.FirstRetry : TimeSpan.FromSeconds(1);

    /// <summary>Between two looks at the history where nobody says that there is more of it, and after a mishap.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The first event after a pause is handed on at once; on a busy site, many share a statement.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>While writers are busy, reading on waits; no longer than this.</summary>
    static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(500);

    readonly SemaphoreSlim wake = new(0);
    readonly Lock gate = new();
    readonly Dictionary<(string Site, string Name), int> calls = [];
    readonly HashSet<Task> underWay = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // the server is to listen first
        await Task.Yield();
        await Task.WhenAll(RepeatAsync(ReadOnAsync, stoppingToken), RepeatAsync(SendAsync, stoppingToken));
        // cut off by now; what they had in hand is due again before long
        await Task.WhenAll(underWay);
    }

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    async Task RepeatAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await work(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested) { }
            catch (Exception e) when (Outage.Is(e))
            {
                log.LogWarning("Deliveries wait for the database: {Reason}", e.Message);
                await Task.Delay(Patience, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e)
            {
                // whatever it is: a service that ends would take the server with it
                log.LogWarning(e, "Deliveries do not get on; trying again");
                await Task.Delay(Patience, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task ReadOnAsync(CancellationToken ct)
    {
        await intake.BeginAsync(ct);
        while (true)
        {
            await writing.YieldAsync(LongestDelay, ct);
            var known = positions.Newest;
            var (position, queued, hasMore) = await intake.TakeAsync(clock.GetUtcNow(), ct);
            if (queued > 0)
                wake.Release();
            if (hasMore)
                continue;
            await Task.Delay(Pause, ct);
            await positions
                .MovedBeyondAsync(position ?? known)
                .WaitAsync(Patience, ct)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task SendAsync(CancellationToken ct)
    {
        while (true)
        {
            var claimed = await ClaimAsync(ct);
            foreach (var delivery in claimed)
                Start(delivery, ct);
            await wake.WaitAsync(interval, ct);
            while (wake.Wait(0, CancellationToken.None)) { }
        }
    }

    async Task<IReadOnlyList<Delivery>> ClaimAsync(CancellationToken ct)
    {
        Dictionary<(string, string), int> busy;
        lock (gate)
            busy = new(calls);
        var free = MaxCalls - busy.Values.Sum();
        return free == 0
            ? []
            : await queue.ClaimAsync(clock.GetUtcNow(), busy, MaxCallsPerRecipient, free, ct);
    }

    void Start(Delivery delivery, CancellationToken ct)
    {
        var key = (delivery.Site, delivery.Recipient);
        lock (gate)
        {
            calls[key] = calls.GetValueOrDefault(key) + 1;
            var task = Task.Run(() => DeliverAsync(delivery, ct), CancellationToken.None);
            underWay.Add(task);
            _ = task.ContinueWith(
                Ended,
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
        }

        void Ended(Task task)
        {
            lock (gate)
            {
                underWay.Remove(task);
                if (--calls[key] == 0)
                    calls.Remove(key);
            }
            wake.Release();
        }
    }

    async Task DeliverAsync(Delivery delivery, CancellationToken ct)
    {
        try
        {
            var outcome = await AttemptAsync(delivery, ct);
            Meters.Deliveries.Add(1, new KeyValuePair<string, object?>("outcome", outcome.Kind.Word()));
            await SettleAsync(delivery, outcome, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { }
        catch (Exception e)
        {
            // it is due again when the time is over for which this node has it
            log.LogWarning("Could not note how a delivery ended: {Reason}", e.Message);
        }
    }

    async Task<DeliveryOutcome> AttemptAsync(Delivery delivery, CancellationToken ct)
    {
        try
        {
            return await classifier.RunAsync(delivery, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            log.LogWarning(
                e,
                "Could not deliver {Position} to {Recipient} of {Site}",
                delivery.Position,
                delivery.Recipient,
                delivery.Site
            );
            return DeliveryOutcome.Postponed("our own fault");
        }
    }

    async Task SettleAsync(Delivery delivery, DeliveryOutcome outcome, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        switch (outcome.Kind)
        {
            case DeliveryOutcomeKind.Done:
                await queue.DoneAsync(delivery, now, ct);
                return;
            case DeliveryOutcomeKind.Refused:
                log.LogWarning(
                    "{Recipient} of {Site} wants to hear no more of {Subject}",
                    delivery.Recipient,
                    delivery.Site,
                    delivery.Subject
                );
                await queue.GiveUpAsync(delivery, ct);
                return;
            case DeliveryOutcomeKind.Failed:
                var failures = await queue.FailedAsync(delivery, now, outcome.RetryAfter, ct);
                if (failures == DeliveryPace.FailuresBeforeRest)
                    log.LogWarning(
                        "{Recipient} of {Site} fails, and is tried less often: {Failure}",
                        delivery.Recipient,
                        delivery.Site,
                        outcome.Failure
                    );
                break;
            default:
                break;
        }
        var due = now + pace.RetryAfter(delivery.Attempts);
        if (due < delivery.QueuedAt + pace.GiveUpAfter)
        {
            await queue.RetryAsync(delivery, due, outcome.Failure ?? "", ct);
            return;
        }
        log.LogWarning(
            "{Recipient} of {Site} was not told of {Subject} in {Attempts} attempts; given up: {Failure}",
            delivery.Recipient,
            delivery.Site,
            delivery.Subject,
            delivery.Attempts,
            outcome.Failure
        );
        await queue.GiveUpAsync(delivery, ct);
    }
}
