using Npgsql;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Privacy;
using Wolverine.Http;

namespace ThreadStore.Moderation.Learned;

/// <summary>Asks for a model.</summary>
/// <param name="To">The last position to learn from; left out: after four fifths of the decisions, so that the last fifth
/// judges it.</param>
public sealed record LearnModel(long? To = null);

public static class PostModelEndpoint
{
    /// <summary>Learns from the moderators' decisions up to a position, and judges what was learned by what came after.</summary>
    /// <remarks>A job: it goes on whatever becomes of this server. Nothing is held by the model before it is adopted.</remarks>
    /// <returns>202 the job; 400 validation; 409 not-enough-decisions.</returns>
    [Operation("learnModel"), Answers(typeof(LearningJobView), 202, HasLocation = true)]
    [WolverinePost("/v1/sites/{site}/moderation/model"), Roles(Role.Admin)]
    public static async Task<IResult> Post(
        string site,
        [Body] LearnModel command,
        Caller caller,
        IdempotencyKey key,
        LearningQueue queue,
        LearnedModels models,
        NpgsqlDataSource database,
        Erasures erasures,
        HttpContext http,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (command.To < 0)
            return Problem.Validation("to", Flaw.Range("is a position, 0 or more.", 0, null));
        var asked = key.Of(caller, command);
        var id = asked?.Id ?? Guid.CreateVersion7(now);
        var before = asked is null ? null : await queue.FindAsync(site, id, ct);
        if (before is null)
        {
            var decisions = await LearningRun.CountDecisionsAsync(database, site, command.To, ct);
            if (decisions < LearningRun.MinDecisions)
                return new Problem("not-enough-decisions", LearningRun.NotEnough(decisions));
            var job = LearningJob.New(site, id, now.ToMicroseconds(), command.To, asked?.BodyHash);
            AdminLog.Note(http, $"{id}");
            before = await queue.AddAsync(job, ct) ? job : await queue.FindAsync(site, id, ct) ?? job;
        }
        if (
            asked is not null
            && await erasures.ErasedAtAsync(site, caller.Key, ct) is { } erased
            && erased >= before.StartedAt
        )
            return Problem.Of(Refusal.KeyErased);
        if (before.RequestHash != asked?.BodyHash)
            return Problem.Of(Refusal.KeyConflict);
        return Answer.Of(await before.ViewAsync(models, ct), StatusCodes.Status202Accepted) with
        {
            IsPrivate = true,
            Location = $"/v1/sites/{site}/moderation/model/{id}",
        };
    }
}

public static class GetLearningEndpoint
{
    /// <summary>How far learning is, or what came of it.</summary>
    /// <returns>200 the job; 304; 404 model-not-found.</returns>
    [Operation("getLearning"), Answers(typeof(LearningJobView))]
    [WolverineGet("/v1/sites/{site}/moderation/model/{jobId}"), Roles(Role.Admin)]
    public static async Task<IResult> Get(
        string site,
        Guid jobId,
        LearningQueue queue,
        LearnedModels models,
        CancellationToken ct
    ) =>
        await queue.FindAsync(site, jobId, ct) is { } job
            ? Answer.Of(await job.ViewAsync(models, ct)) with
            {
                IsPrivate = true,
            }
            : new Problem("model-not-found", $"No model was asked for as {jobId}.");

    internal static async Task<LearningJobView> ViewAsync(
        this LearningJob job,
        LearnedModels models,
        CancellationToken ct
    ) =>
        job.View(
            job.Hash is { } hash && await models.FindAsync(job.Site, hash, ct) is { } model
                ? model.Report
                : null
        );
}
