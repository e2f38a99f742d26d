using System.Globalization;
using System.Threading.RateLimiting;
using ThreadStore.EventStore;

namespace ThreadStore.Http;

/// <summary>A bucket of tokens for each who is counted.</summary>
/// <param name="name">In the headers <c>RateLimit</c> and <c>RateLimit-Policy</c>.</param>
/// <param name="quotaOf">Null for whom there is no limit.</param>
public sealed class RateLimit<T>(string name, Func<T, Quota?> quotaOf)
    where T : notnull
{
    readonly PartitionedRateLimiter<T> buckets = PartitionedRateLimiter.Create<T, T>(who =>
        quotaOf(who) is { } quota
            ? RateLimitPartition.GetTokenBucketLimiter(who, _ => Options(quota))
            : RateLimitPartition.GetNoLimiter(who)
    );

    static TokenBucketRateLimiterOptions Options(Quota quota)
    {
        var perPeriod = (quota.PerMinute + 59) / 60;
        return new()
        {
            TokenLimit = quota.Burst,
            TokensPerPeriod = perPeriod,
            ReplenishmentPeriod = TimeSpan.FromMinutes((double)perPeriod / quota.PerMinute),
            // a flood that waits in a queue is still a flood
            QueueLimit = 0,
        };
    }

    /// <summary>Counts one.</summary>
    public bool TryTake(T who)
    {
        using var lease = buckets.AttemptAcquire(who);
        return lease.IsAcquired;
    }

    /// <summary>Counts one.</summary>
    /// <returns>Null where it passes.</returns>
    public RateLimited? Refuse(T who)
    {
        using var lease = buckets.AttemptAcquire(who);
        if (lease.IsAcquired)
            return null;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.Zero;
        return new(Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)), Left(who));
    }

    /// <summary>Whether nothing more passes for now; counts none.</summary>
    public bool IsSpent(T who)
    {
        // to ask for none is granted as long as there is a part of one
        return buckets.GetStatistics(who) is { CurrentAvailablePermits: 0 };
    }

    /// <summary>What is left; null where there is no limit.</summary>
    public RateLeft? Left(T who) =>
        quotaOf(who) is { } quota
            ? new(name, quota, buckets.GetStatistics(who)?.CurrentAvailablePermits ?? quota.Burst)
            : null;
}

/// <summary>What is left of a limit, as front ends are told (IETF draft-ietf-httpapi-ratelimit-headers).</summary>
public readonly record struct RateLeft(string Name, Quota Quota, long Remaining)
{
    public const string Header = "RateLimit";
    public const string PolicyHeader = "RateLimit-Policy";

    public void WriteTo(IHeaderDictionary headers)
    {
        var (full, rest) = (Quota.SecondsFor(Quota.Burst), Quota.SecondsFor(Quota.Burst - Remaining));
        headers[PolicyHeader] = string.Create(
            CultureInfo.InvariantCulture,
            $"\"{Name}\";q={Quota.Burst};w={full}"
        );
        headers[Header] = string.Create(CultureInfo.InvariantCulture, $"\"{Name}\";r={Remaining};t={rest}");
    }
}

/// <summary>The answer to who did too much.</summary>
public sealed record RateLimited(int Seconds, RateLeft? Left) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.RetryAfter = Seconds.ToString(CultureInfo.InvariantCulture);
        Left?.WriteTo(headers);
        Gate.SetPosition(httpContext, httpContext.RequestServices.GetRequiredService<Positions>().Newest);
        return new Problem(
            "rate-limited",
            $"That was too much at once. Try again in {Seconds} s."
        ).ExecuteAsync(httpContext);
    }
}
