using System.Security.Cryptography;
using System.Text.Json;
using ThreadStore.Kernel;

namespace ThreadStore.Http;

/// <summary>
/// The header with which a client repeats a request that creates something, without creating it twice. An endpoint
/// takes it as a parameter and gives what it makes of it to the Appender, which keeps it in the events, for good.
/// </summary>
public sealed class IdempotencyKey
{
    /// <summary>In characters.</summary>
    const int MaxLength = 200;

    readonly HttpContext http;
    readonly string? key;

    IdempotencyKey(HttpContext http, string? key) => (this.http, this.key) = (http, key);

    /// <summary>For the generated code: the header, or why it is none.</summary>
    public static (IdempotencyKey? Key, Problem? Problem) Read(HttpContext http)
    {
        var key = http.Request.Headers["Idempotency-Key"].FirstOrDefault();
        return key is { Length: 0 or > MaxLength }
            ? (
                null,
                Problem.Validation(
                    "Idempotency-Key",
                    Flaw.Length($"has 1 to {MaxLength} characters.", 1, MaxLength)
                )
            )
            : (new(http, key), null);
    }

    /// <param name="asked">What the request asks for beside its path.</param>
    /// <returns>Null where the client sent no key.</returns>
    public KeyedRequest? Of(Caller caller, object asked) =>
        key is null
            ? null
            : new(StreamId.Request(caller.Key, http.Request.Method, Path(), key), HashOf(asked));

    /// <summary>One for each resource, however its address was escaped.</summary>
    string Path()
    {
        if (http.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } path })
            throw new InvalidOperationException("A key is for an endpoint of ours.");
        foreach (var (name, value) in http.Request.RouteValues)
        {
            var text = value as string ?? "";
            // an id is the same in capitals, a key is not
            if (name.EndsWith("Id", StringComparison.Ordinal))
                text = text.ToLowerInvariant();
            path = path.Replace($"{{{name}}}", Uri.EscapeDataString(text), StringComparison.Ordinal);
        }
        return path;
    }

    /// <summary>The same for the same command, however its JSON was spaced.</summary>
    static string HashOf(object asked) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(asked, Json.Options)));
}
