using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Postgres;

namespace ThreadStore.Moderation.Learned;

/// <summary>Makes models, one at a time on each node.</summary>
public sealed class LearningWorker(
    LearningQueue queue,
    LearnedModels models,
    NpgsqlDataSource database,
    TimeProvider clock,
    ILogger<LearningWorker> log
) : BackgroundService
{
    /// <summary>Between two looks for what other nodes left.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Between two words that it is worked on; a tenth of a turn.</summary>
    static readonly TimeSpan KeepInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // the server is to listen first
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await queue.TakeAsync(stoppingToken) is { } job)
                    await WorkAsync(job, stoppingToken);
                await queue.WaitAsync(Interval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception e)
            {
                // the schema may not be settled yet; whoever settles it is told what is missing
                if (e is not PostgresException { SqlState: PostgresErrorCodes.UndefinedTable })
                    log.LogWarning("Learning waits: {Reason}", e.GetBaseException().Message);
                await Task.Delay(Interval, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task WorkAsync(LearningJob job, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var done = 0.0;
        var keeping = KeepAsync(job, () => Volatile.Read(ref done), ending);
        try
        {
            await LearnAsync(job, part => Volatile.Write(ref done, part), ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // the server stops, or another has it now
            if (stopping.IsCancellationRequested)
                await queue.LeaveAsync(job);
        }
        finally
        {
            await ending.CancelAsync();
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task LearnAsync(LearningJob job, Action<double> progress, CancellationToken ct)
    {
        try
        {
            var language = await LearnedModels.LanguageAsync(database, job.Site, ct);
            var result = await Task.Run(
                () => LearningRun.RunAsync(database, job.Site, language, job.To, progress, ct),
                ct
            );
            await models.KeepAsync(job.Site, result, clock.GetUtcNow().ToMicroseconds(), ct);
            await queue.EndAsync(job, result.Model.Hash, null, ct);
            log.LogInformation(
                "Learned of {Site} from {Texts} texts: {Hash}",
                job.Site,
                result.Report.Learned,
                result.Model.Hash
            );
        }
        catch (NotEnoughDecisionsException e)
        {
            await queue.EndAsync(job, null, e.Message, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException && !Outage.Is(e))
        {
            log.LogError(e, "Learning {Job} of {Site} failed", job.Id, job.Site);
            await queue.EndAsync(job, null, "It failed on our side.", ct);
        }
    }

    /// <summary>Says that it is worked on, and finds out that another has it.</summary>
    async Task KeepAsync(LearningJob job, Func<double> progress, CancellationTokenSource ending)
    {
        while (true)
        {
            await Task.Delay(KeepInterval, clock, ending.Token);
            try
            {
                if (!await queue.KeepAsync(job, progress(), ending.Token))
                    await ending.CancelAsync();
            }
            catch (Exception e) when (Outage.Is(e))
            {
                // the database is back before the turn is over, or another takes it over
            }
        }
    }
}
