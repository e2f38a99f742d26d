using ThreadStore.Http;

namespace ThreadStore.Search;

/// <summary>How often one address may search. A search costs what a thousand pages do, and anybody may ask for one.</summary>
public sealed class SearchLimit(RateBuckets buckets)
{
    /// <returns>429 where it was too often; else null.</returns>
    public RateLimited? Refuse(HttpContext http) =>
        buckets.Searches?.Refuse(RateLimits.AddressOf(http.Connection.RemoteIpAddress));
}
