using System.Buffers;

namespace ThreadStore.Http;

/// <summary>How many bytes the body of a request to this endpoint may have.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BodyLimitAttribute(long bytes) : Attribute
{
    /// <summary>A reaction, flag or decision.</summary>
    public const long Small = 64 * 1024;
    public const long Comment = 256 * 1024;

    /// <summary>An article, settings or what-if.</summary>
    public const long Large = 4 * 1024 * 1024;

    public long Bytes => bytes;
}

/// <summary>The body of a request that says all in its address.</summary>
public sealed record NoMembers;

/// <summary>Reads a request's body, up to the bytes that it may have.</summary>
public static class RequestBody
{
    /// <summary>Reads the body as <typeparamref name="T"/>; a body in which all is optional may be left out.</summary>
    public static async Task<(T? Value, Problem? Problem)> ReadAsync<T>(HttpContext http)
        where T : class
    {
        var limit =
            http.GetEndpoint()?.Metadata.GetMetadata<BodyLimitAttribute>()?.Bytes ?? BodyLimitAttribute.Small;
        if (http.Request.ContentLength > limit)
            return (null, Problem.TooLarge(limit));
        var bytes = new ArrayBufferWriter<byte>((int)(http.Request.ContentLength ?? 1024) + 1);
        while (true)
        {
            var read = await http.Request.Body.ReadAsync(bytes.GetMemory(1), http.RequestAborted);
            if (read == 0)
                break;
            bytes.Advance(read);
            if (bytes.WrittenCount > limit)
                return (null, Problem.TooLarge(limit));
        }
        var (value, refusal) = StrictJson.Parse<T>(bytes.WrittenSpan);
        return (value, Problem.Of(refusal));
    }
}
