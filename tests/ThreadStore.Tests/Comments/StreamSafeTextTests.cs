using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using CsCheck;
using ThreadStore.Comments;
using ThreadStore.Moderation;
using ThreadStore.Sites;
using Xunit;

namespace ThreadStore.Tests.Comments;

/// <summary>Normalisation puts the marks of a run in order, each compared with those before it: the work is counted.</summary>
public sealed class StreamSafeTextTests
{
    static readonly int Longest = (int)
        typeof(SiteSettings)
            .GetProperty(nameof(SiteSettings.MaxCommentLength))!
            .GetCustomAttribute<RangeAttribute>()!
            .Maximum;

    /// <summary>Marks of several classes, such as become several, of several scripts; and what parts them.</summary>
    static readonly Gen<string> Piece = Gen.OneOf(
        "\u0301",
        "\u0323\u0301",
        "\u0301\u0323\u0315",
        "\u0344",
        "\u0f73\u0f71",
        "\uff9e",
        "\u05b4\u05b9",
        "\u064b\u0650",
        "\ud834\udd65",
        "\u20dd",
        "\u034f",
        "\u200d",
        "\ufe0f",
        "a",
        "\u00e9",
        " "
    );

    static readonly Gen<string> Text = Gen.Select(Piece.Array[1, 4].Select(string.Concat), Gen.Int[0, 5])
        .Select((unit, size) => Repeat(unit, Longest >> (3 * size)));

    static string Repeat(string unit, int codePoints) =>
        string.Concat(Enumerable.Repeat(unit, codePoints / unit.EnumerateRunes().Count()));

    /// <summary>Pairs of marks that are in one run, as they are after they were taken apart.</summary>
    static long Work(string text)
    {
        var (work, run) = (0L, 0L);
        foreach (var rune in text.EnumerateRunes())
        foreach (var part in rune.ToString().Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            var isOrdered =
                rune.Value != StreamSafeText.Cut
                && Rune.GetUnicodeCategory(part)
                    is UnicodeCategory.NonSpacingMark
                        or UnicodeCategory.SpacingCombiningMark
                        or UnicodeCategory.EnclosingMark;
            run = isOrdered ? run + 1 : 0;
            work += run;
        }
        return work;
    }

    const int WorkPerCharacter = 3 * StreamSafeText.MaxMarks;

    [Fact]
    public void The_work_grows_with_the_text_up_to_the_longest_comment() =>
        Text.Sample(
            text => Work(StreamSafeText.CutRuns(text)) <= WorkPerCharacter * (long)text.Length,
            iter: 40
        );

    [Fact]
    public void Without_the_cuts_it_would_grow_with_the_square()
    {
        var text = "a" + Repeat("\u0323\u0301", Longest - 2);

        Assert.True(Work(text) > 1000L * WorkPerCharacter * text.Length / 10);
        Assert.True(Work(StreamSafeText.CutRuns(text)) < WorkPerCharacter * (long)text.Length);
    }

    /// <summary>Uncut, this one takes minutes.</summary>
    [Fact]
    public void The_longest_run_of_marks_is_one_word_still()
    {
        var folded = new FoldedText("a" + Repeat("\u0323\u0301", Longest - 2) + " bad");

        Assert.Equal(2, folded.Count);
        Assert.Equal("bad", folded[1]);
    }

    [Fact]
    public void Nothing_but_cuts_is_added_and_nothing_at_all_to_what_anybody_writes() =>
        Piece
            .Array[0, 120]
            .Select(string.Concat)
            .Sample(
                text =>
                {
                    var cut = StreamSafeText.CutRuns(text);
                    return Without(cut) == Without(text)
                        && (LongestRun(text) > StreamSafeText.MaxMarks || cut == text)
                        && LongestRun(cut) <= StreamSafeText.MaxMarks;
                },
                iter: 2_000
            );

    static string Without(string text) =>
        text.Replace(StreamSafeText.Cut.ToString(), "", StringComparison.Ordinal);

    static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            var isMark =
                rune.Value != StreamSafeText.Cut
                && (
                    rune.Value == 0xFF9E
                    || Rune.GetUnicodeCategory(rune)
                        is >= UnicodeCategory.NonSpacingMark
                            and <= UnicodeCategory.EnclosingMark
                );
            run = isMark ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        return longest;
    }

    [Fact]
    public void What_dotnet_refuses_to_normalise_is_normalised_without_it()
    {
        foreach (
            var (text, normal) in ((string, string)[])
                [
                    ("e\u0301\ud83d", "\u00e9\ufffd"),
                    ("\uff50\uff4f\ufffei", "poi"),
                    ("\uff50\uffff", "p\uffff"),
                ]
        )
            Assert.Equal(normal, StreamSafeText.Normalise(text, NormalizationForm.FormKC));
    }
}
