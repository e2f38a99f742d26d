using System.Collections.Concurrent;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Postgres;

namespace ThreadStore.Inbox;

/// <summary>
/// Keeps inboxes up to date, on one node at a time, and tells those who watch theirs on this node. A site without
/// watchers pays one look at the new events a moment.
/// </summary>
public sealed class InboxService(
    InboxReader reader,
    NpgsqlDataSource database,
    Positions positions,
    WritingPace writing,
    ILogger<InboxService> log
) : BackgroundService
{
    /// <summary>Between two looks where nobody says that there is more, and after a mishap.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The first event after a pause is told at once; on a busy site, many share a statement.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>While another node is at it: how soon what it did is noticed.</summary>
    static readonly TimeSpan Behind = TimeSpan.FromMilliseconds(100);

    /// <summary>While writers are busy, reading on waits; no longer than this.</summary>
    static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    const string ProgressSql =
        $"select coalesce((select position from {InboxTables.Progress} where name = 'inbox'), 0)";

    readonly ConcurrentDictionary<(string Site, Guid Commenter), TaskCompletionSource> watched = new();
    long reached;

    /// <summary>Up to where everybody's inbox holds everything, as far as this node knows.</summary>
    public long Reached => Volatile.Read(ref reached);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // the server is to listen first
        await Task.Yield();
        var hasBegun = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!hasBegun)
                    await reader.BeginAsync(stoppingToken);
                hasBegun = true;
                await writing.YieldAsync(LongestDelay, stoppingToken);
                var known = positions.Newest;
                var read = await reader.ReadOnAsync(stoppingToken);
                await TellAsync(read?.Position ?? await ReadProgressAsync(stoppingToken), stoppingToken);
                if (read is { HasMore: true })
                    continue;
                await Task.Delay(Pause, stoppingToken);
                // what another node has not read yet, it reads now
                await positions
                    .MovedBeyondAsync(Math.Max(known, Reached))
                    .WaitAsync(Reached < known ? Behind : Patience, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception e)
            {
                // whatever it is: a service that ends would take the server with it
                if (Outage.Is(e))
                    log.LogWarning("Inboxes wait for the database: {Reason}", e.Message);
                else
                    log.LogWarning(e, "Inboxes do not get on; trying again");
                await Task.Delay(Patience, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public async Task<long> ReadProgressAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(ProgressSql);
        return (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
    }

    /// <returns>False where inboxes do not hold everything up to there in good time.</returns>
    public async Task<bool> WaitForAsync(long position, CancellationToken ct)
    {
        writing.Hurry();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Positions.Patience);
        try
        {
            while (await ReadProgressAsync(deadline.Token) < position)
                await Task.Delay(Pause, deadline.Token);
            return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Ends when there is news for somebody, or may be.</summary>
    public Task NewsAsync(string site, Guid commenter) =>
        watched.GetOrAdd((site, commenter), _ => New()).Task;

    /// <summary>Somebody read what they were told: their other windows are to know.</summary>
    public void Ring(string site, Guid commenter)
    {
        if (watched.TryRemove((site, commenter), out var waiting))
            waiting.TrySetResult();
    }

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    async Task TellAsync(long position, CancellationToken ct)
    {
        var before = Interlocked.Exchange(ref reached, position);
        if (watched.IsEmpty || before == position)
            return;
        await using var command = database.CreateCommand(
            $"select distinct site, commenter_id from {InboxTables.Notifications} where position > $1 and position <= $2",
            Math.Min(before, position),
            position
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            Ring(reader.GetString(0), reader.GetGuid(1));
    }
}
