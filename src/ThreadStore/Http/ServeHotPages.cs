using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using ThreadStore.Storage;
using ThreadStore.Threads;

namespace ThreadStore.Http;

/// <summary>
/// Answers from <see cref="HotPages"/> before anything else is done for a request: what is kept there is public, the
/// same for all, and was allowed to the one who asked first.
/// </summary>
public static class ServeHotPages
{
    /// <summary>Parameters that make a page another one; addresses with others are not kept, lest they fill the memory.</summary>
    static readonly string[] Parameters = ["sort", "replies", "limit", "cursor"];

    static readonly StringValues AcceptEncoding = "Accept-Encoding";
    static readonly StringValues[] Encodings = ["", "gzip", "br"];

    public static void UseHotPages(this WebApplication app, PartitionedRateLimiter<HttpContext>? limiter)
    {
        var pages = app.Services.GetRequiredService<HotPages>();
        app.Use(next =>
            http => Find(http, pages, limiter) is { } page ? SendAsync(http, pages, page) : next(http)
        );
    }

    /// <summary>To be called before a page is read, if its address is one to keep a page under.</summary>
    public static HotPages.Reading? Begin(HttpContext http, HotPages pages)
    {
        foreach (var (name, _) in http.Request.Query)
        {
            if (!Parameters.Contains(name))
                return null;
        }
        return Target(http) is { } target ? pages.Begin(target) : null;
    }

    /// <summary>The address as it was sent; null where the server does not tell.</summary>
    static string? Target(HttpContext http) =>
        http.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target ? target : null;

    /// <summary>The page that answers a request; null where somebody else must.</summary>
    static HotPage? Find(HttpContext http, HotPages pages, PartitionedRateLimiter<HttpContext>? limiter)
    {
        if (!HttpMethods.IsGet(http.Request.Method))
            return null;
        long? minPosition = null;
        if (http.Request.Headers.TryGetValue(Gate.MinPositionHeader, out var wanted))
        {
            if (!long.TryParse(wanted[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            minPosition = number;
        }
        if (
            Target(http) is not { } target
            || pages.Find(target, minPosition) is not { } page
            || EncodingFor(http.Request.Headers.AcceptEncoding) is null
        )
            return null;
        if (limiter is null)
            return page;
        using var lease = limiter.AttemptAcquire(http);
        return lease.IsAcquired ? page : null;
    }

    static Task SendAsync(HttpContext http, HotPages pages, HotPage page)
    {
        Meters.HotPages.Add(1);
        var response = http.Response;
        var headers = response.Headers;
        headers[Gate.PositionHeader] = pages.PositionOf(page);
        headers.ETag = page.ETag;
        headers.CacheControl = Answer.PublicCaching;
        headers.Vary = AcceptEncoding;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = Cors.ExposedHeaders;
        if (Answer.Matches(http.Request.Headers.IfNoneMatch, page.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        var encoding = EncodingFor(http.Request.Headers.AcceptEncoding) ?? PageEncoding.Identity;
        if (encoding != PageEncoding.Identity)
            headers.ContentEncoding = Encodings[(int)encoding];
        var body = page.As(encoding);
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    /// <summary>As the compression of other answers chooses; null where it takes more than a look to say.</summary>
    static PageEncoding? EncodingFor(StringValues accepted)
    {
        if (accepted.Count == 0)
            return PageEncoding.Identity;
        var header = accepted[0].AsSpan();
        if (accepted.Count > 1 || header.IndexOfAny(';', '*') >= 0)
            return null;
        var found = PageEncoding.Identity;
        foreach (var range in header.Split(','))
        {
            var name = header[range].Trim();
            if (name.Equals("br", StringComparison.OrdinalIgnoreCase))
                return PageEncoding.Brotli;
            if (name.Equals("gzip", StringComparison.OrdinalIgnoreCase))
                found = PageEncoding.Gzip;
        }
        return found;
    }
}
