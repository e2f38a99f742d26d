using System.Text;
using ThreadStore.Http;
using ThreadStore.Transfer;
using Wolverine.Http;

namespace ThreadStore.ImportJobs;

public static class GetImportProblemsEndpoint
{
    /// <summary>What was wrong in an import's file as NDJSON, a line for each problem, in the order of their finding.</summary>
    /// <returns>200 the problems; 404 import-not-found.</returns>
    [Operation("getImportProblems"), Answers(typeof(ImportProblem), ContentType = "application/x-ndjson")]
    [WolverineGet("/v1/sites/{site}/imports/{importId}/problems"), Roles(Role.Admin)]
    public static Task<IResult> Get(string site, Guid importId, ImportQueue queue, CancellationToken ct) =>
        queue.AnswerAsync(site, importId, job => new ProblemLines(queue, site, job.Id), ct);
}

sealed record ProblemLines(ImportQueue Queue, string Site, Guid Id) : IResult
{
    const int FlushAt = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, ct) = (httpContext.Response, httpContext.RequestAborted);
        await using var command = Queue.Problems(Site, Id);
        await using var reader = await command.ExecuteReaderAsync(ct);
        response.ContentType = "application/x-ndjson";
        response.Headers.CacheControl = "private, no-store";
        var lines = new StringBuilder();
        while (await reader.ReadAsync(ct))
        {
            lines.Append(reader.GetString(0)).Append('\n');
            if (lines.Length < FlushAt)
                continue;
            await response.WriteAsync(lines.ToString(), ct);
            lines.Clear();
        }
        await response.WriteAsync(lines.ToString(), ct);
    }
}
