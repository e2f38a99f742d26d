using ThreadStore.Http;
using ThreadStore.Transfer;
using Wolverine.Http;

namespace ThreadStore.ImportJobs;

/// <summary>A page of imports, newest first.</summary>
public sealed record ImportPage(IReadOnlyList<ImportJobView> Items, string? NextCursor);

public static class GetImportsEndpoint
{
    /// <summary>A page of a site's imports, newest first.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("listImports"), Answers(typeof(ImportPage)), Paged]
    [WolverineGet("/v1/sites/{site}/imports"), Roles(Role.Admin)]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        ImportQueue queue,
        CancellationToken ct
    )
    {
        var scope = $"imports/{site}";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        var jobs = await queue.ListAsync(site, page, ct);
        var (shown, next) = page.Cut(jobs, scope, j => Cursor.At(j.StartedAt, j.Id));
        return Answer.Of(new ImportPage([.. shown.Select(j => j.View())], next)) with { IsPrivate = true };
    }
}
