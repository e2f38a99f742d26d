using System.Net;
using System.Net.Sockets;
using ThreadStore.Setup;

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
    /// <summary>Of whom no address is known to count by.</summary>
    public const string Unbounded = "";

    /// <summary>For reads, by what <see cref="AddressOf"/> says; null where reading has no limit.</summary>
    public static RateLimit<string>? Reads(RateLimitOptions options) =>
        options.Enabled ? ByAddress("reads", options.ReadsPerMinute, options.ReadsPerMinute) : null;

    /// <summary>For searches, by address as well, beside the limit for all reads.</summary>
    public static RateLimit<string>? Searches(RateLimitOptions options) =>
        options.Enabled ? ByAddress("searches", options.SearchesPerMinute, options.SearchesPerMinute) : null;

    /// <summary>For writes of one commenter; null where writing has no limit.</summary>
    public static RateLimit<string>? Writes(RateLimitOptions options) =>
        options.Enabled ? new("writes", _ => new(options.WriteBurst, options.WritesPerMinute)) : null;

    /// <summary>For writes of all commenters at one address.</summary>
    public static RateLimit<string>? AddressWrites(RateLimitOptions options) =>
        options.Enabled
            ? ByAddress("address", options.AddressWriteBurst, options.AddressWritesPerMinute)
            : null;

    /// <summary>For requests that are answered with 401.</summary>
    public static RateLimit<string>? Refused(RateLimitOptions options) =>
        options.Enabled ? ByAddress("refused", options.RefusedPerMinute, options.RefusedPerMinute) : null;

    /// <summary>For writes of a commenter in their first day, as their site says; null where there are no limits at all.</summary>
    public static RateLimit<Newcomer>? Newcomers(RateLimitOptions options) =>
        options.Enabled ? new("newcomers", n => n.Quota) : null;

    static RateLimit<string> ByAddress(string name, int burst, int perMinute) =>
        new(name, address => address == Unbounded ? null : new(burst, perMinute));

    /// <summary>The limit of reads for requests that came to an endpoint.</summary>
    public static void UseReadLimit(this WebApplication app, RateLimit<string>? reads)
    {
        if (reads is null)
            return;
        app.Use(
            (http, next) =>
                IsRead(http) && reads.Refuse(AddressOf(http.Connection.RemoteIpAddress)) is { } refusal
                    ? refusal.ExecuteAsync(http)
                    : next(http)
        );
    }

    /// <summary>Public endpoints change nothing, whatever their method, but those that say so. Health, metrics and docs are no part of the API.</summary>
    public static bool IsRead(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/v1")
        && (
            HttpMethods.IsGet(http.Request.Method)
            || HttpMethods.IsHead(http.Request.Method)
            || http.GetEndpoint()?.Metadata.GetMetadata<AccessAttribute>()
                is PublicAttribute { Changes: false }
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
}

/// <summary>How much passes: so many in one go, and so many a minute in the long run.</summary>
public readonly record struct Quota(int Burst, int PerMinute)
{
    /// <summary>Seconds until what was used is there again.</summary>
    public int SecondsFor(long used) => (int)Math.Max(0, Math.Ceiling(used * 60.0 / PerMinute));
}

/// <summary>A commenter, and what their site lets people do in their first day.</summary>
public readonly record struct Newcomer(string Site, string Key, Quota Quota);
