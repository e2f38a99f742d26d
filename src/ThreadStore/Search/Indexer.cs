using JasperFx;
using JasperFx.Events.Daemon;
using Marten;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.History.Reports;
using ThreadStore.Postgres;
using ThreadStore.Setup;

namespace ThreadStore.Search;

/// <summary>
/// Runs Marten's daemon on one node at a time: whichever holds the lock. When that node goes, its connection goes, and
/// another takes over. Of several databases each node takes its part (<see cref="IndexShare"/>).
/// </summary>
/// <remarks>
/// Marten's own HotCold mode needs Patched.DistributedLock.Core, which some registry copies lack; the package that
/// stands in for it (Directory.Build.props) has not the types of that mode. Were two nodes to index for a moment, each
/// batch names the progress that it starts from, and the second fails.
/// </remarks>
public sealed class Indexer(
    IDocumentStore store,
    SessionConnections sessions,
    ServerOptions options,
    IndexShare share,
    ILoggerFactory logs
) : BackgroundService
{
    readonly ILogger log = logs.CreateLogger<Indexer>();

    /// <summary>The advisory lock that all nodes share; any number that nobody else in the database uses.</summary>
    public const long Lock = 0x7365_6172_6368;

    /// <summary>What may lag, and is run here.</summary>
    public static readonly IReadOnlyList<string> Lagging = [SearchRows.Name, ReportRows.Name];

    /// <summary>Between two looks whether the lock is free, or still ours, and the daemon well.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // a node that is there to take writes may leave indexing to the others
        if (!options.IndexesSearch)
            return;
        // the server is to listen first
        await Task.Yield();
        share.Join();
        try
        {
            await TakeTurnsAsync(stoppingToken);
        }
        finally
        {
            share.Leave();
        }
    }

    async Task TakeTurnsAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await sessions.Database.OpenConnectionAsync(stoppingToken);
                await using var presence = await IndexShare.ShowAsync(connection, stoppingToken);
                for (var looks = 0; ; looks++)
                {
                    using (var turn = share.TryBegin(await share.PartAsync(connection, stoppingToken), looks))
                        if (turn is not null)
                        {
                            looks = 0;
                            await TakeTurnAsync(connection, turn, stoppingToken);
                        }
                    await Task.Delay(Interval, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (Outage.Is(e))
            {
                sessions.Database.Clear();
                log.LogWarning("Search and reports wait for the database: {Reason}", e.Message);
            }
            catch (Exception e)
            {
                // whatever it is, they go on where they stopped
                log.LogWarning(e, "Search and reports do not get on; trying again");
            }
            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task TakeTurnAsync(NpgsqlConnection connection, IndexShare.Turn turn, CancellationToken ct)
    {
        // where nothing can be written, there is nothing to index
        await using var mine = await SessionLock.TryTakeAsync(
            connection,
            Lock,
            ct,
            $"not ({DatabaseLook.IsReadOnlySql})"
        );
        if (mine is not null)
            await IndexAsync(connection, turn, ct);
    }

    async Task IndexAsync(NpgsqlConnection connection, IndexShare.Turn turn, CancellationToken ct)
    {
        if (await SearchVersion.RenewAsync(connection, ct))
            log.LogInformation("Search reads the whole history anew, by what this version can find");
        if (await History.Reports.ReportVersion.RenewAsync(connection, ct))
            log.LogInformation("Reports count the whole history anew, by what this version can tell");
        // which tells each 2,000 events, a thousand lines of a history that is counted anew
        using var daemon = await store.BuildProjectionDaemonAsync(
            logger: new IndexerLog(logs.CreateLogger("Marten.Daemon"))
        );
        await RunAsync(daemon, connection, turn, ct);
    }

    /// <summary>
    /// Ends where somebody else has moved what was reached: then a daemon must begin from there. And where this node has
    /// more databases than its part.
    /// </summary>
    async Task RunAsync(
        IProjectionDaemon daemon,
        NpgsqlConnection connection,
        IndexShare.Turn turn,
        CancellationToken ct
    )
    {
        var watch = new ProgressWatch();
        try
        {
            while (true)
            {
                // an agent that stumbled is paused, and starts again
                if (Lagging.Any(p => daemon.StatusFor(ProjectionProgress.ShardOf(p)) != AgentStatus.Running))
                    await daemon.StartAllAsync();
                await Task.Delay(Interval, ct);
                if (await ScalarAsync(connection, $"select {DatabaseLook.IsReadOnlySql}") is true)
                    return;
                if (turn.TryGiveUp(await share.PartAsync(connection, ct)))
                    return;
                foreach (var agent in daemon.CurrentAgents())
                {
                    var (name, reached) = (agent.Name.Identity, agent.Position);
                    var stored = (long)(await ScalarAsync(connection, ProjectionProgress.SqlOf(name)) ?? 0L);
                    if (!watch.WasMoved(name, reached, stored))
                        continue;
                    log.LogWarning(
                        "{Projection} is stored as at {Stored}, and was indexed here up to {Reached}: it goes on from what is stored",
                        name,
                        stored,
                        reached
                    );
                    return;
                }
            }
        }
        finally
        {
            await daemon.StopAllAsync();
        }
    }

    static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
