using System.Text.RegularExpressions;
using ThreadStore.Http;
using ThreadStore.Tests.Conventions;
using Xunit;

namespace ThreadStore.Tests.Web;

/// <summary>Every refusal of the API has its words, in every language.</summary>
public partial class EmbedWordsTests
{
    static readonly string Folder = Path.Combine(Sources.Root, "src", "web", "embed");

    static readonly Dictionary<string, string> Problems = Pairs()
        .Matches(File.ReadAllText(Path.Combine(Folder, "problems.ts")))
        .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    public static TheoryData<string> Languages =>
        ["en", "de", "fr", "es", "pt", "it", "nl", "pl", "ja", "zh", "ar"];

    [Fact]
    public void Each_problem_code_has_a_sentence() =>
        Assert.Equal(ProblemCodes.All.Select(k => k.Code).Order(), Problems.Keys.Order());

    [Theory, MemberData(nameof(Languages))]
    public void A_language_has_words_for_each_problem_and_says_nothing_in_english(string language)
    {
        var words = Texts(language);
        var english = Texts("en");

        Assert.All(Problems.Values.Distinct(), name => Assert.NotEmpty(words[name]));
        Assert.Equal(english.Keys.Order(), words.Keys.Order());
        // who speaks to the page says what they see
        Assert.Contains(words["reply"], words["replyTo"], StringComparison.Ordinal);
        if (language == "en")
            return;
        // words that are spelled alike, such as "spam", are few
        var same = words.Where(w => w.Value == english[w.Key]).Select(w => w.Key).ToList();
        Assert.True(same.Count <= 3, $"As in English: {string.Join(", ", same)}");
        // what is filled in has a place in each
        Assert.All(words.Keys, k => Assert.Equal(Places().Count(english[k]), Places().Count(words[k])));
    }

    static Dictionary<string, string> Texts(string language) =>
        Entries()
            .Matches(File.ReadAllText(Path.Combine(Folder, "words", $"{language}.ts")))
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    [GeneratedRegex("^  \"([\\w-]+)\": \"(\\w+)\"", RegexOptions.Multiline)]
    private static partial Regex Pairs();

    [GeneratedRegex("^  (\\w+): \"(.*)\",$", RegexOptions.Multiline)]
    private static partial Regex Entries();

    [GeneratedRegex("\\{\\w+\\}")]
    private static partial Regex Places();
}
