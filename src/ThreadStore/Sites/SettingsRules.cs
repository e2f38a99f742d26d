using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using ThreadStore.Http;
using ThreadStore.Moderation;

namespace ThreadStore.Sites;

/// <summary>What settings may be.</summary>
public static partial class SettingsRules
{
    // bounds that no newsroom will meet, so that a slip of the keyboard is told apart from a wish
    const int MaxEntries = 10_000;
    const int MaxPatterns = 1_000;
    const int MaxEntryLength = 1_000;
    const int MaxKinds = 50;

    /// <summary>PostgreSQL's own text search configurations.</summary>
    static readonly HashSet<string> Languages =
    [
        "simple",
        "arabic",
        "armenian",
        "basque",
        "catalan",
        "danish",
        "dutch",
        "english",
        "finnish",
        "french",
        "german",
        "greek",
        "hindi",
        "hungarian",
        "indonesian",
        "irish",
        "italian",
        "lithuanian",
        "nepali",
        "norwegian",
        "portuguese",
        "romanian",
        "russian",
        "serbian",
        "spanish",
        "swedish",
        "tamil",
        "turkish",
        "yiddish",
    ];

    /// <summary>The first reason to refuse, or null.</summary>
    public static Problem? Refuse(SiteSettings s) =>
        Name(s.Name)
        ?? (
            Languages.Contains(s.Language)
                ? null
                : Bad("language", "is a text search configuration of PostgreSQL, such as simple or english.")
        )
        ?? (IsIana(s.TimeZone) ? null : Bad("timeZone", "is an IANA time zone, such as Europe/Berlin."))
        ?? Words("bannedWords", s.BannedWords)
        ?? Words("suspectWords", s.SuspectWords)
        ?? Patterns("bannedPatterns", s.BannedPatterns)
        ?? Patterns("suspectPatterns", s.SuspectPatterns)
        ?? Ranges(s)
        ?? Reactions(s.Reactions)
        ?? (
            s.AllowedOrigins.All(IsOrigin)
                ? null
                : Bad("allowedOrigins", "lists origins such as https://news.example, without a path.")
        )
        ?? Classifier(s.Classifier);

    static Problem? Name(string? name) =>
        name is null || (!string.IsNullOrWhiteSpace(name) && Keys.Length(name) <= Keys.MaxLength)
            ? null
            : Bad("name", $"has 1 to {Keys.MaxLength} code points.");

    public static bool IsIana(string zone) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && (found.HasIanaId || zone == "UTC");

    static Problem? Words(string member, IReadOnlyList<string> words) =>
        words.Count > MaxEntries ? Bad(member, $"has {MaxEntries} entries at most.")
        : words.All(w => !string.IsNullOrWhiteSpace(w) && w.Length <= MaxEntryLength) ? null
        : Bad(member, $"lists words and phrases of 1 to {MaxEntryLength} characters.");

    static Problem? Patterns(string member, IReadOnlyList<string> patterns)
    {
        if (patterns.Count > MaxPatterns)
            return Bad(member, $"has {MaxPatterns} entries at most.");
        foreach (var pattern in patterns)
        {
            if (string.IsNullOrEmpty(pattern) || pattern.Length > MaxEntryLength)
                return Bad(member, $"lists regular expressions of 1 to {MaxEntryLength} characters.");
            try
            {
                PatternList.Compile(pattern);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                return Bad(
                    member,
                    $"'{pattern}' is no regular expression that runs without backtracking: {e.Message}"
                );
            }
        }
        return null;
    }

    static readonly (PropertyInfo Member, RangeAttribute Range)[] Bounds =
    [
        .. from member in typeof(SiteSettings).GetProperties()
        let range = member.GetCustomAttribute<RangeAttribute>()
        where range is not null
        select (member, range),
    ];

    static Problem? Ranges(SiteSettings settings)
    {
        foreach (var (member, range) in Bounds)
            if (!range.IsValid(member.GetValue(settings)))
                return Bad(
                    JsonNamingPolicy.CamelCase.ConvertName(member.Name),
                    $"is from {range.Minimum} to {range.Maximum}."
                );
        return null;
    }

    static Problem? Reactions(IReadOnlyDictionary<string, int> kinds) =>
        kinds.Count > MaxKinds ? Bad("reactions", $"has {MaxKinds} kinds at most.")
        : !kinds.Keys.All(k => Kind().IsMatch(k))
            ? Bad("reactions", "names kinds with 1 to 32 letters, digits, - and _.")
        : !kinds.Values.All(w => w is >= -1 and <= 1)
            ? Bad("reactions", "gives each kind the weight 1, 0 or -1.")
        : null;

    static bool IsOrigin(string origin) =>
        origin is not null
        && Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Scheme is ("http" or "https")
        && origin == uri.GetLeftPart(UriPartial.Authority);

    static Problem? Classifier(Classifier? classifier) =>
        classifier is null ? null
        : !Uri.TryCreate(classifier.Url, UriKind.Absolute, out var uri)
        || uri.Scheme is not ("http" or "https")
            ? Bad("classifier", "has an http or https address as url.")
        : string.IsNullOrEmpty(classifier.Secret) ? Bad("classifier", "has a secret.")
        : null;

    static Problem Bad(string member, string message) => Problem.Validation(member, message);

    [GeneratedRegex("^[A-Za-z0-9_-]{1,32}$")]
    private static partial Regex Kind();
}
