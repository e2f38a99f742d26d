using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using Wolverine.Http;

namespace ThreadStore.History;

public static class GetEventFeedEndpoint
{
    public const int DefaultLimit = 1_000;
    public const int MaxLimit = 10_000;

    /// <summary>
    /// A stretch of the site's history as NDJSON, one event a line, in the order of positions. Whoever goes on after the
    /// last position that they have misses nothing and meets nothing twice, whatever is written meanwhile. With
    /// <c>follow=true</c> the answer has no end, unless a limit is given: it sends what there is, then what comes, and
    /// after every 15 s of silence an empty line, which is no event. A history that does not go as far as <c>after</c> is
    /// <c>behind</c>.
    /// </summary>
    /// <returns>200 the events; 400 bad-request, validation; 503 busy, behind.</returns>
    [Operation("getEvents"), Answers(typeof(EventLineShape), ContentType = "application/x-ndjson")]
    [Query("after", typeof(long), "Only events after this position.", Default = 0, Min = 0)]
    [Query("limit", typeof(int), "How many events at most.", Default = DefaultLimit, Min = 1, Max = MaxLimit)]
    [Query("type", typeof(string), "Only events of this type, such as comment-posted.")]
    [Query("article", typeof(string), "Only what happened on this article.")]
    [Query("commenter", typeof(string), "Only what this commenter did, or what happened to what they wrote.")]
    [Query("follow", typeof(bool), "Stay, and send what comes.", Default = false)]
    [WolverineGet("/v1/sites/{site}/events"), Roles(Role.Analyst)]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        EventFeed feed,
        Limits limits,
        Positions positions,
        CancellationToken ct
    )
    {
        var query = http.Request.Query;
        if (PageQuery.ReadNumber(http, "limit", DefaultLimit, 1, MaxLimit, out var limit) is { } wrong)
            return wrong;
        long after = 0;
        if (
            query["after"].FirstOrDefault() is { } text
            && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after)
        )
            return Problem.BadRequest("after is a position, a whole number.");
        if (PageQuery.ReadFlag(http, "follow", out var follow) is { } noFlag)
            return noFlag;
        var type = query["type"].FirstOrDefault();
        if (type is not null && EventNames.Find(type) is null)
            return Problem.Validation("type", Flaw.Of($"There is no event '{type}'.", "unknown"));
        var (article, commenter) = (query["article"].FirstOrDefault(), query["commenter"].FirstOrDefault());
        if ((article is null ? null : Keys.Fault(article)) is { } badArticle)
            return Problem.Validation("article", badArticle);
        if ((commenter is null ? null : Keys.Fault(commenter)) is { } badCommenter)
            return Problem.Validation("commenter", badCommenter);
        // nobody comes from the future: whoever has more than there is has it of a history that was lost
        if (!await positions.WaitForAsync(after, ct))
            return Problem.BeyondHistory(after, positions.Newest);
        return new FeedAnswer(
            feed,
            limits,
            new(
                new(site, type, article, commenter),
                after,
                // who follows goes on; but a limit that was asked for is one
                follow && !query.ContainsKey("limit")
                    ? null
                    : limit,
                follow
            )
        );
    }
}

sealed record FeedAnswer(EventFeed Feed, Limits Limits, FeedRequest Request) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted);
        var (response, ct) = (httpContext.Response, leave.Token);
        using var place = Request.Follow ? await Limits.OpenStreamAsync(httpContext) : null;
        if (Request.Follow && place is null)
            return;
        // whoever takes events in may stop for a while, and holds nothing but a buffer meanwhile
        if (httpContext.Features.Get<IHttpMinResponseDataRateFeature>() is { } pace)
            pace.MinDataRate = Limits.Patient;
        var lines = Feed.Open(Request, ct);
        var staying = Task.CompletedTask;
        try
        {
            // the first of it before the answer begins: where nothing can be read, its status says so
            if (!Request.Follow)
                lines.AdvanceTo((await lines.ReadAsync(ct)).Buffer.Start);
            response.ContentType = "application/x-ndjson";
            response.Headers.CacheControl = "private, no-store";
            // nginx would collect it
            response.Headers["X-Accel-Buffering"] = "no";
            if (Request.Follow)
            {
                await response.StartAsync(ct);
                await response.Body.FlushAsync(ct);
                staying = EndWithLeaveAsync(httpContext, leave);
            }
            await CopyAsync(lines, response.Body, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // the reader went away, as readers do, or may not stay
        }
        catch (HistoryWentBackException)
        {
            // an end in order would say that all is well
            httpContext.Abort();
        }
        finally
        {
            await lines.CompleteAsync();
            await leave.CancelAsync();
            await staying;
        }
    }

    /// <summary>A ban, a sign-out and the end of a token end what was begun before them.</summary>
    static async Task EndWithLeaveAsync(HttpContext http, CancellationTokenSource leave)
    {
        if (http.Features.Get<Gate>() is not { } gate)
            return;
        while (!leave.IsCancellationRequested)
        {
            await Task.Delay(BetweenLooks, leave.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (!leave.IsCancellationRequested && !await gate.StillAdmitsAsync(http))
                    await leave.CancelAsync();
            }
            catch (Exception e) when (Outage.Is(e) || e is OperationCanceledException)
            {
                // who may stay is not known while the database is away; nothing is sent either
            }
        }
    }

    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    /// <summary>Writes what comes, and has it go out whenever there is nothing more for now.</summary>
    static async Task CopyAsync(PipeReader lines, Stream body, CancellationToken ct)
    {
        while (true)
        {
            if (!lines.TryRead(out var read))
            {
                await body.FlushAsync(ct);
                read = await lines.ReadAsync(ct);
            }
            foreach (var segment in read.Buffer)
                await body.WriteAsync(segment, ct);
            lines.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }
}
