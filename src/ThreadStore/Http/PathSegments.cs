using Microsoft.AspNetCore.Http.Features;

namespace ThreadStore.Http;

/// <summary>
/// Gives routing the segments of a path as they were sent, percent-encoded, so that each is decoded exactly once.
/// Kestrel decodes all of a path but <c>%2F</c>: after that, <c>a%2Fb</c> and <c>a%252Fb</c> look the same.
/// </summary>
public sealed class PathSegments(RequestDelegate next, PathPrefix prefix)
{
    sealed record Encoded;

    public Task InvokeAsync(HttpContext http)
    {
        var raw = Origin(http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "");
        if (raw.StartsWith('/') && raw.Contains('%', StringComparison.Ordinal))
        {
            var query = raw.IndexOf('?');
            prefix.TryStrip(query < 0 ? raw : raw[..query], out var path);
            if (path.StartsWith("/v1/", StringComparison.Ordinal))
            {
                http.Features.Set(new Encoded());
                http.Request.Path = new PathString(path);
            }
        }
        return next(http);
    }

    /// <summary>The target without scheme and host, which proxies may send (RFC 9112, 3.2.2).</summary>
    static string Origin(string target)
    {
        var host = target.StartsWith('/') ? -1 : target.IndexOf("://", StringComparison.Ordinal);
        var path = host < 0 ? 0 : target.IndexOf('/', host + 3);
        return path < 0 ? "" : target[path..];
    }

    /// <summary>A route value as its sender meant it; null where it is no UTF-8.</summary>
    public static string? Decode(HttpContext http, string segment) =>
        http.Features.Get<Encoded>() is null ? segment : Keys.Decode(segment);
}
