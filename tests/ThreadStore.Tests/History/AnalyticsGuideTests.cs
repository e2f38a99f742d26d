using System.Globalization;
using System.Text.RegularExpressions;
using ThreadStore.Http;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History;

/// <summary>What <c>docs/analytics.md</c> tells people to type, typed.</summary>
public sealed partial class AnalyticsGuideTests(Store store) : IDisposable
{
    readonly Lake lake = new();

    public void Dispose() => lake.Dispose();

    [Fact]
    public async Task The_three_questions_of_the_guide_are_answered()
    {
        var site = await store.ASiteAsync(new { bannedWords = new[] { "old" } });
        (await site.PutArticleAsync("a")).Expect(201);
        (await site.PutArticleAsync("b")).Expect(201);
        (await site.PostAsync("a", "eve", "An old word")).Expect(201);
        (
            await site.SendAsync(
                "PUT",
                "",
                new { bannedWords = new[] { "old", "new" } },
                site.Token("root", Role.Admin)
            )
        ).Expect(200);
        var first = await site.ACommentAsync("a", "ada", "One");
        var reply = await site.ACommentAsync("a", "ben", "Two", first);
        await site.ACommentAsync("a", "ada", "Three", reply);
        await site.ACommentAsync("b", "ben", "Four");
        var caught = await site.ACommentAsync("b", "eve", "A new word");
        await site.ACommentAsync("b", "eve", "Another new one");
        (
            await site.SendAsync(
                "POST",
                $"/comments/{caught}/approve",
                token: site.Token("mod", Role.Moderator)
            )
        ).Expect(200);
        await lake.ReplayAsync(store.Database, site.Key);

        var guide = await File.ReadAllTextAsync(
            Path.Combine(Sources.Root, "docs/analytics.md"),
            TestContext.Current.CancellationToken
        );
        var statements = Sql()
            .Matches(guide)
            .Select(m => m.Groups[1].Value.Replace("'lake/", $"'{lake.Folder}/", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(4, statements.Count);
        lake.Query(statements[0]);

        Assert.Equal(["ada 1 2"], Rows(lake.Query(statements[1])));
        Assert.Equal(["a 3", "b 2"], Rows(lake.Query(statements[2]), columns: 2));
        Assert.Equal(["new 2 1"], Rows(lake.Query(statements[3])));
    }

    static IEnumerable<string> Rows(List<object?[]> rows, int columns = int.MaxValue) =>
        rows.Select(r =>
            string.Join(' ', r.Take(columns).Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)))
        );

    [GeneratedRegex("```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sql();
}
