using System.Net;
using System.Net.Sockets;

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

    /// <summary>Of all who write from one address: a large office on a busy evening, but not a farm of accounts.</summary>
    const int AddressWriteBurst = 2_000;
    const int AddressWritesPerMinute = 600;

    /// <summary>A hundred a second: an office behind one address, or a crawler. Preflights count.</summary>
    const int ReadsPerMinute = 6_000;

    /// <summary>Two a second: an office behind one address. A reader looks at what was found.</summary>
    const int SearchesPerMinute = 120;

    /// <summary>Requests whose token was refused, or that had none: enough for pages that were left open overnight.</summary>
    const int RefusedPerMinute = 300;

    /// <summary>Of whom no address is known to count by.</summary>
    public const string Unbounded = "";

    /// <summary>For reads, by what <see cref="AddressOf"/> says; null where reading has no limit.</summary>
    public static RateLimit<string>? Reads(IConfiguration configuration)
    {
        var perMinute = Setting(configuration, "ReadsPerMinute", ReadsPerMinute);
        return Limit(configuration, () => ByAddress("reads", perMinute, perMinute));
    }

    /// <summary>For searches, by address as well, beside the limit for all reads.</summary>
    public static RateLimit<string>? Searches(IConfiguration configuration)
    {
        var perMinute = Setting(configuration, "SearchesPerMinute", SearchesPerMinute);
        return Limit(configuration, () => ByAddress("searches", perMinute, perMinute));
    }

    /// <summary>For writes of one commenter; null where writing has no limit.</summary>
    public static RateLimit<string>? Writes(IConfiguration configuration)
    {
        var perMinute = Setting(configuration, "WritesPerMinute", WritesPerMinute);
        var burst = Setting(configuration, "WriteBurst", WriteBurst);
        return Limit(configuration, () => new RateLimit<string>("writes", _ => new(burst, perMinute)));
    }

    /// <summary>For writes of all commenters at one address.</summary>
    public static RateLimit<string>? AddressWrites(IConfiguration configuration)
    {
        var perMinute = Setting(configuration, "AddressWritesPerMinute", AddressWritesPerMinute);
        var burst = Setting(configuration, "AddressWriteBurst", AddressWriteBurst);
        return Limit(configuration, () => ByAddress("address", burst, perMinute));
    }

    /// <summary>For requests that are answered with 401.</summary>
    public static RateLimit<string>? Refused(IConfiguration configuration)
    {
        var perMinute = Setting(configuration, "RefusedPerMinute", RefusedPerMinute);
        return Limit(configuration, () => ByAddress("refused", perMinute, perMinute));
    }

    /// <summary>For writes of a commenter in their first day, as their site says; null where there are no limits at all.</summary>
    public static RateLimit<Newcomer>? Newcomers(IConfiguration configuration) =>
        Limit(configuration, () => new RateLimit<Newcomer>("newcomers", n => n.Quota));

    static RateLimit<string> ByAddress(string name, int burst, int perMinute) =>
        new(name, address => address == Unbounded ? null : new(burst, perMinute));

    static RateLimit<T>? Limit<T>(IConfiguration configuration, Func<RateLimit<T>> make)
        where T : notnull => configuration.GetValue("ThreadStore:RateLimits:Enabled", true) ? make() : null;

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

    static int Setting(IConfiguration configuration, string name, int absent) =>
        configuration.GetValue($"ThreadStore:RateLimits:{name}", absent) is > 0 and var value
            ? value
            : throw new StartupException($"ThreadStore__RateLimits__{name} is a number above 0.");

    /// <summary>Public endpoints change nothing, whatever their method. Health, metrics and docs are no part of the API.</summary>
    public static bool IsRead(HttpContext http) =>
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
}

/// <summary>How much passes: so many in one go, and so many a minute in the long run.</summary>
public readonly record struct Quota(int Burst, int PerMinute)
{
    /// <summary>Seconds until what was used is there again.</summary>
    public int SecondsFor(long used) => (int)Math.Max(0, Math.Ceiling(used * 60.0 / PerMinute));
}

/// <summary>A commenter, and what their site lets people do in their first day.</summary>
public readonly record struct Newcomer(string Site, string Key, Quota Quota);
