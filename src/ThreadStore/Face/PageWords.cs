using System.Globalization;
using System.Text.Json;
using ThreadStore.Kernel;

namespace ThreadStore.Face;

/// <summary>The languages of the discussion, as in src/web/embed/words.</summary>
public enum PageLanguage
{
    En,
    De,
    Fr,
    Es,
    Pt,
    It,
    Nl,
    Pl,
    Ja,
    Zh,
    Ar,
}

/// <summary>
/// What the discussion says where no script runs. The words are the embed's own: words.json is made of them when src/web is
/// built.
/// </summary>
/// <param name="Comments">By the plural category of CLDR; <c>#</c> is the number.</param>
public sealed record PageWords(
    IReadOnlyDictionary<string, string> Comments,
    string MoreComments,
    string MoreReplies,
    string ByAuthor,
    string ByModerator,
    string ByRule
)
{
    static readonly Lazy<Dictionary<PageLanguage, PageWords>> All = new(() =>
        JsonSerializer
            .Deserialize<Dictionary<string, PageWords>>(
                FaceFile.Find("words.json")!.Bytes.Span,
                JsonSerializerOptions.Web
            )!
            .ToDictionary(w => Enum.Parse<PageLanguage>(w.Key, ignoreCase: true), w => w.Value)
    );

    public PageLanguage Language { get; init; }

    /// <summary>BCP 47.</summary>
    public string Tag => Language.Word();

    public string Direction => Language == PageLanguage.Ar ? "rtl" : "ltr";

    /// <summary>As a reader asks, else as the site's settings say, else English.</summary>
    /// <param name="language">Of the site, BCP 47; null: its settings name none.</param>
    public static PageWords Of(PageLanguage? asked, string? language) =>
        In(asked ?? Words.TryParse<PageLanguage>(language ?? "en") ?? PageLanguage.En);

    static PageWords In(PageLanguage language) => All.Value[language] with { Language = language };

    /// <summary>"3 comments".</summary>
    public string Count(int n) =>
        (Comments.GetValueOrDefault(Category(Language, n)) ?? Comments["other"]).Replace(
            "#",
            n.ToString(CultureInfo.InvariantCulture),
            StringComparison.Ordinal
        );

    /// <summary>
    /// CLDR's plural category of a whole number below a million: .NET has none, and from there on some languages only have one
    /// for which the words are those of <c>other</c>.
    /// </summary>
    public static string Category(PageLanguage language, int n) =>
        language switch
        {
            PageLanguage.Ja or PageLanguage.Zh => "other",
            PageLanguage.Fr or PageLanguage.Pt => n < 2 ? "one" : "other",
            PageLanguage.Pl => n == 1 ? "one"
            : n % 10 is >= 2 and <= 4 && n % 100 is not (>= 12 and <= 14) ? "few"
            : "many",
            PageLanguage.Ar => n switch
            {
                0 => "zero",
                1 => "one",
                2 => "two",
                _ => (n % 100) switch
                {
                    >= 3 and <= 10 => "few",
                    >= 11 => "many",
                    _ => "other",
                },
            },
            _ => n == 1 ? "one" : "other",
        };
}
