using Microsoft.AspNetCore.Http.Features;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Privacy;
using ThreadStore.Transfer;
using Wolverine.Http;

namespace ThreadStore.ImportJobs;

public static class PostImportEndpoint
{
    /// <summary>Loads discussions from another system, or a site that was exported: the file is the body, of any size.</summary>
    /// <remarks>It is answered when all of the file has come; the import goes on by itself, whatever becomes of this
    /// server.</remarks>
    /// <returns>202 the import; 400 validation.</returns>
    [Operation("postImport"), Answers(typeof(ImportJobView), 202, HasLocation = true)]
    [TakesFile(
        "The file as it is: plain, gzip or zip, in one of the formats. Files that belong together come in one zip. Any `Content-Type` will do.",
        """
            {"type":"header","format":"threadstore-ndjson","version":1}
            {"type":"article","key":"bridge","url":"https://news.example/bridge","title":"The bridge"}
            {"type":"commenter","externalId":"7","name":"Ada"}
            {"type":"comment","externalId":"1","article":"bridge","author":"7","createdAt":"2021-04-02T10:00:00Z","body":"At last!"}
            """
    )]
    [Query("format", typeof(string), "What wrote the file; recognised by its content where left out.")]
    [Query("dryRun", typeof(bool), "Only find out what would come of it.", Default = false)]
    [Query("strict", typeof(bool), "Store nothing where anything can't be read.", Default = false)]
    [Query("siteUrl", typeof(string), "Base of addresses that are relative in the file.")]
    [Query(
        "article",
        typeof(string),
        "The key of the page that a file of the format text is; made of its day and its first paragraph where left out."
    )]
    [WolverinePost("/v1/sites/{site}/imports"), Roles(Role.Admin)]
    public static async Task<IResult> Post(
        string site,
        HttpContext http,
        Caller caller,
        IdempotencyKey key,
        ImportQueue queue,
        Erasures erasures,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        string? Asked(string name) => http.Request.Query[name].FirstOrDefault();
        var (format, siteUrl, article) = (Asked("format"), Asked("siteUrl"), Asked("article"));
        if (format is not null && !Recognition.Names.Contains(format))
            return Problem.Validation("format", $"is one of {string.Join(", ", Recognition.Names)}.");
        if (PageQuery.ReadFlag(http, "dryRun", out var isDry) is { } noFlag)
            return noFlag;
        if (PageQuery.ReadFlag(http, "strict", out var isStrict) is { } noWord)
            return noWord;
        if (siteUrl is not null && !IsWebAddress(siteUrl))
            return Problem.Validation("siteUrl", "is an http or https address.");
        if (article is not null && Keys.Fault(article) is { } fault)
            return Problem.Validation("article", fault);

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        var asked = key.Of(
            caller,
            new
            {
                format,
                isDry,
                isStrict,
                siteUrl,
                article,
            }
        );
        var id = asked?.Id ?? Guid.CreateVersion7(now);
        // the same again is only read, in order to see that it is the same
        var before = asked is null ? null : await queue.FindAsync(site, id, ct);
        var (bytes, hash) = await queue.ReceiveAsync(
            site,
            before is null ? id : Guid.CreateVersion7(now),
            http.Request.Body,
            ct
        );
        var job = new ImportJob(
            site,
            id,
            format,
            isDry,
            isStrict,
            siteUrl,
            article,
            asked is null ? null : $"{asked.BodyHash}:{hash}",
            ImportState.Running,
            bytes,
            now.ToMicroseconds(),
            EndedAt: null,
            new(),
            Report: null,
            Position: null
        );
        if (before is null && !await queue.AddAsync(job, ct))
            before = await queue.FindAsync(site, id, ct);
        if (
            before is not null
            && await erasures.ErasedAtAsync(site, caller.Key, ct) is { } erased
            && erased >= before.StartedAt
        )
            return Problem.Of(Refusal.KeyErased);
        if (before is not null && before.RequestHash != job.RequestHash)
            return Problem.Of(Refusal.KeyConflict);
        return Answer.Of((before ?? job).View(), StatusCodes.Status202Accepted) with
        {
            IsPrivate = true,
            Location = $"/v1/sites/{site}/imports/{id}",
        };
    }

    static bool IsWebAddress(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
