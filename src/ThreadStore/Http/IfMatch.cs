using System.Globalization;
using ThreadStore.Kernel;

namespace ThreadStore.Http;

/// <summary>
/// The header with which a client changes only what it has seen. It takes any ETag of the current version, or the bare
/// version, so that a like in between makes nothing stale.
/// </summary>
public static class IfMatch
{
    /// <summary>Whether a request that carries <paramref name="header"/> may change what is at <paramref name="version"/>.</summary>
    public static bool Allows(string? header, int version)
    {
        if (string.IsNullOrWhiteSpace(header))
            return true;
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            var tag = part.StartsWith("W/", StringComparison.Ordinal) ? part[2..] : part;
            var seen = tag.Trim('"').Split('.')[0];
            if (tag == "*" || seen == version.ToString(CultureInfo.InvariantCulture))
                return true;
        }
        return false;
    }

    public static Refusal Stale(int version) =>
        new(
            "stale-version",
            $"The comment is at version {version.ToString(CultureInfo.InvariantCulture)} by now; look at it and try again."
        );
}
