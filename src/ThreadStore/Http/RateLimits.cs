using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using ThreadStore.Storage;

namespace ThreadStore.Http;

/// <summary>
/// Keeps one commenter from writing, and one address from reading, so much that others suffer. Buckets of tokens: what
/// comes in a burst passes, what goes on and on does not. Each node counts for itself.
/// </summary>
/// <remarks>
/// Behind a proxy the address is the proxy's, unless <see cref="TrustedProxies"/> names it.
/// </remarks>
public static class RateLimits
{
    /// <summary>Writes in one go: somebody pastes a discussion, or runs a script over a few hundred comments.</summary>
    const int WriteBurst = 1_000;

    /// <summary>Faster than people write, and slow for a bot.</summary>
    const int WritesPerMinute = 60;

    /// <summary>A hundred a second: an office behind one address, or a crawler.</summary>
    const int ReadsPerMinute = 6_000;

    /// <summary>Two a second: an office behind one address. A reader looks at what was found.</summary>
    const int SearchesPerMinute = 120;

    /// <summary>Of whom no address is known to count by.</summary>
    public const string Unbounded = "";

    static readonly RateLimitPartition<string> Unlimited = RateLimitPartition.GetNoLimiter(Unbounded);

    /// <summary>For reads, by what <see cref="AddressOf"/> says; null where reading has no limit.</summary>
    public static PartitionedRateLimiter<string>? Reads(IConfiguration configuration)
    {
        var perMinute = Setting(configuration, "ReadsPerMinute", ReadsPerMinute);
        return Limiter<string>(
            configuration,
            address => address == Unbounded ? Unlimited : Bucket(address, perMinute, perMinute)
        );
    }

    /// <summary>For searches, by address as well, beside the limit for all reads.</summary>
    public static PartitionedRateLimiter<string>? Searches(IConfiguration configuration)
    {
        var perMinute = Setting(configuration, "SearchesPerMinute", SearchesPerMinute);
        return Limiter<string>(
            configuration,
            address => address == Unbounded ? Unlimited : Bucket(address, perMinute, perMinute)
        );
    }

    /// <summary>The same limit for requests that came to an endpoint.</summary>
    public static PartitionedRateLimiter<HttpContext>? OfRequests(PartitionedRateLimiter<string>? reads) =>
        reads?.WithTranslatedKey<HttpContext>(
            http => IsRead(http) ? AddressOf(http.Connection.RemoteIpAddress) : Unbounded,
            leaveOpen: true
        );

    /// <summary>For writes, by commenter, whom the <see cref="Gate"/> finds out; null where writing has no limit.</summary>
    public static PartitionedRateLimiter<HttpContext>? Writes(IConfiguration configuration)
    {
        var perMinute = Setting(configuration, "WritesPerMinute", WritesPerMinute);
        var burst = Setting(configuration, "WriteBurst", WriteBurst);
        return Limiter<HttpContext>(
            configuration,
            http =>
                !IsRead(http) && http.Features.Get<Caller>() is { } caller && !caller.Is(Role.Service)
                    ? Bucket($"{caller.Site}/{caller.Key}", perMinute, burst)
                    : Unlimited
        );
    }

    /// <summary>Whether anybody who may call an endpoint can be told to wait.</summary>
    public static bool MayLimit(Endpoint endpoint, AccessAttribute access) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is ["GET"]
        || access is not RolesAttribute roles
        || (roles.Roles & ~(Role.Service | Role.Admin)) != 0;

    static PartitionedRateLimiter<T>? Limiter<T>(
        IConfiguration configuration,
        Func<T, RateLimitPartition<string>> partition
    ) =>
        configuration.GetValue("ThreadStore:RateLimits:Enabled", true)
            ? PartitionedRateLimiter.Create(partition)
            : null;

    public static void UseLimit(this WebApplication app, PartitionedRateLimiter<HttpContext>? limiter)
    {
        if (limiter is not null)
            app.UseRateLimiter(new RateLimiterOptions { GlobalLimiter = limiter, OnRejected = RefuseAsync });
    }

    static int Setting(IConfiguration configuration, string name, int absent) =>
        configuration.GetValue($"ThreadStore:RateLimits:{name}", absent) is > 0 and var value
            ? value
            : throw new StartupException($"ThreadStore__RateLimits__{name} is a number above 0.");

    /// <summary>Public endpoints change nothing, whatever their method. Health, metrics and docs are no part of the API.</summary>
    static bool IsRead(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/v1")
        && (
            HttpMethods.IsGet(http.Request.Method)
            || HttpMethods.IsHead(http.Request.Method)
            || http.GetEndpoint()?.Metadata.GetMetadata<AccessAttribute>() is PublicAttribute
        );

    /// <summary>An IPv4 address, or the first half of an IPv6 address, all of which one customer has.</summary>
    /// <returns>
    /// <see cref="Unbounded"/> for this machine itself: a proxy that does not say for whom it asks would be all readers in one.
    /// </returns>
    public static string AddressOf(IPAddress? address)
    {
        if (address is null || IPAddress.IsLoopback(address))
            return Unbounded;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }

    static RateLimitPartition<string> Bucket(string key, int perMinute, int burst) =>
        RateLimitPartition.GetTokenBucketLimiter(
            key,
            _ =>
            {
                var perPeriod = (perMinute + 59) / 60;
                return new()
                {
                    TokenLimit = burst,
                    TokensPerPeriod = perPeriod,
                    ReplenishmentPeriod = TimeSpan.FromMinutes((double)perPeriod / perMinute),
                    // a flood that waits in a queue is still a flood
                    QueueLimit = 0,
                };
            }
        );

    static async ValueTask RefuseAsync(OnRejectedContext context, CancellationToken ct)
    {
        var http = context.HttpContext;
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after)
            ? after
            : TimeSpan.Zero;
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        Gate.SetPosition(http, http.RequestServices.GetRequiredService<Positions>().Newest);
        await new Problem(
            "rate-limited",
            $"That was too much at once. Try again in {seconds} s."
        ).ExecuteAsync(http);
    }
}
