using ThreadStore.Sites;

namespace ThreadStore.Http;

/// <summary>
/// Limits what people write: of one commenter, of all at one address, and less of whom the site has known for less than
/// a day. Programs of the publisher write as much as they like; who keeps order is no newcomer.
/// </summary>
public sealed class WriteLimits(RequestDelegate next, RateBuckets buckets, Newcomers newcomers)
{
    readonly RateLimit<string>? byCommenter = buckets.Writes;
    readonly RateLimit<string>? byAddress = buckets.AddressWrites;
    readonly RateLimit<Newcomer>? byNewcomer = buckets.Newcomers;

    public Task InvokeAsync(HttpContext http) =>
        byCommenter is not null && http.Request.Path.StartsWithSegments("/v1") && !RateLimits.IsRead(http)
            ? LimitAsync(http)
            : next(http);

    async Task LimitAsync(HttpContext http)
    {
        if (await RefuseAsync(http) is { } refusal)
            await refusal.ExecuteAsync(http);
        else
            await next(http);
    }

    /// <summary>Who comes without a token is limited by their address alone.</summary>
    Task<RateLimited?> RefuseAsync(HttpContext http) =>
        http.Features.Get<Caller>() is not { } caller
            ? Task.FromResult(byAddress?.Refuse(RateLimits.AddressOf(http.Connection.RemoteIpAddress)))
        : caller.Is(Role.Service) ? Task.FromResult<RateLimited?>(null)
        : RefuseAsync(http, caller);

    async Task<RateLimited?> RefuseAsync(HttpContext http, Caller caller)
    {
        if (byAddress?.Refuse(RateLimits.AddressOf(http.Connection.RemoteIpAddress)) is { } address)
            return address;
        var commenter = $"{caller.Site}/{caller.Key}";
        if (byCommenter?.Refuse(commenter) is { } refused)
            return refused;
        if (AsNewcomer(http, caller) is { } newcomer && byNewcomer is not null)
        {
            var refusal = byNewcomer.Refuse(newcomer);
            var left = byNewcomer.Left(newcomer)!.Value;
            // who has written little is not looked up, and told the narrower limit of the two
            if (
                left.Remaining > newcomer.Quota.Burst / 2
                || await newcomers.IsNewAsync(newcomer.Site, newcomer.Key, http.RequestAborted)
            )
            {
                left.WriteTo(http.Response.Headers);
                return refusal;
            }
        }
        byCommenter?.Left(commenter)?.WriteTo(http.Response.Headers);
        return null;
    }

    /// <summary>Null where it makes no difference whether they are new.</summary>
    static Newcomer? AsNewcomer(HttpContext http, Caller caller) =>
        caller.Roles == Role.None
        && http.Request.RouteValues["site"] is string site
        // to look before one posts adds nothing to what others read
        && http.Request.Query["dryRun"] != "true"
        && (KnownSettings.Last(site) ?? Unknown) is { NewcomerWritesPerMinute: { } perMinute } settings
            ? new(site, caller.Key, new(settings.NewcomerWriteBurst, perMinute))
            : null;

    /// <summary>Of a site that this node has not met yet.</summary>
    static readonly SiteSettings Unknown = new();
}
