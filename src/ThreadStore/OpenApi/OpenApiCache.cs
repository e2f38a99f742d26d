using System.Collections.Concurrent;
using ThreadStore.Http;

namespace ThreadStore.OpenApi;

/// <summary>
/// Keeps the OpenAPI document as it was first written: to make it takes a tenth of a second, and it stays the same for as
/// long as the server runs. One for each path prefix, which its <c>servers</c> may name.
/// </summary>
public static class OpenApiCache
{
    /// <summary>A server has one prefix, or a few; a proxy that makes them up is answered all the same.</summary>
    const int MaxPrefixes = 16;

    public static void KeepDocument(this IEndpointConventionBuilder endpoint)
    {
        var kept = new ConcurrentDictionary<string, Answer>(StringComparer.Ordinal);
        var turn = new SemaphoreSlim(1, 1);
        endpoint.Add(builder =>
        {
            var make =
                builder.RequestDelegate ?? throw new InvalidOperationException("The endpoint does nothing.");
            builder.RequestDelegate = async http =>
            {
                var prefix = http.Request.PathBase.Value ?? "";
                if (!kept.TryGetValue(prefix, out var document))
                {
                    await turn.WaitAsync(http.RequestAborted);
                    try
                    {
                        if (!kept.TryGetValue(prefix, out document))
                            document = await WriteAsync(http, make);
                        if (kept.Count < MaxPrefixes)
                            kept[prefix] = document;
                    }
                    finally
                    {
                        turn.Release();
                    }
                }
                await document.ExecuteAsync(http);
            };
        });
    }

    static async Task<Answer> WriteAsync(HttpContext http, RequestDelegate make)
    {
        var body = http.Response.Body;
        using var written = new MemoryStream();
        http.Response.Body = written;
        try
        {
            await make(http);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        finally
        {
            http.Response.Body = body;
        }
        var type = http.Response.ContentType ?? "application/json";
        return new(written.ToArray()) { ContentType = type };
    }
}
