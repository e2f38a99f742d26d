using ThreadStore.Http;
using ThreadStore.Rows;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Rows;

public class RepairRowsTests(Store store)
{
    [Fact]
    public async Task Rows_are_made_anew_while_readers_and_writers_go_on_and_what_differed_is_put_right()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var node = await Node.StartAsync(store);
        await using var other = await node.AnotherAsync();
        var site = await node.ASiteAsync();
        var there = other.Site(site.Key);
        var article = await site.AnArticleAsync();
        var first = await site.ACommentAsync(article, "ada", "First");
        var second = await site.ACommentAsync(article, "ben", "Second", first);
        var lost = await site.ACommentAsync(article, "eve", "Lost");
        // what both nodes remember of these rows, and the pages that they keep, is wrong from here on
        await there.ACommentAsync(article, "ada", "Third", first);
        await site.ACommentAsync(article, "ada", "Fourth", first);
        foreach (
            var harm in (string[])
                [
                    $"update threadstore.article_rows set comment_count = 99, title = 'Forged'",
                    $"update threadstore.comment_rows set reply_count = 7, content = '\"body\":\"Forged\",\"html\":\"\"' where id = '{first}'",
                    $"delete from threadstore.comment_rows where id = '{lost}'",
                    "insert into threadstore.reaction_rows select site, gen_random_uuid(), id, article_id, author_id, 'like', 1, posted_at from threadstore.comment_rows",
                ]
        )
            await node.ScalarAsync(harm);

        using var end = new CancellationTokenSource();
        var people = new[] { (site, "ann"), (there, "bob"), (site, "cid") }
            .Select(p => GoOnAsync(p.Item1, article, p.Item2, first, end.Token))
            .ToList();
        var differences = await RepairRows.RunAsync(node.Database, _ => { }, ct);
        var again = await RepairRows.RunAsync(other.Database, _ => { }, ct);
        await end.CancelAsync();
        var written = (await Task.WhenAll(people)).Sum();

        Assert.Equal(
            [ReaderTables.Articles, ReaderTables.Comments, ReaderTables.Reactions],
            differences.Select(d => d.Table)
        );
        Assert.Empty(again);
        // both nodes have forgotten what they knew
        await site.ACommentAsync(article, "ada", "Fifth", first);
        await there.ACommentAsync(article, "ada", "Sixth", first);
        await node.AssertRowsFollowFromEventsAsync();
        foreach (var at in (TestSite[])[site, there])
        {
            await Walk.AssertLawOfCountsAsync(at, article);
            var thread = (await at.GetAsync($"/articles/{article}/comments?limit=100")).Expect(200);
            Assert.Equal(written + 7, thread["commentCount"].GetInt32());
            Assert.Contains(
                lost,
                thread["items"].EnumerateArray().Select(c => c.GetProperty("id").GetGuid())
            );
        }
        Assert.Equal("Second", (await site.GetAsync($"/comments/{second}")).Expect(200)["body"].GetString());
        // what may lag goes past a position at which nothing happened, which is no event
        var now = (await site.GetAsync("/articles")).Position;
        (
            await site.GetAsync($"/analytics/activity?minPosition={now}", site.Token("ana", Role.Analyst))
        ).Expect(200);
        Assert.DoesNotContain(
            "tombstone",
            (await site.GetAsync("/events?limit=10000", site.Token("ana", Role.Analyst))).Text,
            StringComparison.Ordinal
        );
    }

    /// <summary>Reads and writes until told to stop; nothing of it may fail.</summary>
    static async Task<int> GoOnAsync(
        TestSite site,
        string article,
        string by,
        Guid parent,
        CancellationToken end
    )
    {
        var written = 0;
        while (!end.IsCancellationRequested || written < 3)
        {
            await site.ACommentAsync(article, by, $"{by} {written++}", parent);
            (await site.GetAsync($"/articles/{article}/comments")).Expect(200);
            (await site.GetAsync($"/comments/{parent}")).Expect(200);
        }
        return written;
    }
}
