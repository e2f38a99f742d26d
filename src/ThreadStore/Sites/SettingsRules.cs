using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using ThreadStore.Http;
using ThreadStore.Kernel;
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

    /// <summary>All reasons to refuse, or null.</summary>
    public static Refusal? Refuse(SiteSettings s) =>
        Refusal.All([
            Name(s.Name),
            Languages.Contains(s.Language)
                ? null
                : Bad(
                    "language",
                    Flaw.NoneOf(
                        "is a text search configuration of PostgreSQL, such as simple or english.",
                        Languages
                    )
                ),
            IsIana(s.TimeZone)
                ? null
                : Bad("timeZone", Flaw.Of("is an IANA time zone, such as Europe/Berlin.", "no-time-zone")),
            Words("bannedWords", s.BannedWords),
            Words("suspectWords", s.SuspectWords),
            Patterns("bannedPatterns", s.BannedPatterns),
            Patterns("suspectPatterns", s.SuspectPatterns),
            .. Ranges(s, Bounds),
            .. Ranges(s.Retention, Kept, "retention"),
            .. Ranges(s.Learned, LearnedBounds, "learned"),
            Reactions(s.Reactions),
            s.AllowedOrigins.All(IsOrigin)
                ? null
                : Bad(
                    "allowedOrigins",
                    Flaw.Of("lists origins such as https://news.example, without a path.", "no-origin")
                ),
            Classifier(s.Classifier),
            LearnedRules.Refuse(s.Learned),
            IdentityRules.Refuse(s),
        ]);

    static Refusal? Name(string? name) =>
        name is null || (!string.IsNullOrWhiteSpace(name) && Keys.Length(name) <= Keys.MaxLength)
            ? null
            : Bad("name", Flaw.Length($"has 1 to {Keys.MaxLength} code points.", 1, Keys.MaxLength));

    public static bool IsIana(string zone) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && (found.HasIanaId || zone == "UTC");

    static Refusal? Words(string member, IReadOnlyList<string> words) =>
        words.Count > MaxEntries
            ? Bad(member, Flaw.Count($"has {MaxEntries} entries at most.", 0, MaxEntries))
        : words.All(w => !string.IsNullOrWhiteSpace(w) && w.Length <= MaxEntryLength) ? null
        : Bad(
            member,
            Flaw.Length($"lists words and phrases of 1 to {MaxEntryLength} characters.", 1, MaxEntryLength)
        );

    static Refusal? Patterns(string member, IReadOnlyList<string> patterns)
    {
        if (patterns.Count > MaxPatterns)
            return Bad(member, Flaw.Count($"has {MaxPatterns} entries at most.", 0, MaxPatterns));
        foreach (var pattern in patterns)
        {
            if (string.IsNullOrEmpty(pattern) || pattern.Length > MaxEntryLength)
                return Bad(
                    member,
                    Flaw.Length(
                        $"lists regular expressions of 1 to {MaxEntryLength} characters.",
                        1,
                        MaxEntryLength
                    )
                );
            try
            {
                PatternList.Compile(pattern);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                return Bad(
                    member,
                    new Flaw(
                        "no-pattern",
                        $"'{pattern}' is no regular expression that runs without backtracking: {e.Message}",
                        new() { ["pattern"] = pattern }
                    )
                );
            }
        }
        return null;
    }

    static readonly (PropertyInfo Member, RangeAttribute Range)[] Bounds = BoundsOf(typeof(SiteSettings));
    static readonly (PropertyInfo Member, RangeAttribute Range)[] Kept = BoundsOf(typeof(RetentionSettings));
    static readonly (PropertyInfo Member, RangeAttribute Range)[] LearnedBounds = BoundsOf(
        typeof(LearnedSettings)
    );

    static (PropertyInfo Member, RangeAttribute Range)[] BoundsOf(Type type) =>
        [
            .. from member in type.GetProperties()
            let range = member.GetCustomAttribute<RangeAttribute>()
            where range is not null
            select (member, range),
        ];

    static IEnumerable<Refusal> Ranges(
        object? settings,
        (PropertyInfo Member, RangeAttribute Range)[] bounds,
        string? member = null
    )
    {
        foreach (var (property, range) in settings is null ? [] : bounds)
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (!range.IsValid(property.GetValue(settings)))
                yield return Bad(
                    member ?? name,
                    Flaw.Range(
                        FormattableString.Invariant(
                            $"{(member is null ? "is" : $"has {name}")} from {range.Minimum} to {range.Maximum}."
                        ),
                        Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture),
                        Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture)
                    )
                );
        }
    }

    static Refusal? Reactions(IReadOnlyDictionary<string, int> kinds) =>
        kinds.Count > MaxKinds ? Bad("reactions", Flaw.Count($"has {MaxKinds} kinds at most.", 0, MaxKinds))
        : !kinds.Keys.All(k => Kind().IsMatch(k))
            ? Bad("reactions", Flaw.Of("names kinds with 1 to 32 letters, digits, - and _.", "no-kind"))
        : !kinds.Values.All(w => w is >= -1 and <= 1)
            ? Bad("reactions", Flaw.Range("gives each kind the weight 1, 0 or -1.", -1, 1))
        : null;

    static bool IsOrigin(string origin) =>
        origin is not null
        && Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Scheme is ("http" or "https")
        && origin == uri.GetLeftPart(UriPartial.Authority)
        && Articles.WebAddress.Origin(origin) is not null;

    static Refusal? Classifier(Classifier? classifier) =>
        classifier is null ? null
        : !Sites.Classifier.Kinds.Contains(classifier.Kind)
            ? Bad(
                "classifier",
                Flaw.NoneOf(
                    $"has as kind one of {string.Join(", ", Sites.Classifier.Kinds)}.",
                    Sites.Classifier.Kinds
                )
            )
        : classifier.Url == Sites.Classifier.Mask ? null
        : !Uri.TryCreate(classifier.Url, UriKind.Absolute, out var uri)
        || uri.Scheme is not ("http" or "https")
            ? Bad("classifier", Flaw.Of("has an http or https address as url.", "no-address"))
        : string.IsNullOrEmpty(classifier.Secret) ? Bad("classifier", Flaw.Of("has a secret.", "required"))
        : null;

    static Refusal Bad(string member, Flaw flaw) => Refusal.Validation(member, flaw);

    [GeneratedRegex("^[A-Za-z0-9_-]{1,32}$")]
    private static partial Regex Kind();
}
