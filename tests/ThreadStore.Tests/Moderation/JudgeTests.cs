using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public class JudgeTests(Store store)
{
    static Task<Reply> JudgeAsync(
        TestSite site,
        Guid comment,
        string? action = null,
        int version = 1,
        string classifier = "tox",
        string[]? labels = null
    ) =>
        site.SendAsync(
            "POST",
            $"/comments/{comment}/verdicts",
            new
            {
                classifier,
                version,
                score = 0.75,
                action,
                labels,
            },
            site.Token("cls", Role.Service)
        );

    async Task<(TestSite Site, Guid Comment)> ACommentAsync(string text, object? settings = null)
    {
        var site = await store.ASiteAsync(
            settings ?? new { suspectWords = (string[])["held"], bannedWords = (string[])["banned"] }
        );
        return (site, await site.ACommentAsync(await site.AnArticleAsync(), "ada", text));
    }

    static async Task<(string Type, JsonElement Data)> LastAsync(TestSite site, Guid comment)
    {
        var items = (await site.LookAsync($"/comments/{comment}/history")).GetProperty("items");
        var last = items[items.GetArrayLength() - 1];
        return (last.GetProperty("type").GetString()!, last.GetProperty("data"));
    }

    [Theory]
    [InlineData("Fine", "hold", "pending", "rule")]
    [InlineData("Fine", "release", "published", null)]
    [InlineData("Fine", null, "published", null)]
    [InlineData("held", "hold", "pending", "rule")]
    [InlineData("held", "release", "published", null)]
    [InlineData("held", null, "pending", "rule")]
    [InlineData("banned", "hold", "rejected", "rule")]
    [InlineData("banned", "release", "rejected", "rule")]
    public async Task A_verdict_is_recorded_and_holds_or_releases_what_rules_may(
        string text,
        string? action,
        string state,
        string? removedBy
    )
    {
        var (site, comment) = await ACommentAsync(text);

        var judged = (await JudgeAsync(site, comment, action)).Expect(200);
        var (type, data) = await LastAsync(site, comment);

        Assert.Equal(state, judged["state"].GetString());
        Assert.Equal(removedBy, judged["removedBy"].GetString());
        Assert.Equal(2, judged["version"].GetInt32());
        Assert.Equal("comment-judged", type);
        Assert.Equal("tox", data.GetProperty("classifier").GetString());
        Assert.Equal(1, data.GetProperty("judgedVersion").GetInt32());
        Assert.Equal(0.75, data.GetProperty("score").GetDouble());
        Assert.Equal(action, data.GetProperty("action").GetString());
        Assert.Equal(state, data.GetProperty("state").GetString());
    }

    [Fact]
    public async Task What_a_classifier_held_waits_in_the_queue_with_its_name_and_labels()
    {
        var (site, comment) = await ACommentAsync("Fine");

        await JudgeAsync(site, comment, "hold", labels: ["insult", "threat"]);
        var queue = await site.LookAsync("/moderation/queue?state=pending&reason=classifier");
        var counts = await site.LookAsync("/moderation/counts");

        var item = Assert.Single(queue.GetProperty("items").EnumerateArray());
        Assert.Equal(comment, item.GetProperty("comment").GetProperty("id").GetGuid());
        Assert.Equal(
            """[{"rule":"classifier","match":"tox: insult, threat"}]""",
            item.GetProperty("reasons").GetRawText()
        );
        Assert.Equal(1, counts.GetProperty("pending").GetInt32());
    }

    [Fact]
    public async Task A_verdict_that_comes_again_appends_nothing()
    {
        var (site, comment) = await ACommentAsync("Fine");

        var first = await JudgeAsync(site, comment, "hold");
        var events = await site.CountEventsAsync();
        var again = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => JudgeAsync(site, comment, "release"))
        );

        Assert.All(again, a => Assert.Equal(first.Text, a.Expect(200).Text));
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task Of_the_same_verdict_sent_many_times_at_once_one_is_recorded()
    {
        var (site, comment) = await ACommentAsync("Fine");
        var events = await site.CountEventsAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => JudgeAsync(site, comment, "hold")));

        Assert.Equal(events + 1, await site.CountEventsAsync());
    }

    [Fact]
    public async Task A_second_classifier_counts_for_the_same_version()
    {
        var (site, comment) = await ACommentAsync("Fine");

        await JudgeAsync(site, comment);
        var second = await JudgeAsync(site, comment, "hold", classifier: "spam");

        Assert.Equal("pending", second.Expect(200)["state"].GetString());
    }

    [Fact]
    public async Task A_verdict_about_an_earlier_text_is_outdated()
    {
        var (site, comment) = await ACommentAsync("Fine");
        await JudgeAsync(site, comment);
        var edited = await site.SendAsync(
            "PATCH",
            $"/comments/{comment}",
            new { body = "Finer" },
            site.Token("ada")
        );
        var version = edited.Expect(200)["version"].GetInt32();
        var events = await site.CountEventsAsync();

        var late = await JudgeAsync(site, comment, "hold", version - 1, "spam");
        Assert.Equal("published", late.Expect(200)["state"].GetString());
        Assert.Equal(events, await site.CountEventsAsync());

        var current = await JudgeAsync(site, comment, "hold", version);
        Assert.Equal("pending", current.Expect(200)["state"].GetString());
    }

    [Theory]
    [InlineData("approve", "hold", "published")]
    [InlineData("reject", "release", "rejected")]
    public async Task Where_a_person_has_decided_no_classifier_has_a_say(
        string decision,
        string action,
        string state
    )
    {
        var (site, comment) = await ACommentAsync("held");
        await site.DecideAsync(comment, decision);
        var events = await site.CountEventsAsync();

        var judged = await JudgeAsync(site, comment, action, 2);

        Assert.Equal(state, judged.Expect(200)["state"].GetString());
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task A_decision_taken_back_restores_what_the_classifier_held()
    {
        var (site, comment) = await ACommentAsync("Fine");
        await JudgeAsync(site, comment, "hold");
        var before = await site.RowsAsync();
        await site.DecideAsync(comment, "approve");

        await site.ModerateAsync($"/moderation/log/{await site.NewestDecisionAsync()}/undo");

        Assert.Equal(before, await site.RowsAsync());
    }

    [Fact]
    public async Task What_readers_flagged_away_no_classifier_releases()
    {
        var (site, comment) = await ACommentAsync("Fine", new { flagsHeldForReview = 1 });
        (await site.FlagAsync(comment, "ben")).Expect(201);

        var judged = await JudgeAsync(site, comment, "release");

        Assert.Equal("pending", judged.Expect(200)["state"].GetString());
    }

    [Fact]
    public async Task A_deleted_comment_stays_as_it_is_and_an_unknown_one_is_not_found()
    {
        var (site, comment) = await ACommentAsync("Fine");
        (await site.SendAsync("DELETE", $"/comments/{comment}", token: site.Token("ada"))).Expect(204);
        var events = await site.CountEventsAsync();

        Assert.Equal(
            "deleted",
            (await JudgeAsync(site, comment, "release")).Expect(200)["state"].GetString()
        );
        (await JudgeAsync(site, Guid.NewGuid(), "hold")).Expect(404);
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Theory]
    [InlineData("""{"classifier":"","version":1,"score":0.5}""", "classifier")]
    [InlineData("""{"classifier":"a","version":0,"score":0.5}""", "version")]
    [InlineData("""{"classifier":"a","version":2,"score":0.5}""", "version")]
    [InlineData("""{"classifier":"a","version":1,"score":1.01}""", "score")]
    [InlineData("""{"classifier":"a","version":1,"score":-0.1}""", "score")]
    [InlineData("""{"classifier":"a","version":1,"score":1,"labels":["a",""]}""", "labels")]
    public async Task A_verdict_that_makes_no_sense_is_refused_and_changes_nothing(string body, string member)
    {
        var (site, comment) = await ACommentAsync("Fine");
        var events = await site.CountEventsAsync();

        var refused = await site.SendAsync(
            "POST",
            $"/comments/{comment}/verdicts",
            JsonSerializer.Deserialize<JsonElement>(body),
            site.Token("cls", Role.Service)
        );

        Assert.Equal("validation", refused.Expect(400)["code"].GetString());
        Assert.Contains($"\"{member}\"", refused.Text, StringComparison.Ordinal);
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task Names_and_labels_have_their_limits()
    {
        var (site, comment) = await ACommentAsync("Fine");
        var longest = new string('é', 100);

        (await JudgeAsync(site, comment, classifier: longest + "x")).Expect(400);
        (await JudgeAsync(site, comment, labels: [longest + "x"])).Expect(400);
        (await JudgeAsync(site, comment, labels: [.. Enumerable.Repeat("x", 21)])).Expect(400);
        (await JudgeAsync(site, comment, null, 1, longest, [.. Enumerable.Repeat(longest, 20)])).Expect(200);
    }
}
