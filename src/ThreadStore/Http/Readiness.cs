using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ThreadStore.Http;

/// <summary>
/// Whether the server is ready, asked at most once in a moment: balancers that ask, and whoever else does, share an
/// answer, for each costs the database several statements.
/// </summary>
public sealed class Readiness(HealthCheckService checks)
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
                last = Task.Run(() => checks.CheckHealthAsync(CancellationToken.None));
            }
            return last;
        }
    }

    public async Task AnswerAsync(HttpContext http)
    {
        var report = await CheckAsync().WaitAsync(http.RequestAborted);
        http.Response.StatusCode =
            report.Status == HealthStatus.Unhealthy
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status200OK;
        http.Response.Headers.CacheControl = "no-store";
        await Telemetry.WriteAsync(http, report);
    }
}
