using System.Text.RegularExpressions;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Tests.Conventions;
using Xunit;

namespace ThreadStore.Tests.Web;

/// <summary>What the server names by a word of its own, moderators read in theirs.</summary>
public partial class DeskWordsTests
{
    static readonly HashSet<string> Known = Keys("en");

    [Fact]
    public void Each_rule_has_a_word() =>
        Assert.All(
            Screening
                .TextRules.Select(r => r.Name)
                .Concat(Screening.SituationRules.Select(r => r.Name))
                .Concat([HoldReason.Flags, HoldReason.Classifier, HoldReason.Moderator]),
            rule => Assert.Contains($"rule.{rule}", Known)
        );

    [Fact]
    public void Each_decision_of_the_log_has_a_word() =>
        Assert.All(
            EventCatalogue
                .All.Select(e => e.Log)
                .OfType<LogWords>()
                .SelectMany(l => (string?[])[l.Action, l.NotUpheld])
                .OfType<string>(),
            action => Assert.Contains($"did.{action}", Known)
        );

    /// <summary>But for texts, which are shown themselves, and reactions, which are not in it.</summary>
    [Fact]
    public void Each_event_of_a_comments_history_has_a_word() =>
        Assert.All(
            EventCatalogue.All.Where(e =>
                e.IsAboutComment
                && e.Stream != "reaction"
                && e.Name is not ("comment-posted" or "comment-edited" or "flag-recounted")
            ),
            e => Assert.Contains($"event.{e.Name}", Known)
        );

    [Fact]
    public void Each_reason_state_and_standing_has_a_word()
    {
        Assert.All(Words.All<RejectReason>(), r => Assert.Contains($"reason.{r}", Known));
        Assert.All(Words.All<CommentState>(), s => Assert.Contains($"state.{s}", Known));
        Assert.All(Words.All<Standing>(), s => Assert.Contains($"standing.{s}", Known));
    }

    [Fact]
    public void Each_problem_code_has_a_sentence() =>
        Assert.Equal(ProblemCodes.All.Select(k => k.Code).Order(), Refusals().Keys.Order());

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    [InlineData("fr")]
    [InlineData("es")]
    public void Each_refusal_is_said_in_every_language(string language)
    {
        var (words, english) = (RefusalWords(language), RefusalWords("en"));

        Assert.All(Refusals().Values, word => Assert.NotEmpty(words[word]));
        Assert.Equal(english.Keys.Order(), words.Keys.Order());
        Assert.All(words, w => Assert.Equal(Filled(english[w.Key]), Filled(w.Value)));
        if (language != "en")
            Assert.DoesNotContain(words, w => w.Value == english[w.Key]);
    }

    [Theory]
    [InlineData("de")]
    [InlineData("fr")]
    [InlineData("es")]
    public void All_is_said_in_every_language(string language)
    {
        Assert.Equal(Known.Order(), Keys(language).Order());
        Assert.Equal(Places().Count(Text("en")), Places().Count(Text(language)));
    }

    /// <summary>The word for each problem code.</summary>
    static Dictionary<string, string> Refusals() =>
        Pairs().Matches(Shared("refusals.ts")).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    static Dictionary<string, string> RefusalWords(string language) =>
        Texts()
            .Matches(
                Tables()
                    .Matches(Shared("refusal-words.ts"))
                    .Single(m => m.Groups[1].Value == language)
                    .Groups[2]
                    .Value
            )
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    static IEnumerable<string> Filled(string text) => Places().Matches(text).Select(m => m.Value).Order();

    static string Shared(string file) =>
        File.ReadAllText(Path.Combine(Sources.Root, "src", "web", "shared", file));

    static HashSet<string> Keys(string language) =>
        [.. Entries().Matches(Text(language)).Select(m => m.Groups[1].Value)];

    static string Text(string language) =>
        File.ReadAllText(Path.Combine(Sources.Root, "src", "web", "desk", $"words.{language}.ts"));

    /// <summary>Where something is filled in.</summary>
    [GeneratedRegex("\\{\\w+\\}")]
    private static partial Regex Places();

    [GeneratedRegex(
        "^  \"([\\w-]+)\": \"(\\w+)\",$(?=[\\s\\S]*^export const codeWord)",
        RegexOptions.Multiline
    )]
    private static partial Regex Pairs();

    [GeneratedRegex("^const (\\w\\w)(?:: Words)? = \\{\\n([\\s\\S]*?)^\\};", RegexOptions.Multiline)]
    private static partial Regex Tables();

    [GeneratedRegex("^  (\\w+): \"(.*)\",$", RegexOptions.Multiline)]
    private static partial Regex Texts();

    [GeneratedRegex("^  \"?([\\w.-]+)\"?: ", RegexOptions.Multiline)]
    private static partial Regex Entries();
}
