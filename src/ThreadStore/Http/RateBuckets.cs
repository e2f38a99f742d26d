using ThreadStore.Setup;

namespace ThreadStore.Http;

/// <summary>
/// What this node counts of everybody, for each limit; null where there is none. The servers of several databases share
/// it: how often somebody may ask does not depend on where sites live.
/// </summary>
public sealed class RateBuckets(RateLimitOptions options)
{
    public RateLimit<string>? Reads { get; } = RateLimits.Reads(options);
    public RateLimit<string>? Searches { get; } = RateLimits.Searches(options);
    public RateLimit<string>? Writes { get; } = RateLimits.Writes(options);
    public RateLimit<string>? AddressWrites { get; } = RateLimits.AddressWrites(options);
    public RateLimit<string>? Refused { get; } = RateLimits.Refused(options);
    public RateLimit<Newcomer>? Newcomers { get; } = RateLimits.Newcomers(options);
}
