using Npgsql;
using ThreadStore.Postgres;

namespace ThreadStore.Jobs;

/// <summary>Works on the jobs of a queue, one at a time on each node.</summary>
/// <param name="work">What it is, for people.</param>
public abstract class JobWorker<T>(JobQueue<T> queue, TimeProvider clock, ILogger log, string work)
    : BackgroundService
    where T : class, IJob
{
    /// <summary>Between two looks for what other nodes left.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Between two words that it is worked on; a fraction of a turn.</summary>
    static readonly TimeSpan KeepInterval = TimeSpan.FromSeconds(1);

    /// <summary>Before it looks for jobs, and after each of them that it found.</summary>
    protected virtual Task CleanAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>Does it, and says in the queue that it ended.</summary>
    /// <param name="ending">Cancelled where the server stops, the job was cancelled, or another has it now.</param>
    protected abstract Task WorkAsync(T job, CancellationTokenSource ending);

    /// <summary>Says that it is worked on.</summary>
    /// <returns>False: it was cancelled, or another has it now.</returns>
    protected virtual Task<bool> KeepAsync(T job, CancellationToken ct) => queue.KeepAsync(job, ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // the server is to listen first
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await CleanAsync(stoppingToken);
                while (await queue.TakeAsync(stoppingToken) is { } job)
                    await TakeUpAsync(job, stoppingToken);
                await queue.WaitAsync(Interval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception e)
            {
                // the schema may not be settled yet; whoever settles it is told what is missing
                if (Outage.Is(e))
                    log.LogWarning(
                        "{Work} wait for the database: {Reason}",
                        work,
                        e.GetBaseException().Message
                    );
                else if (e is not PostgresException { SqlState: PostgresErrorCodes.UndefinedTable })
                    log.LogError(e, "{Work} stumbled", work);
                await Task.Delay(Interval, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task TakeUpAsync(T job, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var keeping = KeepOnAsync(job, ending);
        try
        {
            await WorkAsync(job, ending);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // cancelled, or another has it now, or the server stops: then another goes on with it
            if (stopping.IsCancellationRequested)
                await queue.LeaveAsync(job);
        }
        finally
        {
            await ending.CancelAsync();
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Says that it is worked on, and finds out that it was cancelled, or that another has it.</summary>
    async Task KeepOnAsync(T job, CancellationTokenSource ending)
    {
        while (true)
        {
            await Task.Delay(KeepInterval, clock, ending.Token);
            try
            {
                if (!await KeepAsync(job, ending.Token))
                    await ending.CancelAsync();
            }
            catch (Exception e) when (Outage.Is(e))
            {
                // the database is back before the turn is over, or another takes it over
            }
        }
    }
}
