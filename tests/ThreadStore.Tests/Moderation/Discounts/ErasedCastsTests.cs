using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Privacy;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation.Discounts;

/// <summary>Whoever was discounted can be erased as anybody can: nothing of them is left, and the rest of the ring is undone.</summary>
public sealed class ErasedCastsTests(Store store)
{
    const string Erased = "zq7mark-rex";
    const string Needle = "zq7mark";
    const string Other = "ria";

    static Task<Reply> UndoAsync(TestSite site, long position) =>
        site.SendAsync("POST", $"/moderation/log/{position}/undo", null, site.Token("mona", Role.Moderator));

    static async Task<(Guid Liked, Guid Held)> DiscountedAsync(TestSite site, params string[] ring)
    {
        var article = await site.AnArticleAsync();
        var (liked, held) = (
            await site.ACommentAsync(article, "ada", "Liked"),
            await site.ACommentAsync(article, "ada", "Held")
        );
        foreach (var who in (string[])[.. ring, "ben"])
            (await site.SendAsync("PUT", $"/comments/{liked}/reactions/like", null, site.Token(who))).Expect(
                200
            );
        foreach (var who in ring)
            (
                await site.SendAsync(
                    "POST",
                    $"/comments/{held}/flags",
                    new { reason = "spam" },
                    site.Token(who)
                )
            ).Expect(201);
        var done = (
            await site.SendAsync(
                "POST",
                "/moderation/discount",
                new { commenters = ring, reason = "A ring" },
                site.Token("mona", Role.Moderator)
            )
        ).Expect(200);
        Assert.Equal((ring.Length, ring.Length), (done["reactions"].GetInt32(), done["flags"].GetInt32()));
        return (liked, held);
    }

    static async Task<List<long>> LinesAsync(TestSite site) =>
        [
            .. (await site.GetAsync("/moderation/log?limit=100", site.Token("mona", Role.Moderator)))
                .Expect(200)["items"]
                .EnumerateArray()
                .Where(i => i.GetProperty("action").GetString() == "discount")
                .Select(i => i.GetProperty("position").GetInt64()),
        ];

    static async Task<string> CountsAsync(Node node, Guid liked, Guid held) =>
        (string)
            (
                await node.ScalarAsync(
                    $"""
                    select concat_ws(' ', l.reactions, l.positive, h.state, h.flags)
                    from threadstore.comment_rows l, threadstore.comment_rows h where l.id = '{liked}' and h.id = '{held}'
                    """
                )
            )!;

    static async Task NothingIsLeftAsync(Node node, TestSite site)
    {
        Assert.Empty(await node.Database.PlacesAsync(Needle));
        foreach (var path in (string[])["/events?limit=1000", "/moderation/log?limit=100"])
            Assert.DoesNotContain(
                Needle,
                (await site.GetAsync(path, site.Token("root", Role.Admin))).Expect(200).Text,
                StringComparison.Ordinal
            );
        using var lake = new Lake();
        await lake.ReplayAsync(node.Database, site.Key);
        foreach (var table in Lake.Tables)
            Assert.DoesNotContain(
                lake.Query($"select t::varchar from {{{table}}} t"),
                row => $"{row[0]}".Contains(Needle, StringComparison.OrdinalIgnoreCase)
            );
    }

    [Fact]
    public async Task Of_one_of_a_ring_who_is_erased_nothing_is_left_and_the_other_is_undone()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync(new { flagsHeldForReview = 2 });
        var (liked, held) = await DiscountedAsync(site, Erased, Other);
        Assert.Equal("""{"like":1} 1 published 0""", await CountsAsync(node, liked, held));

        (await site.EraseAsync(Erased)).Expect(200);

        Assert.Equal("""{"like":1} 1 published 0""", await CountsAsync(node, liked, held));
        await node.AssertErasureLawsAsync();
        await NothingIsLeftAsync(node, site);
        var undone = new List<int>();
        foreach (var line in await LinesAsync(site))
            undone.Add((await UndoAsync(site, line)).Status);
        // one decision, with a line for each; what the erased cast counts as what anybody cast who was erased
        Assert.Equal([200, 409], undone);
        Assert.Equal("""{"like":3} 3 pending 2""", await CountsAsync(node, liked, held));
        await node.AssertErasureLawsAsync();
        await NothingIsLeftAsync(node, site);
    }

    [Fact]
    public async Task Where_all_who_were_discounted_are_erased_it_is_undone_of_nobody_and_once()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync(new { flagsHeldForReview = 1 });
        var (liked, held) = await DiscountedAsync(site, Erased);
        var lines = await LinesAsync(site);
        Assert.Equal("""{"like":1} 1 published 0""", await CountsAsync(node, liked, held));

        (await site.EraseAsync(Erased)).Expect(200);

        Assert.Equal("""{"like":1} 1 published 0""", await CountsAsync(node, liked, held));
        await NothingIsLeftAsync(node, site);
        var undone = await UndoAsync(site, Assert.Single(lines));
        Assert.Equal("[]", undone.Expect(200)["left"].GetRawText());
        Assert.Equal("""{"like":2} 2 pending 1""", await CountsAsync(node, liked, held));
        (await UndoAsync(site, lines[0])).Expect(409, "not-undoable");
        await node.AssertErasureLawsAsync();
        await NothingIsLeftAsync(node, site);
    }
}
