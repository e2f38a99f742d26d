using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using ThreadStore.Telemetry;

namespace ThreadStore.Http.Hot;

/// <summary>
/// Answers from <see cref="HotPages"/> before anything else is done for a request: what is kept there is public, the
/// same for all, and was allowed to the one who asked first.
/// </summary>
/// <param name="reads">The limit of reads by address; null where there is none.</param>
public sealed class ServeHotPages(
    HotPages pages,
    RateLimit<string>? reads,
    TrustedProxies proxies,
    Caching caching
)
{
    /// <summary>Of a page of comments.</summary>
    public static readonly string[] OfPages = ["sort", "replies", "limit", "cursor"];

    /// <summary>Of such a page as HTML.</summary>
    public static readonly string[] OfHtml = [.. OfPages, "lang"];

    /// <summary>Of an article's feed.</summary>
    public static readonly string[] OfFeeds = [];

    /// <summary>Of the counts of articles.</summary>
    public static readonly string[] OfCounts = ["article"];

    static readonly StringValues AcceptEncoding = "Accept-Encoding";
    static readonly StringValues[] Encodings = ["", "gzip", "br"];

    /// <summary>The limit of reads by address, which counts hot pages too.</summary>
    public RateLimit<string>? Reads => reads;

    /// <summary>To be called before a page is read, if its address is one to keep a page under.</summary>
    /// <param name="parameters">
    /// Those that make a page another one; addresses with others are not kept, lest they fill the memory.
    /// </param>
    public static HotPages.Reading? Begin(HttpContext http, HotPages pages, string[] parameters)
    {
        foreach (var (name, _) in http.Request.Query)
        {
            if (!parameters.Contains(name))
                return null;
        }
        return Target(http.Features) is { } target ? pages.Begin(target) : null;
    }

    /// <summary>The address as it was sent; null where the server does not tell.</summary>
    static string? Target(IFeatureCollection request) =>
        request.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target ? target : null;

    /// <summary>The page that answers a request; null where somebody else must.</summary>
    public HotPage? Find(IFeatureCollection request)
    {
        if (
            request.Get<IHttpRequestFeature>() is not { } asked
            || !HttpMethods.IsGet(asked.Method)
            || Target(request) is not { } target
        )
            return null;
        long? minPosition = null;
        if (asked.Headers.TryGetValue(Gate.MinPositionHeader, out var wanted))
        {
            if (!long.TryParse(wanted[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            minPosition = number;
        }
        if (
            pages.Find(target, minPosition) is not { } page
            || EncodingFor(asked.Headers.AcceptEncoding) is null
        )
            return null;
        // who is not told yet that a proxy is not believed hears it from the middleware that others pass
        var sender = request.Get<IHttpConnectionFeature>()?.RemoteIpAddress;
        if (proxies.IsToWarn(sender, asked.Headers))
            return null;
        if (reads is null)
            return page;
        var address = RateLimits.AddressOf(proxies.AddressOf(sender, asked.Headers));
        if (address == RateLimits.Unbounded)
            return page;
        return reads.TryTake(address) ? page : null;
    }

    public Task SendAsync(IFeatureCollection request, HotPage page)
    {
        Meters.HotPages.Add(1);
        var asked = request.GetRequiredFeature<IHttpRequestFeature>().Headers;
        var response = request.GetRequiredFeature<IHttpResponseFeature>();
        var headers = response.Headers;
        headers[Gate.PositionHeader] = pages.PositionOf(page);
        var encoding = EncodingFor(asked.AcceptEncoding) ?? PageEncoding.Identity;
        headers.ETag = page.TagAs(encoding);
        headers.CacheControl = caching.Public;
        headers.Vary = AcceptEncoding;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = Cors.ExposedHeaders;
        if (ETags.Match(asked.IfNoneMatch, page.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        if (encoding != PageEncoding.Identity)
            headers.ContentEncoding = Encodings[(int)encoding];
        var body = page.As(encoding);
        headers.ContentType = page.ContentType;
        SafePages.Set(headers, page.Policy);
        headers.ContentLength = body.Length;
        // the server itself sees when the reader is gone
        var written = request.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(body);
        if (!written.IsCompletedSuccessfully)
            return written.AsTask();
        written.GetAwaiter().GetResult();
        return Task.CompletedTask;
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
