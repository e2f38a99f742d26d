using System.Buffers;
using ThreadStore.Kernel;
using ThreadStore.Setup;

namespace ThreadStore.Http;

/// <summary>
/// The path below which readers find this server where it is not the root (<c>ThreadStore__PathBase</c>), without a slash
/// at its end; empty: the root. Requests may still have it, or a proxy has taken it away: both mean the same.
/// </summary>
public sealed class PathPrefix(string value)
{
    /// <summary>Longer ones would make each link longer than what it leads to.</summary>
    const int MaxLength = 200;

    // what needs no encoding in a path, in a header or in HTML
    static readonly SearchValues<char> Plain = SearchValues.Create(
        "/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
    );

    public string Value => value;

    /// <exception cref="StartupException">It is no path.</exception>
    public static PathPrefix Of(ServerOptions options) =>
        options.PathBase is not { } text ? new("")
        : Parse(text) is { } prefix ? new(prefix)
        : throw new StartupException(
            $"ThreadStore__PathBase: '{text}' is no path such as /comments, of letters, digits and - . _ ~."
        );

    /// <returns>
    /// Null for what is no path of this server: <c>//example.org</c> would make links lead to another one.
    /// </returns>
    public static string? Parse(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd('/');
        if (text.IsEmpty)
            return "";
        return
            text[0] == '/'
            && text.Length <= MaxLength
            && text.IndexOfAnyExcept(Plain) < 0
            && !text.Contains("//", StringComparison.Ordinal)
            && !$"{text}/".Contains("/./", StringComparison.Ordinal)
            && !$"{text}/".Contains("/../", StringComparison.Ordinal)
            ? text.ToString()
            : null;
    }

    /// <summary>The path without the prefix.</summary>
    /// <returns>False where it has none.</returns>
    public bool TryStrip(string path, out string rest)
    {
        rest = path;
        if (
            value.Length == 0
            || !path.StartsWith(value, StringComparison.Ordinal)
            || (path.Length > value.Length && path[value.Length] != '/')
        )
            return false;
        rest = path[value.Length..];
        return true;
    }

    /// <summary>What readers see before the paths of this server.</summary>
    /// <param name="forwarded">What a proxy says that it took away; null: nothing.</param>
    /// <param name="wasThere">Whether the request still had this one.</param>
    public string Seen(string? forwarded, bool wasThere) =>
        forwarded is null ? value
        : !wasThere || forwarded.EndsWith(value, StringComparison.Ordinal) ? forwarded
        : forwarded + value;
}
