using System.Globalization;
using CsCheck;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Rows;

/// <summary>What rules a site's administrators set, in the random histories. The texts there are numbers.</summary>
public static class ScreeningMoves
{
    /// <summary>All that screening goes by; each may be off.</summary>
    public sealed record Screen(
        int Site,
        int Banned,
        int Suspect,
        bool Patterns,
        int? Links,
        int NewCommenters,
        bool RepeatedText,
        int? Flood,
        bool Pre
    ) : RandomHistoryTests.Move(Site);

    static readonly Gen<bool> Seldom = Gen.Frequency((4, Gen.Const(false)), (1, Gen.Const(true)));

    public static Gen<RandomHistoryTests.Move> Of(int site) =>
        Gen.Select(
            Gen.Select(Gen.Int[0, 15], Gen.Int[0, 25], Seldom),
            Gen.Select(Gen.OneOf<int?>(null, 1, 2), Gen.OneOf(0, 0, 1, 3), Gen.Bool),
            Gen.Select(Gen.OneOf<int?>(null, 3, 8), Seldom),
            (lists, looks, ways) =>
                (RandomHistoryTests.Move)
                    new Screen(
                        site,
                        lists.Item1,
                        lists.Item2,
                        lists.Item3,
                        looks.Item1,
                        looks.Item2,
                        looks.Item3,
                        ways.Item1,
                        ways.Item2
                    )
        );

    public static readonly Gen<RandomHistoryTests.Move> Any = Gen.Int[0, 1].SelectMany(Of);

    /// <summary>What is added to the text of a number: no link, one or two.</summary>
    public static string Links(int text) =>
        string.Concat(
            Enumerable.Range(0, text % 7 == 0 ? 1 + text % 2 : 0).Select(i => $" https://a.example/{i}")
        );

    public static Task<Reply> MakeAsync(Screen m, TestSite site) =>
        site.SendAsync(
            "PUT",
            "",
            new
            {
                bannedWords = Words(0, m.Banned),
                suspectWords = Words(40, m.Suspect),
                bannedPatterns = m.Patterns ? new[] { @"\b19\d\b" } : [],
                suspectPatterns = m.Patterns ? new[] { @"\b1[0-2]\d\b" } : [],
                linksHeldForReview = m.Links,
                newCommentersHeldForReview = m.NewCommenters,
                repeatedTextHeldForReview = m.RepeatedText,
                floodHeldForReview = m.Flood,
                moderationMode = m.Pre ? "pre" : "post",
            },
            site.Token("root", Role.Admin)
        );

    static string[] Words(int from, int count) =>
        [.. Enumerable.Range(from, count).Select(n => n.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Asked what the site's own rules would have made of the history, analysts are told what they made of it.</summary>
    public static async Task AssertJudgedAgainAlikeAsync(TestSite site)
    {
        var answer = (
            await site.SendAsync("POST", "/analytics/what-if", new { }, site.Token("ana", Role.Analyst))
        ).Expect(200);
        Assert.True(answer["differs"].GetInt64() == 0, answer.Text);
        var decided = (await site.GetAsync("/events?limit=10000", site.Token("ana", Role.Analyst)))
            .Text.Split('\n')
            .Count(l =>
                l.Contains("\"type\":\"comment-posted\"", StringComparison.Ordinal)
                || l.Contains("\"type\":\"comment-edited\"", StringComparison.Ordinal)
            );
        Assert.Equal(decided, answer["judged"].GetInt64());
    }
}
