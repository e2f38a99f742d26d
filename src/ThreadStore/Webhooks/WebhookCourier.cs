using Npgsql;
using ThreadStore.Databases;
using ThreadStore.EventStore;
using ThreadStore.Http.Hot;
using ThreadStore.Kernel;
using ThreadStore.Postgres;

namespace ThreadStore.Webhooks;

/// <summary>
/// Sees to it that every webhook is somebody's: a node takes those that nobody has, and keeps them while it lives. When
/// it dies, others take them over.
/// </summary>
public sealed class WebhookCourier(
    NpgsqlDataSource database,
    WebhookReader reader,
    WebhookQueue queue,
    WebhookMessages messages,
    WebhookPost post,
    WebhookPace pace,
    WebhookBell bell,
    HotPages pages,
    Positions positions,
    WritingPace writing,
    TimeProvider clock,
    ILogger<WebhookCourier> log
) : BackgroundService
{
    /// <summary>How long a node that says nothing keeps its webhooks; longer than a call takes.</summary>
    TimeSpan Turn => pace.Timeout + TimeSpan.FromSeconds(10);

    /// <summary>Between two looks for webhooks that are nobody's.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Kept rows of what is done and over, where the site does not say for how long.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    static readonly TimeSpan BetweenPurges = TimeSpan.FromHours(1);

    /// <summary>Those that are nobody's, and those that this node has and must say so of.</summary>
    static readonly string Take = $"""
        update {WebhookTables.Webhooks} w set taken_by = $1, taken_until = now() + $2
        from (
          select h.site, h.name from {WebhookTables.Webhooks} h
          where (h.taken_until is null or h.taken_until < now() or (h.taken_by = $1 and h.taken_until < now() + $2 / 2))
            and not {DatabaseTables.LivesElsewhere("h.site")}
          order by h.site, h.name for update skip locked
        ) f where w.site = f.site and w.name = f.name
        returning w.site, w.name
        """;

    const string Leave = $"""
        update {WebhookTables.Webhooks} set taken_by = null, taken_until = null where taken_by = $1
        """;

    static readonly string Purge = $"""
        delete from {WebhookTables.Deliveries} d
        where d.state <> 'pending' and d.queued_at < $1 and not {DatabaseTables.LivesElsewhere("d.site")}
        """;

    /// <summary>This process: one that starts again is another.</summary>
    readonly Guid node = Guid.NewGuid();

    /// <summary>Whether it is to begin again, they say in the end.</summary>
    readonly Dictionary<(string Site, string Name), Task<bool>> workers = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // the server is to listen first
        await Task.Yield();
        var purged = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            var rung = bell.Rung;
            try
            {
                await TakeAsync(stoppingToken);
                if (clock.GetUtcNow() is var now && now - purged > BetweenPurges)
                {
                    await using var command = database.CreateCommand(Purge, now - Kept);
                    await command.ExecuteNonQueryAsync(stoppingToken);
                    purged = now;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception e)
            {
                // whatever it is: a service that ends would take the server with it
                if (Outage.Is(e))
                    log.LogWarning("Webhooks wait for the database: {Reason}", e.Message);
                else
                    log.LogWarning(e, "Webhooks do not get on; trying again");
            }
            await Task.WhenAny(rung, Task.Delay(Interval, stoppingToken));
        }
        await Task.WhenAll((IEnumerable<Task>)workers.Values)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await LeaveAsync();
    }

    async Task TakeAsync(CancellationToken ct)
    {
        foreach (var (key, ended) in workers.Where(w => w.Value.IsCompleted).ToArray())
        {
            workers.Remove(key);
            if (await ended)
                Start(key, ct);
        }
        await using var command = database.CreateCommand(Take, node, Turn);
        await using var found = await command.ExecuteReaderAsync(ct);
        while (await found.ReadAsync(ct))
        {
            var key = (found.GetString(0), found.GetString(1));
            if (!workers.ContainsKey(key))
                Start(key, ct);
        }
    }

    void Start((string Site, string Name) key, CancellationToken ct) =>
        workers[key] = Task.Run(() => WorkAsync(key, ct), CancellationToken.None);

    async Task<bool> WorkAsync((string Site, string Name) key, CancellationToken ct)
    {
        try
        {
            await new WebhookWorker(
                key,
                node,
                reader,
                queue,
                messages,
                post,
                pace,
                bell,
                pages,
                positions,
                writing,
                clock
            ).RunAsync(ct);
            return false;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            // it begins again, from what is stored
            if (Outage.Is(e))
                log.LogWarning(
                    "The webhook {Webhook} of {Site} waits for the database: {Reason}",
                    key.Name,
                    key.Site,
                    e.Message
                );
            else
                log.LogWarning(e, "The webhook {Webhook} of {Site} does not get on", key.Name, key.Site);
            return true;
        }
    }

    /// <summary>Others may go on at once.</summary>
    async Task LeaveAsync()
    {
        try
        {
            await using var command = database.CreateCommand(Leave, node);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogWarning("Webhooks could not be handed over, and wait a moment: {Reason}", e.Message);
        }
    }
}
