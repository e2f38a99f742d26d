using System.Globalization;
using System.IO.Hashing;
using System.Text.Json;
using Microsoft.AspNetCore.ResponseCompression;

namespace ThreadStore.Http;

/// <summary>An answer made of bytes, JSON unless it says otherwise, with what caches need to know.</summary>
/// <param name="Position">What the answer holds; null: what the node knew when the request came.</param>
/// <param name="Version">For a single resource with a version of its own.</param>
public sealed record Answer(
    ReadOnlyMemory<byte> Json,
    int Status = StatusCodes.Status200OK,
    long? Position = null,
    int? Version = null,
    bool IsPrivate = false,
    string? Location = null
) : IResult
{
    public string ContentType { get; init; } = "application/json";

    /// <summary>Of a page: what it may do, and who may have it in a frame (Content-Security-Policy).</summary>
    public string? Policy { get; init; }

    /// <summary>It may be another for others, though it is public: what keeps it, keeps it for this token.</summary>
    public bool IsForOneToken { get; init; }

    public static Answer Of<T>(T value, int status = StatusCodes.Status200OK) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, Kernel.Json.Options), status);

    public string ETag
    {
        get
        {
            var hash = XxHash64.HashToUInt64(Json.Span).ToString("x16", CultureInfo.InvariantCulture);
            return Version is { } version ? $"\"{version}.{hash}\"" : $"\"{hash}\"";
        }
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var http = httpContext;
        if (Position is { } position)
            Gate.SetPosition(http, position);
        else
            Gate.RenewPosition(http);
        var response = http.Response;
        var etag = ETag;
        response.Headers.ETag = ETags.As(etag, EncodingFor(http));
        if (IsPrivate || IsForOneToken)
            Caching.DependsOnCaller(http);
        response.Headers.CacheControl = IsPrivate
            ? Caching.Private
            : http.RequestServices.GetRequiredService<Caching>().Public;
        // the compression says it only of what it compressed, and a cache must know of the others too
        // beside what others say of it: CORS adds Origin
        response.Headers.Vary = response.Headers.Vary is { Count: > 0 } vary
            ? $"{vary}, Accept-Encoding"
            : "Accept-Encoding";
        if (Location is not null)
            response.Headers.Location = http.Request.PathBase + Location;
        if (HttpMethods.IsGet(http.Request.Method) && ETags.Match(http.Request.Headers.IfNoneMatch, etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.StatusCode = Status;
        response.ContentType = ContentType;
        SafePages.Set(response.Headers, Policy);
        response.ContentLength = Json.Length;
        return response.Body.WriteAsync(Json, http.RequestAborted).AsTask();
    }

    /// <summary>What the compression will make of the answer; null: it leaves it as it is.</summary>
    static string? EncodingFor(HttpContext http) =>
        http.Request.Headers.AcceptEncoding.Count > 0
        && http.RequestServices.GetService<IResponseCompressionProvider>() is { } compression
        && compression.CheckRequestAcceptsCompression(http)
            ? compression.GetCompressionProvider(http)?.EncodingName
            : null;
}
