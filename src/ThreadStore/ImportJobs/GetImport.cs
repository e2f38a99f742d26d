using ThreadStore.Http;
using ThreadStore.Transfer;
using Wolverine.Http;

namespace ThreadStore.ImportJobs;

public static class GetImportEndpoint
{
    /// <summary>How far an import is, or what came of it.</summary>
    /// <returns>200 the import; 304; 404 import-not-found.</returns>
    [Operation("getImport"), Answers(typeof(ImportJobView))]
    [WolverineGet("/v1/sites/{site}/imports/{importId}"), Roles(Role.Admin)]
    public static async Task<IResult> Get(
        string site,
        Guid importId,
        ImportQueue queue,
        CancellationToken ct
    ) => await queue.AnswerAsync(site, importId, job => Answer.Of(job.View()) with { IsPrivate = true }, ct);

    /// <summary>Answers about an import; where there is none of that id, that.</summary>
    internal static async Task<IResult> AnswerAsync(
        this ImportQueue queue,
        string site,
        Guid importId,
        Func<ImportJob, IResult> answer,
        CancellationToken ct
    ) =>
        await queue.FindAsync(site, importId, ct) is { } job ? answer(job) : Problem.ImportNotFound(importId);
}

public static class CancelImportEndpoint
{
    /// <summary>Stops an import. What came in stays, and the same file goes on from there.</summary>
    /// <returns>204 it is stopped, or had ended; 404 import-not-found.</returns>
    [Operation("cancelImport")]
    [WolverineDelete("/v1/sites/{site}/imports/{importId}"), Roles(Role.Admin)]
    public static async Task<IResult> Delete(
        string site,
        Guid importId,
        ImportQueue queue,
        CancellationToken ct
    )
    {
        await queue.CancelAsync(site, importId, ct);
        return await queue.AnswerAsync(site, importId, _ => Results.NoContent(), ct);
    }
}
