using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ThreadStore.Kernel;

namespace ThreadStore.Databases;

/// <summary>
/// Whether the server is ready, asked at most once in a moment: balancers that ask, and whoever else does, share an
/// answer, for each costs the database several statements.
/// </summary>
public sealed class Readiness(AllDatabases databases)
{
    /// <summary>Less than any balancer waits between two questions.</summary>
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    readonly Lock gate = new();
    Task<HealthReport>? last;
    long since;

    public Task<HealthReport> CheckAsync()
    {
        lock (gate)
        {
            // counted from when a look began: one that takes long tells of the time before it
            if (last is null || Stopwatch.GetElapsedTime(since) > Moment)
            {
                since = Stopwatch.GetTimestamp();
                // not by the token of the request that happens to ask first: others wait for the same answer
                last = Task.Run(CheckAllAsync);
            }
            return last;
        }
    }

    /// <summary>
    /// Of several databases the checks have its name before their own, and the server is ready while one is: what is in
    /// the others is still answered.
    /// </summary>
    async Task<HealthReport> CheckAllAsync()
    {
        if (!databases.AreSeveral)
            return await CheckAsync(databases.All[0].Services);
        var since = Stopwatch.GetTimestamp();
        var reports = await Task.WhenAll(
            databases.All.Select(async d => (d.Name, Report: await CheckAsync(d.Services)))
        );
        return new(
            reports
                .SelectMany(r => r.Report.Entries.Select(e => ($"{r.Name}.{e.Key}", e.Value)))
                .ToDictionary(e => e.Item1, e => e.Value),
            reports.Any(r => r.Report.Status != HealthStatus.Unhealthy)
                // the worst of them, but never that nobody is to come
                ? (HealthStatus)Math.Max((int)HealthStatus.Degraded, (int)reports.Min(r => r.Report.Status))
                : HealthStatus.Unhealthy,
            Stopwatch.GetElapsedTime(since)
        );
    }

    static Task<HealthReport> CheckAsync(IServiceProvider? services) =>
        services?.GetRequiredService<HealthCheckService>().CheckHealthAsync(CancellationToken.None)
        ?? Task.FromResult(
            new HealthReport(
                new Dictionary<string, HealthReportEntry>
                {
                    ["database"] = new(
                        HealthStatus.Unhealthy,
                        "The database can't be reached.",
                        default,
                        null,
                        null
                    ),
                },
                default
            )
        );

    public async Task AnswerAsync(HttpContext http)
    {
        var report = await CheckAsync().WaitAsync(http.RequestAborted);
        http.Response.StatusCode =
            report.Status == HealthStatus.Unhealthy
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status200OK;
        http.Response.Headers.CacheControl = "no-store";
        await WriteAsync(http, report);
    }

    /// <summary>Says of each check how it went; its numbers (position, lag) as numbers.</summary>
    static Task WriteAsync(HttpContext http, HealthReport report) =>
        http.Response.WriteAsJsonAsync(
            new
            {
                status = report.Status,
                checks = report.Entries.ToDictionary(
                    e => e.Key,
                    e => new
                    {
                        status = e.Value.Status,
                        description = e.Value.Description,
                        data = e.Value.Data,
                    }
                ),
            },
            Json.Options,
            http.RequestAborted
        );
}
