using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History.Reports;

public class VotesReportTests(Store store)
{
    const int Comments = 200;
    const int People = 14;

    [Fact]
    public async Task Those_who_react_together_are_found_by_the_formula_and_nobody_else()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var people = Enumerable.Range(0, People).Select(p => $"p{p:00}").ToList();
        await Past.HappenAsync(
            site,
            [
                .. people
                    .Append("ada")
                    .Select(p =>
                        StreamEvent.First<Commenter>(
                            StreamId.Commenter(site.Key, p),
                            new CommenterJoined(p, p, null, p, Past.Day, null)
                        )
                    ),
            ]
        );
        var comments = Enumerable.Range(0, Comments).Select(n => Past.Id(site, n)).ToList();
        await Past.AppendAsync(
            site,
            comments.Select((id, n) => Past.Posted(id, "a", Past.Day.AddMinutes(n)))
        );
        var votes = Votes(people, new Random(7));
        await Past.HappenAsync(
            site,
            [
                .. votes.Select(v =>
                    StreamEvent.First<Reaction>(
                        StreamId.Reaction(comments[v.Comment], v.By),
                        new ReactionSet(
                            comments[v.Comment],
                            "a",
                            v.Weight > 0 ? "like" : "dislike",
                            v.Weight,
                            null,
                            v.By,
                            Past.Day.AddHours(v.Comment)
                        )
                    )
                ),
            ]
        );
        var now = (await site.GetAsync("/articles")).Position;

        var rows = (
            await site.GetAsync($"/analytics/votes?minPosition={now}", site.Token("ana", Role.Analyst))
        )
            .Expect(200)["rows"]
            .EnumerateArray()
            .ToList();

        var expected = Pairs(votes);
        // three conspired, and two others
        Assert.Equal(["p00 p01", "p00 p02", "p01 p02", "p03 p04"], expected.Select(p => p.Pair));
        Assert.Equal(
            expected.Select(p =>
                $"{(p.Pair.StartsWith("p03", StringComparison.Ordinal) ? 2 : 1)} {p.Pair} {p.Together}"
            ),
            rows.SkipLast(1).Select(r => $"{r[0]} {r[1]} {r[2]} {r[3]}").Order(StringComparer.Ordinal)
        );
        foreach (var (row, pair) in rows.SkipLast(1).Zip(expected))
        {
            Assert.Equal(pair.Expected, row[4].GetDouble(), 9);
            Assert.Equal(1, row[5].GetDouble() / pair.Chance, 6);
        }
        var looked = votes.GroupBy(v => v.Comment).Where(g => g.Count() > 1).Sum(g => g.Count());
        Assert.Equal($"total   {looked}", $"{rows[^1][0]} {rows[^1][1]} {rows[^1][2]} {rows[^1][3]}");
    }

    /// <summary>Three like the same 20 comments, two the same 18, and all others what chance has them like.</summary>
    static List<(string By, int Comment, int Weight)> Votes(List<string> people, Random random) =>
        [
            .. from p in Enumerable.Range(0, People)
            from comment in p < 3 ? Enumerable.Range(0, 20)
            : p < 5 ? Enumerable.Range(30, 18)
            : Enumerable.Range(0, Comments).Where(_ => random.Next(6) == 0)
            select (people[p], comment, p < 5 || random.Next(2) == 0 ? 1 : -1),
        ];

    static List<(string Pair, int Together, double Expected, double Chance)> Pairs(
        List<(string By, int Comment, int Weight)> all
    )
    {
        var crowded = all.GroupBy(v => v.Comment).Where(g => g.Count() >= 2).Select(g => g.Key).ToHashSet();
        var votes = all.FindAll(v => crowded.Contains(v.Comment));
        var of = votes.ToLookup(v => v.By, v => (v.Comment, v.Weight));
        var people = of.Select(g => g.Key).Order(StringComparer.Ordinal).ToList();
        return
        [
            .. from a in people
            from b in people
            where string.CompareOrdinal(a, b) < 0
            let k = of[a].Intersect(of[b]).Count()
            let expected = of[a].Count() * of[b].Count() / (double)crowded.Count
            let chance = people.Count
                * (people.Count - 1)
                / 2.0
                * Math.Exp(k - expected)
                * Math.Pow(expected / Math.Max(k, 1), k)
            where k >= 5 && k > expected && chance <= 0.001
            select ($"{a} {b}", k, expected, chance),
        ];
    }
}
