using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public class QueueTests(Store store)
{
    static IEnumerable<Guid> Ids(JsonElement page) =>
        page.GetProperty("items")
            .EnumerateArray()
            .Select(i => i.GetProperty("comment").GetProperty("id").GetGuid());

    [Fact]
    public async Task A_comment_waits_where_its_reason_is_and_leaves_when_decided()
    {
        var site = await store.ASiteAsync(new { suspectWords = (string[])["hotel"], flagsHeldForReview = 2 });
        var article = await site.AnArticleAsync();
        var held = await site.ACommentAsync(article, "ada", "A hotel!");
        var flagged = await site.ACommentAsync(article, "ada", "Fine");
        await site.FlagAsync(flagged, "ben");
        await site.FlagAsync(flagged, "cat", "offensive");

        var pending = await site.LookAsync("/moderation/queue");
        var flags = await site.LookAsync("/moderation/queue?state=flagged");

        Assert.Equal([held], Ids(pending));
        Assert.Equal(
            """[{"rule":"suspectWord","match":"hotel"}]""",
            pending.GetProperty("items")[0].GetProperty("reasons").GetRawText()
        );
        // held by flags alone: pending, but among the flagged
        Assert.Equal([flagged], Ids(flags));
        var item = flags.GetProperty("items")[0];
        Assert.Equal("pending", item.GetProperty("comment").GetProperty("state").GetString());
        Assert.Equal("""[{"rule":"flags","match":null}]""", item.GetProperty("reasons").GetRawText());
        Assert.Equal("""{"offensive":1,"spam":1}""", JsonSerializer.Serialize(item.GetProperty("flags")));
        Assert.Equal(
            """{"commentCount":0,"rejectedCount":0,"standing":"good"}""",
            item.GetProperty("author").GetRawText()
        );
        Assert.Equal(
            """{"pending":1,"flagged":1}""",
            (await site.LookAsync("/moderation/counts")).GetRawText()
        );

        await site.DecideAsync(held, "reject");
        await site.DecideAsync(flagged, "approve");

        Assert.Empty(Ids(await site.LookAsync("/moderation/queue?state=pending")));
        Assert.Empty(Ids(await site.LookAsync("/moderation/queue?state=flagged")));
        var rejected = (await site.LookAsync("/moderation/queue?state=rejected")).GetProperty("items")[0];
        Assert.Equal(
            """[{"rule":"suspectWord","match":"hotel"},{"rule":"moderator","match":"spam"}]""",
            rejected.GetProperty("reasons").GetRawText()
        );
        Assert.Equal(
            """{"commentCount":1,"rejectedCount":1,"standing":"good"}""",
            rejected.GetProperty("author").GetRawText()
        );
        Assert.Equal(
            """{"pending":0,"flagged":0}""",
            (await site.LookAsync("/moderation/counts")).GetRawText()
        );
    }

    [Fact]
    public async Task Queues_are_walked_oldest_first_or_most_flagged_first_and_filtered()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre", flagsHeldForReview = (int?)null });
        var (a, b) = (await site.AnArticleAsync(), await site.AnArticleAsync());
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
            ids.Add(await site.ACommentAsync(i % 2 == 0 ? a : b, "ada", $"Text {i}"));
        var token = site.Token("mona", Role.Moderator);

        var all = await Walk.PagesAsync(site, "/moderation/queue", token, limit: 2);
        Assert.Equal(ids, all.Select(i => i.GetProperty("comment").GetProperty("id").GetGuid()));
        Assert.Equal([ids[1], ids[3]], Ids(await site.LookAsync($"/moderation/queue?article={b}")));
        Assert.Equal(
            5,
            (await site.LookAsync("/moderation/queue?reason=premoderation"))
                .GetProperty("items")
                .GetArrayLength()
        );
        Assert.Empty(Ids(await site.LookAsync("/moderation/queue?reason=links")));

        foreach (var id in ids)
            await site.DecideAsync(id, "approve");
        for (var i = 0; i < 5; i++)
        for (var reader = 0; reader <= i; reader++)
            await site.FlagAsync(ids[i], $"r{reader}", i == 4 ? "illegal" : "spam");
        var flagged = await Walk.PagesAsync(site, "/moderation/queue?state=flagged", token, limit: 2);
        Assert.Equal(
            Enumerable.Reverse(ids),
            flagged.Select(i => i.GetProperty("comment").GetProperty("id").GetGuid())
        );
        Assert.Equal([ids[4]], Ids(await site.LookAsync("/moderation/queue?state=flagged&reason=illegal")));
        (await site.GetAsync("/moderation/queue?state=deleted", token)).Expect(400, "validation");
        (await site.GetAsync("/moderation/queue?reason=%00", token)).Expect(400, "validation");
    }

    [Fact]
    public async Task A_claim_is_seen_by_others_and_keeps_nobody_out()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Text");
        var ids = new { ids = (Guid[])[comment] };

        var first = (await site.ModerateAsync("/moderation/claims", ids)).Expect(200);
        var second = (await site.ModerateAsync("/moderation/claims", ids, "max")).Expect(200);

        Assert.Equal("mona", first["items"][0].GetProperty("claimedBy").GetString());
        Assert.Equal("mona", second["items"][0].GetProperty("claimedBy").GetString());
        var item = (await site.LookAsync("/moderation/queue")).GetProperty("items")[0];
        Assert.Equal("mona", item.GetProperty("claimedBy").GetString());
        (
            await site.ModerateAsync(
                "/moderation/claims",
                new { ids = (Guid[])[comment, Guid.NewGuid(), Guid.Empty] }
            )
        ).Expect(404, "comment-not-found");
        await site.DecideAsync(comment, "approve", "max");
    }
}
