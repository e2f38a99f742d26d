using System.Globalization;
using System.Threading.RateLimiting;
using ThreadStore.Http;

namespace ThreadStore.Search;

/// <summary>How often one address may search. A search costs what a thousand pages do, and anybody may ask for one.</summary>
public sealed class SearchLimit(IConfiguration configuration) : IDisposable
{
    readonly PartitionedRateLimiter<string>? limiter = RateLimits.Searches(configuration);

    /// <returns>429 where it was too often; else null.</returns>
    public Problem? Refuse(HttpContext http)
    {
        using var lease = limiter?.AttemptAcquire(RateLimits.AddressOf(http.Connection.RemoteIpAddress));
        if (lease is null or { IsAcquired: true })
            return null;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.Zero;
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return new("rate-limited", $"Those were too many searches at once. Try again in {seconds} s.");
    }

    public void Dispose() => limiter?.Dispose();
}
