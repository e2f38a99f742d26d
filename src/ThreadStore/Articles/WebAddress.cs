using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace ThreadStore.Articles;

/// <summary>
/// Writings of the same address as one: a CMS tells <c>https://münchen.example/straße</c>, and a browser sends
/// <c>https://xn--mnchen-3ya.example/stra%C3%9Fe</c>.
/// </summary>
public static class WebAddress
{
    /// <summary>In bytes. PostgreSQL's indexes take little more.</summary>
    const int MaxLength = 2_048;

    static readonly SearchValues<char> Unreserved = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    );

    /// <summary>What parts an address; encoded, it is another. Browsers encode all else, and an apostrophe in some places.</summary>
    static readonly SearchValues<char> Reserved = SearchValues.Create(":/?#@!$&()*+,;=");

    /// <summary>
    /// By what an address is found: host in punycode, no usual port, escapes in capitals and only where they are needed.
    /// Of one that would be too long to index, a hash.
    /// </summary>
    /// <returns>What is no web address, as it is.</returns>
    public static string Key(string url)
    {
        if (Origin(url) is not { } origin)
            return url;
        var start = url.AsSpan(url.IndexOf("://", StringComparison.Ordinal) + 3);
        var end = start.IndexOfAny("/?#\\");
        var path = end < 0 ? "/" : Escaped(start[end..]);
        var key = path[0] == '/' ? origin + path : $"{origin}/{path}";
        return key.Length <= MaxLength
            ? key
            : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";
    }

    /// <summary>Scheme, host and port as browsers send them in <c>Origin</c>: ASCII alone. Null: it is no web address.</summary>
    public static string? Origin(string url)
    {
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || !url.AsSpan(uri.Scheme.Length).StartsWith("://")
        )
            return null;
        if (Host(uri) is not { Length: > 0 } host || !Ascii.IsValid(host))
            return null;
        return uri.IsDefaultPort
            ? $"{uri.Scheme}://{host.ToLowerInvariant()}"
            : $"{uri.Scheme}://{host.ToLowerInvariant()}:{uri.Port}";
    }

    /// <summary>The host as browsers write it. Null: it is none, though .NET took the address for one.</summary>
    public static string? Host(Uri uri)
    {
        try
        {
            return uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    static string Escaped(ReadOnlySpan<char> rest)
    {
        var escaped = new StringBuilder(rest.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < rest.Length; )
        {
            if (
                rest[i] == '%'
                && i + 2 < rest.Length
                && char.IsAsciiHexDigit(rest[i + 1])
                && char.IsAsciiHexDigit(rest[i + 2])
            )
            {
                var value = Convert.FromHexString(rest.Slice(i + 1, 2))[0];
                if (Unreserved.Contains((char)value))
                    escaped.Append((char)value);
                else
                    Escape(escaped, value);
                i += 3;
                continue;
            }
            Rune.DecodeFromUtf16(rest[i..], out var rune, out var length);
            if (rune.IsAscii && (Unreserved.Contains(rest[i]) || Reserved.Contains(rest[i])))
                escaped.Append(rest[i]);
            else
                foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
                    Escape(escaped, value);
            i += length;
        }
        return escaped.ToString();
    }

    static void Escape(StringBuilder escaped, byte value) =>
        escaped.Append('%').Append(Convert.ToHexString([value]));
}
