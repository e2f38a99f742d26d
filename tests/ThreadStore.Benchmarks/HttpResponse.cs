using System.Buffers.Text;
using System.Text;

namespace ThreadStore.Benchmarks;

/// <summary>As much of HTTP/1.1 as a load generator needs: where a response ends, and its status.</summary>
static class HttpResponse
{
    /// <summary>False as long as bytes are missing.</summary>
    /// <param name="received">All bytes since the request was sent; nothing is pipelined.</param>
    /// <exception cref="BenchmarkException">It is no HTTP/1.1, or its end cannot be known.</exception>
    public static bool IsComplete(ReadOnlySpan<byte> received, out int status)
    {
        status = 0;
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        // "HTTP/1.1 201 Created"
        if (
            !received.StartsWith("HTTP/1.1 "u8)
            || !Utf8Parser.TryParse(received[9..end], out status, out var digits)
            || digits != 3
        )
            throw new BenchmarkException($"This is no HTTP/1.1 response: {Start(received)}");
        var headers = received[..(end + 2)];
        var body = received[(end + 4)..];
        if (Header(headers, "\r\ncontent-length:"u8) is { IsEmpty: false } length)
            return Utf8Parser.TryParse(length, out int bytes, out _) && body.Length >= bytes;
        if (Header(headers, "\r\ntransfer-encoding:"u8).SequenceEqual("chunked"u8))
            return EndsWithLastChunk(body);
        return status is 204 or 304
            ? true
            : throw new BenchmarkException($"A response of unknown length: {Start(received)}");
    }

    /// <summary>The first 2,000 bytes, for a message.</summary>
    public static string Start(ReadOnlySpan<byte> received) =>
        Encoding.UTF8.GetString(received[..Math.Min(received.Length, 2_000)]);

    /// <summary>A request for a message: all but the line with the token.</summary>
    public static string WithoutToken(ReadOnlySpan<byte> request) =>
        string.Join(
            "\n",
            Start(request).Split("\r\n").Where(l => !l.StartsWith("Authorization:", StringComparison.Ordinal))
        );

    /// <param name="name">In lower case, with the line break before it and the colon after it.</param>
    static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> name)
    {
        for (var at = headers.IndexOf("\r\n"u8); at >= 0 && at + name.Length <= headers.Length; )
        {
            var line = headers[at..];
            var length = line[2..].IndexOf("\r\n"u8);
            if (Ascii.EqualsIgnoreCase(line[..name.Length], name))
                return line[name.Length..(length + 2)].Trim((byte)' ');
            if (length < 0)
                break;
            at += length + 2;
        }
        return default;
    }

    static bool EndsWithLastChunk(ReadOnlySpan<byte> body)
    {
        while (Utf8Parser.TryParse(body, out int size, out _, 'x'))
        {
            var start = body.IndexOf("\r\n"u8) + 2;
            if (start < 2 || body.Length < start + size + 2)
                return false;
            if (size == 0)
                return true;
            body = body[(start + size + 2)..];
        }
        return false;
    }
}
