using System.Globalization;
using System.Text.RegularExpressions;

namespace ThreadStore.Moderation;

/// <summary>
/// A site's regular expressions, compiled once for settings. None backtracks, so none takes more time than the text is
/// long; and since most texts match none of them, many are asked at once, in one pass.
/// </summary>
public sealed class PatternList
{
    const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase;

    static readonly CultureInfo Turkish = CultureInfo.GetCultureInfo("tr-TR");

    /// <summary>Measured: a pass for so many takes as long as two to ten passes for one each. Of more, the framework
    /// refuses to make one automaton.</summary>
    const int TogetherAtMost = 50;

    readonly List<Group> groups = [];
    readonly CultureInfo culture;

    /// <summary>The same patterns, read as a Turkish site's language has it.</summary>
    readonly PatternList? otherwise;

    /// <param name="language">The site's. In Turkish the capital of i is İ and that of ı is I; patterns are tried so and as
    /// everywhere else, like the words of a <see cref="FoldedText"/>.</param>
    public PatternList(IEnumerable<string> patterns, string language = "simple")
        : this([.. patterns], CultureInfo.InvariantCulture)
    {
        if (language == "turkish" && groups.Count > 0)
            otherwise = new([.. groups.SelectMany(g => g.Patterns)], Turkish);
    }

    PatternList(string[] patterns, CultureInfo culture)
    {
        this.culture = culture;
        foreach (var chunk in patterns.Chunk(TogetherAtMost))
            Add(chunk);
    }

    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    /// <exception cref="NotSupportedException">It can't run without backtracking, or would be too large.</exception>
    public static Regex Compile(string pattern) => CompileIn(CultureInfo.InvariantCulture, pattern);

    /// <summary>The framework takes the culture of whoever compiles it, and no other way to name one.</summary>
    static Regex CompileIn(CultureInfo culture, string pattern)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            return new(pattern, Options);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>What matches the first pattern that matches at all; null: none does.</summary>
    public string? Find(IReadOnlyList<string> faces)
    {
        foreach (var group in groups)
        foreach (var face in faces)
            if (group.Any.IsMatch(face) && group.Find(faces) is { } match)
                return match;
        return otherwise?.Find(faces);
    }

    void Add(ReadOnlySpan<string> patterns)
    {
        if (Together(patterns) is { } any)
            groups.Add(new(any, [.. patterns], culture));
        else
        {
            Add(patterns[..(patterns.Length / 2)]);
            Add(patterns[(patterns.Length / 2)..]);
        }
    }

    /// <summary>What matches where any of them does; null where there can be none.</summary>
    Regex? Together(ReadOnlySpan<string> patterns)
    {
        if (patterns is [var alone])
            return CompileIn(culture, alone);
        var parts = new List<string>();
        foreach (var pattern in patterns)
        {
            // the option x, in which a # would comment the rest of them out
            if (
                pattern.Contains("(?", StringComparison.Ordinal)
                && pattern.Contains('#', StringComparison.Ordinal)
            )
                return null;
            parts.Add($"(?:{pattern})");
        }
        try
        {
            return CompileIn(culture, string.Join('|', parts));
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    /// <param name="Any">Matches where any of the patterns does.</param>
    sealed record Group(Regex Any, string[] Patterns, CultureInfo Culture)
    {
        readonly Lazy<Regex[]> each = new(() =>
            Patterns is [_] ? [Any] : [.. Patterns.Select(p => CompileIn(Culture, p))]
        );

        public string? Find(IReadOnlyList<string> faces)
        {
            foreach (var pattern in each.Value)
            foreach (var face in faces)
                if (pattern.Match(face) is { Success: true } match)
                    return match.Value;
            return null;
        }
    }
}
