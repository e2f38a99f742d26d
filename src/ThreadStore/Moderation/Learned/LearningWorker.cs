using Npgsql;
using ThreadStore.Jobs;
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
) : JobWorker<LearningJob>(queue, clock, log, "Models to be learned")
{
    readonly LearningQueue queue = queue;
    readonly TimeProvider clock = clock;
    readonly ILogger<LearningWorker> log = log;

    /// <summary>How much of the one that is worked on, of 1.</summary>
    double done;

    protected override Task<bool> KeepAsync(LearningJob job, CancellationToken ct) =>
        queue.KeepAsync(job, Volatile.Read(ref done), ct);

    protected override Task WorkAsync(LearningJob job, CancellationTokenSource ending)
    {
        Volatile.Write(ref done, 0);
        return LearnAsync(job, part => Volatile.Write(ref done, part), ending.Token);
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
}
