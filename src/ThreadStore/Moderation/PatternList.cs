using System.Text.RegularExpressions;

namespace ThreadStore.Moderation;

/// <summary>A site's regular expressions, compiled once for settings. None backtracks, so none takes more time than the
/// text is long.</summary>
public sealed class PatternList(IEnumerable<string> patterns)
{
    const RegexOptions Options =
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    readonly Regex[] patterns = [.. patterns.Select(Compile)];

    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    /// <exception cref="NotSupportedException">It can't run without backtracking, or would be too large.</exception>
    public static Regex Compile(string pattern) => new(pattern, Options);

    /// <summary>What matches the first pattern that matches at all; null: none does.</summary>
    public string? Find(IReadOnlyList<string> faces)
    {
        foreach (var pattern in patterns)
        foreach (var face in faces)
            if (pattern.IsMatch(face))
                return pattern.Match(face).Value;
        return null;
    }
}
