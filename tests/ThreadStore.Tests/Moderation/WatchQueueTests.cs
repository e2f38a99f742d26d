using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public class WatchQueueTests(Store store)
{
    static readonly Guid Id = Guid.NewGuid();

    [Theory]
    [InlineData(null, CommentState.Pending, false, "pending")]
    [InlineData(CommentState.Pending, CommentState.Published, false, "pending")]
    [InlineData(CommentState.Published, CommentState.Pending, true, "")]
    [InlineData(null, CommentState.Published, false, "")]
    [InlineData(CommentState.Published, CommentState.Rejected, false, "")]
    public void An_event_touches_the_queue_that_its_comment_enters_or_leaves(
        CommentState? before,
        CommentState? after,
        bool byFlags,
        string queues
    ) =>
        Assert.Equal(
            queues,
            string.Join(' ', new QueueEvent(Id, before, after, byFlags, false).Touched()).ToLowerInvariant()
        );

    static HttpClient Moderator(Node node, TestSite site, string who = "mona")
    {
        var client = new HttpClient { BaseAddress = node.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", site.Token(who, Role.Moderator));
        return client;
    }

    static (long, long) Counts(LiveItem item) =>
        (item.Data.GetProperty("pending").GetInt64(), item.Data.GetProperty("flagged").GetInt64());

    static async Task ExpectAsync(LiveReader reader, string name, string queue, Guid comment)
    {
        var item = await reader.ExpectAsync(name);
        Assert.Equal((queue, comment), (item.Data.GetProperty("queue").GetString(), item.Comment));
    }

    [Fact]
    public async Task Moderators_see_what_enters_and_leaves_their_queues()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync(new { suspectWords = (string[])["hotel"] });
        var article = await site.AnArticleAsync();
        // before the stream: counts are told as they are by then, which is after the next comment on a slow machine
        var plain = await site.ACommentAsync(article, "ada", "Nothing");
        using var client = Moderator(node, site);
        await using var desk = await LiveReader.OpenAsync(client, $"{site.Path}/moderation/live");
        Assert.Equal((0, 0), Counts(await desk.ExpectAsync("counts")));

        var held = await site.ACommentAsync(article, "ben", "My hotel");
        await ExpectAsync(desk, "queue-entered", "pending", held);
        Assert.Equal((1, 0), Counts(await desk.ExpectAsync("counts")));
        (await site.FlagAsync(plain, "cleo")).Expect(201);
        var flagged = await desk.ExpectAsync("queue-entered");
        Assert.Equal("flagged", flagged.Data.GetProperty("queue").GetString());
        Assert.Equal("""{"spam":1}""", flagged.Data.GetProperty("flags").GetRawText());
        // as the queue lists it
        var listed = (await site.LookAsync("/moderation/queue?state=flagged")).GetProperty("items")[0];
        foreach (var member in listed.EnumerateObject())
            Assert.Equal(member.Value.GetRawText(), flagged.Data.GetProperty(member.Name).GetRawText());
        Assert.Equal((1, 1), Counts(await desk.ExpectAsync("counts")));

        await site.DecideAsync(held, "approve");
        await ExpectAsync(desk, "queue-left", "pending", held);
        Assert.Equal((0, 1), Counts(await desk.ExpectAsync("counts")));
        await site.DecideAsync(plain, "reject");
        await ExpectAsync(desk, "queue-left", "flagged", plain);
        Assert.Equal((0, 0), Counts(await desk.ExpectAsync("counts")));
    }

    [Fact]
    public async Task A_claim_is_seen_by_others_on_every_node()
    {
        await using var node = await Node.StartAsync(store);
        await using var other = await node.AnotherAsync();
        var site = await node.ASiteAsync(new { moderationMode = "pre" });
        var held = await site.ACommentAsync(await site.AnArticleAsync(), "ben", "Text");
        using var client = Moderator(node, site);
        using var elsewhere = Moderator(other, site, "max");
        await using var here = await LiveReader.OpenAsync(client, $"{site.Path}/moderation/live");
        await using var there = await LiveReader.OpenAsync(elsewhere, $"{site.Path}/moderation/live");
        await here.ExpectAsync("counts");
        await there.ExpectAsync("counts");

        (await site.ModerateAsync("/moderation/claims", new { ids = new[] { held } })).Expect(200);

        foreach (var desk in (LiveReader[])[here, there])
        {
            var claimed = await desk.ExpectAsync("claimed");
            Assert.Equal(
                (held, "mona"),
                (claimed.Comment, claimed.Data.GetProperty("claimedBy").GetString())
            );
        }
    }

    [Fact]
    public async Task Who_resumes_comes_to_what_the_queue_is()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync(new { suspectWords = (string[])["hotel"] });
        var article = await site.AnArticleAsync();
        var first = await site.ACommentAsync(article, "ben", "My hotel");
        using var client = Moderator(node, site);
        string last;
        await using (var desk = await LiveReader.OpenAsync(client, $"{site.Path}/moderation/live"))
            last = (await desk.ExpectAsync("counts")).Key;
        await site.DecideAsync(first, "approve");
        var second = await site.ACommentAsync(article, "ben", "Your hotel");
        var third = await site.ACommentAsync(article, "ben", "Another hotel");
        var newest = await site.SendAsync("DELETE", $"/comments/{third}", token: site.Token("ben"));
        Assert.Equal(204, newest.Status);

        await using var again = await LiveReader.OpenAsync(client, $"{site.Path}/moderation/live", last);

        Assert.Equal(
            $"{newest.Position}",
            Assert.Single(again.Response.Headers.GetValues("ThreadStore-Position"))
        );

        await ExpectAsync(again, "queue-left", "pending", first);
        await ExpectAsync(again, "queue-entered", "pending", second);
        await ExpectAsync(again, "queue-left", "pending", third);
        Assert.Equal((1, 0), Counts(await again.ExpectAsync("counts")));
    }

    [Fact]
    public async Task Who_is_too_far_behind_or_comes_from_the_future_reads_anew()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        using var client = Moderator(node, site);

        await using var future = await LiveReader.OpenAsync(
            client,
            $"{site.Path}/moderation/live",
            $"{long.MaxValue}"
        );

        Assert.Equal("behind", (await future.ExpectAsync("resync")).Data.GetProperty("reason").GetString());
        (await site.GetAsync("/moderation/live?after=x", site.Token("mona", Role.Moderator))).Expect(400);
        (await site.GetAsync("/moderation/live", site.Token("ada"))).Expect(403);
    }
}
