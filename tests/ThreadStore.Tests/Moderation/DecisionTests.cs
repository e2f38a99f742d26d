using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public class DecisionTests(Store store)
{
    [Theory]
    [InlineData("approve", "held", "published", null)]
    [InlineData("approve", "banned", "published", null)]
    [InlineData("reject", "held", "rejected", "moderator")]
    [InlineData("reject", "published", "rejected", "moderator")]
    [InlineData("restore", "banned", "published", null)]
    [InlineData("restore", "held", "pending", "rule")]
    [InlineData("feature", "published", "published", null)]
    [InlineData("unfeature", "held", "pending", "rule")]
    public async Task A_decision_gives_a_comment_its_state_and_once_more_appends_nothing(
        string action,
        string text,
        string state,
        string? removedBy
    )
    {
        var site = await store.ASiteAsync(
            new { suspectWords = (string[])["held"], bannedWords = (string[])["banned"] }
        );
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", text);

        var decided = await site.DecideAsync(comment, action);
        var events = await site.CountEventsAsync();
        var again = await site.DecideAsync(comment, action);

        Assert.Equal(state, decided["state"].GetString());
        Assert.Equal(removedBy, decided["removedBy"].GetString());
        Assert.Equal(action == "feature", decided["featured"].GetBoolean());
        Assert.Equal(decided.Text, again.Text);
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task A_text_edited_since_is_not_approved_unseen()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Harmless");
        var seen = await site.GetAsync($"/comments/{comment}", site.Token("mona", Role.Moderator));
        await site.SendAsync("PATCH", $"/comments/{comment}", new { body = "Harmful" }, site.Token("ada"));

        var stale = await site.ModerateAsync(
            $"/comments/{comment}/approve",
            headers: ("If-Match", seen.ETag)
        );
        var inBulk = await site.ModerateAsync(
            "/moderation/decisions",
            new
            {
                decisions = new[]
                {
                    new
                    {
                        id = comment,
                        action = "approve",
                        version = 1,
                    },
                },
            }
        );

        stale.Expect(412, "stale-version");
        var outcome = inBulk.Expect(200)["outcomes"][0];
        Assert.Equal(412, outcome.GetProperty("status").GetInt32());
        Assert.Equal("stale-version", outcome.GetProperty("code").GetString());
        Assert.Equal("Harmful", outcome.GetProperty("comment").GetProperty("body").GetString());
        await site.DecideAsync(comment, "approve", headers: ("If-Match", "\"2\""));
    }

    [Fact]
    public async Task The_author_reads_what_was_decided_and_why_but_neither_by_whom_nor_the_note()
    {
        var site = await store.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Buy!");
        await site.FlagAsync(comment, "ben");
        await site.DecideAsync(comment, "reject");

        var told = (await site.GetAsync($"/comments/{comment}/history", site.Token("ada"))).Expect(200);
        var all = await site.LookAsync($"/comments/{comment}/history");

        Assert.Equal(["comment-posted", "comment-rejected"], Types(told.Json));
        var reasons = told["items"][1];
        Assert.Equal("moderator", reasons.GetProperty("by").GetString());
        Assert.Equal("""{"reason":"spam","means":"person"}""", reasons.GetProperty("data").GetRawText());
        Assert.DoesNotContain("mona", told.Text, StringComparison.Ordinal);
        Assert.Equal(["comment-posted", "comment-flagged", "comment-rejected"], Types(all));
        Assert.Equal("mona", all.GetProperty("items")[2].GetProperty("by").GetString());
    }

    static IEnumerable<string?> Types(JsonElement history) =>
        history.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("type").GetString());

    [Fact]
    public async Task Of_a_bulk_each_decision_has_its_own_outcome()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var (good, gone, absent) = (
            await site.ACommentAsync(article, "ada", "Good"),
            await site.ACommentAsync(article, "ada", "Gone"),
            Guid.NewGuid()
        );
        await site.SendAsync("DELETE", $"/comments/{gone}", token: site.Token("ada"));

        var reply = await site.ModerateAsync(
            "/moderation/decisions",
            new
            {
                decisions = new[]
                {
                    new { id = gone, action = "approve" },
                    new { id = good, action = "feature" },
                    new { id = absent, action = "restore" },
                },
            }
        );

        Assert.Equal(
            [(gone, 409, "comment-deleted"), (good, 200, null), (absent, 404, "comment-not-found")],
            reply
                .Expect(200)["outcomes"]
                .EnumerateArray()
                .Select(o =>
                    (
                        o.GetProperty("id").GetGuid(),
                        o.GetProperty("status").GetInt32(),
                        o.GetProperty("code").GetString()
                    )
                )
        );
        Assert.True((await site.GetAsync($"/comments/{good}"))["featured"].GetBoolean());
    }

    [Theory]
    [InlineData("""{ "decisions": [] }""")]
    [InlineData("""{ "decisions": [{ "id": "$1", "action": "reject" }] }""")]
    [InlineData("""{ "decisions": [{ "id": "$1", "action": "approve", "reason": "spam" }] }""")]
    [InlineData(
        """{ "decisions": [{ "id": "$1", "action": "approve" }, { "id": "$1", "action": "reject", "reason": "spam" }] }"""
    )]
    public async Task A_bulk_that_makes_no_sense_changes_nothing(string body)
    {
        var site = await store.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Good");
        var events = await site.CountEventsAsync();

        var reply = await site.ModerateAsync(
            "/moderation/decisions",
            body.Replace("$1", $"{comment}", StringComparison.Ordinal)
        );

        reply.Expect(400, "validation");
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public void Every_reason_to_flag_is_one_to_reject() =>
        Assert.Equal(
            [.. Enum.GetNames<FlagReason>(), nameof(RejectReason.BannedWord)],
            Enum.GetNames<RejectReason>()
        );

    [Fact]
    public async Task An_answer_to_many_decisions_is_bounded_and_every_one_of_them_is_taken()
    {
        var site = await store.ASiteAsync(new { maxCommentLength = 50_000 });
        var article = await site.AnArticleAsync();
        var comments = new List<Guid>();
        for (var i = 0; i < 20; i++)
            comments.Add(await site.ACommentAsync(article, "ada", $"{i} {new string('a', 45_000)}"));

        var reply = await site.ModerateAsync(
            "/moderation/decisions",
            new { decisions = comments.Select(id => new { id, action = "feature" }) }
        );

        var outcomes = reply.Expect(200)["outcomes"].EnumerateArray().ToList();
        Assert.All(outcomes, o => Assert.Equal(200, o.GetProperty("status").GetInt32()));
        Assert.Equal(comments, outcomes.Select(o => o.GetProperty("id").GetGuid()));
        Assert.InRange(reply.Text.Length, 900_000, 1_200_000);
        Assert.Equal(JsonValueKind.Object, outcomes[0].GetProperty("comment").ValueKind);
        Assert.Equal(JsonValueKind.Null, outcomes[^1].GetProperty("comment").ValueKind);
        var last = await site.GetAsync($"/comments/{comments[^1]}");
        Assert.True(last.Expect(200)["featured"].GetBoolean());
    }
}
