using Microsoft.Extensions.Primitives;

namespace ThreadStore.Http;

/// <summary>
/// Tags of answers. They are strong, so each encoding of an answer has its own (RFC 9110, 8.8.3.3): <c>"tag"</c>,
/// <c>"tag-gzip"</c>, <c>"tag-br"</c>. Proxies that compress do the same, or weaken the tag, and hand both back.
/// </summary>
public static class ETags
{
    // zstd and deflate are none of ours
    static readonly string[] Encodings = ["gzip", "br", "zstd", "deflate"];

    /// <param name="etag">Of the answer as it is, in its quotes.</param>
    /// <param name="encoding">Null or empty where it is not encoded.</param>
    public static string As(string etag, string? encoding) =>
        string.IsNullOrEmpty(encoding) ? etag : $"{etag.AsSpan(0, etag.Length - 1)}-{encoding}\"";

    /// <summary>
    /// Weak comparison (RFC 9110, 13.1.2), whoever encoded the answer on its way: what its reader has is still good.
    /// </summary>
    /// <param name="etag">Of the answer as it is.</param>
    public static bool Match(StringValues ifNoneMatch, string etag)
    {
        foreach (var line in ifNoneMatch)
        {
            var text = line.AsSpan();
            foreach (var range in text.Split(','))
                if (Matches(text[range].Trim(), etag))
                    return true;
        }
        return false;
    }

    static bool Matches(ReadOnlySpan<char> tag, ReadOnlySpan<char> etag)
    {
        if (tag is "*")
            return true;
        if (tag.StartsWith("W/", StringComparison.Ordinal))
            tag = tag[2..];
        return tag.SequenceEqual(etag)
            || (tag is ['"', .. var inner, '"'] && Plain(inner).SequenceEqual(etag[1..^1]));
    }

    /// <summary>Without what encodings added: <c>-gzip</c>, <c>;gzip</c>, <c>--gzip</c>.</summary>
    static ReadOnlySpan<char> Plain(ReadOnlySpan<char> tag)
    {
        foreach (var encoding in Encodings)
            if (
                tag.EndsWith(encoding, StringComparison.OrdinalIgnoreCase)
                && tag[..^encoding.Length] is [.., '-' or ';'] rest
            )
                return Plain(rest.TrimEnd("-;"));
        return tag;
    }
}
