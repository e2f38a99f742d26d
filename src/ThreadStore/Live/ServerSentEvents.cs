using Microsoft.AspNetCore.Http.Features;
using ThreadStore.Http;

namespace ThreadStore.Live;

/// <summary>What every stream of Server-Sent Events has in common.</summary>
static class ServerSentEvents
{
    /// <summary>Says at once that the stream is open, also to proxies that wait for a first byte.</summary>
    public static readonly byte[] Opening = ":\n\n"u8.ToArray();

    /// <summary>
    /// Has browsers come back when this server is there again. Their first attempt is their last where a proxy answers it
    /// with 502 or 503, and without this they make it after three seconds.
    /// </summary>
    public static readonly byte[] ComeBack = "retry: 10000\n\n"u8.ToArray();

    public static readonly Problem NoPosition = Problem.BadRequest(
        "Last-Event-ID and after are positions, whole numbers."
    );

    /// <summary>After what one wants to go on; null: from now on.</summary>
    public static string? ResumedFrom(HttpContext http)
    {
        // a browser that reconnects repeats the address that it began with: the header is the newer
        var header = http.Request.Headers["Last-Event-ID"].FirstOrDefault();
        return string.IsNullOrEmpty(header) ? http.Request.Query["after"].FirstOrDefault() : header;
    }

    /// <param name="position">Up to which one has everything.</param>
    public static void Begin(HttpContext http, long position)
    {
        Gate.SetPosition(http, position);
        var headers = http.Response.Headers;
        http.Response.ContentType = "text/event-stream";
        // HAProxy would compress it, and hold back the end of a message
        headers.CacheControl = "no-store, no-transform";
        // nginx would collect it
        headers["X-Accel-Buffering"] = "no";
        // and so would the compression
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }
}
