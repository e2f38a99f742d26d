using ThreadStore.Setup;

namespace ThreadStore.Http;

/// <summary>
/// Limits, by address, requests that are answered with 401. Whose address has used them up waits, unless this node knows
/// their token already; what needs none is for everybody as ever.
/// </summary>
public sealed class RefusedCallers(RequestDelegate next, Tokens tokens, RateLimitOptions options)
{
    readonly RateLimit<string>? limit = RateLimits.Refused(options);

    public async Task InvokeAsync(HttpContext http)
    {
        var address = RateLimits.AddressOf(http.Connection.RemoteIpAddress);
        if (
            limit is not null
            && AccessAttribute.Of(http, http.GetEndpoint()) is not (null or PublicAttribute)
            && limit.IsSpent(address)
            && !tokens.Remembers(http.Request.Headers.Authorization.ToString())
            && limit.Refuse(address) is { } refusal
        )
        {
            await refusal.ExecuteAsync(http);
            return;
        }
        await next(http);
        if (http.Response.StatusCode == StatusCodes.Status401Unauthorized)
            limit?.TryTake(address);
    }
}
