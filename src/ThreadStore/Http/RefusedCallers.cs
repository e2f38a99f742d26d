namespace ThreadStore.Http;

/// <summary>
/// Limits, by address, requests that are answered with 401. Whose address has used them up waits, unless this node knows
/// their token already; what needs none is for everybody as ever.
/// </summary>
public sealed class RefusedCallers(RequestDelegate next, Tokens tokens, RateBuckets buckets)
{
    readonly RateLimit<string>? limit = buckets.Refused;

    /// <remarks>Whoever is asked for no token is not refused for want of one.</remarks>
    public Task InvokeAsync(HttpContext http) =>
        limit is null || AccessAttribute.Of(http, http.GetEndpoint()) is null or PublicAttribute
            ? next(http)
            : CountAsync(http, limit);

    async Task CountAsync(HttpContext http, RateLimit<string> limit)
    {
        var address = RateLimits.AddressOf(http.Connection.RemoteIpAddress);
        if (
            limit.IsSpent(address)
            && !tokens.Remembers(http.Request.Headers.Authorization.ToString())
            && limit.Refuse(address) is { } refusal
        )
        {
            await refusal.ExecuteAsync(http);
            return;
        }
        await next(http);
        if (http.Response.StatusCode == StatusCodes.Status401Unauthorized)
            limit.TryTake(address);
    }
}
