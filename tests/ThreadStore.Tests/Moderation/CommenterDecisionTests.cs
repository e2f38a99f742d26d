using ThreadStore.Commenters;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public class CommenterDecisionTests(Store store)
{
    static readonly DateTimeOffset Day = new(2026, 4, 2, 10, 0, 0, TimeSpan.Zero);

    static Commenter ACommenter(Standing standing, DateTimeOffset? until = null, string? warning = null) =>
        new("s", Guid.Empty, "ada", "Ada", null, Day, 0, 0, standing, until, null, warning, null, 0, 0);

    [Theory]
    [InlineData(Standing.Suspended, 1, null, Standing.Suspended, false)]
    [InlineData(Standing.Suspended, 0, null, Standing.Good, true)]
    [InlineData(Standing.Banned, -1, null, Standing.Good, true)]
    [InlineData(Standing.Banned, null, "!", Standing.Banned, false)]
    [InlineData(Standing.Premoderated, null, null, Standing.Premoderated, true)]
    [InlineData(Standing.Premoderated, null, "!", Standing.Warned, false)]
    [InlineData(Standing.Good, null, "!", Standing.Warned, false)]
    [InlineData(Standing.Shadowed, null, null, Standing.Shadowed, true)]
    public void A_standing_ends_by_itself_and_a_warning_comes_before_what_lets_one_write(
        Standing standing,
        int? hours,
        string? warning,
        Standing then,
        bool mayWrite
    )
    {
        var commenter = ACommenter(standing, hours is { } h ? Day.AddHours(h) : null, warning);

        Assert.Equal(then, commenter.StandingAt(Day));
        Assert.Equal(mayWrite, commenter.MayWrite(Day));
    }

    [Theory]
    [InlineData("ban", "banned")]
    [InlineData("suspend", "suspended")]
    [InlineData("shadow", "shadowed")]
    [InlineData("warn", "warned")]
    [InlineData("premoderate", "premoderated")]
    public async Task What_moderators_do_shows_in_the_standing_until_they_reinstate(
        string action,
        string standing
    )
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Hello");
        object body = action switch
        {
            "suspend" => new { reason = "A while", until = "2999-01-01T00:00:00Z" },
            "warn" => new { message = "Mind your words" },
            _ => new { reason = "So it is" },
        };

        var first = (await site.ModerateAsync($"/commenters/ada/{action}", body)).Expect(200);
        var events = await site.CountEventsAsync();
        (await site.ModerateAsync($"/commenters/ada/{action}", body)).Expect(200);

        Assert.Equal(standing, first["standing"].GetString());
        Assert.Equal(events, await site.CountEventsAsync());
        var own = await site.GetAsync("/commenters/ada", site.Token("ada"));
        Assert.Equal(action == "shadow" ? "good" : standing, own["standing"].GetString());
        var posted = await site.PostAsync(article, "ada", "Again");
        if (action is "ban" or "suspend" or "warn")
        {
            posted.Expect(403, action == "warn" ? "warning-not-acknowledged" : "not-in-good-standing");
            Assert.Contains(
                action switch
                {
                    "warn" => "Mind your words",
                    "suspend" => "A while",
                    _ => "So it is",
                },
                posted["detail"].GetString(),
                StringComparison.Ordinal
            );
            var can = (await site.GetAsync($"/articles/{article}/me", site.Token("ada")))["can"];
            Assert.False(can.GetProperty("comment").GetProperty("allowed").GetBoolean());
            Assert.Empty(can.GetProperty("edit").EnumerateObject());
            if (action != "warn")
                Assert.Equal(
                    action == "suspend" ? "2999-01-01T00:00:00Z" : null,
                    posted["until"].GetString()
                );
        }
        else
            posted.Expect(201);
        (await site.ModerateAsync("/commenters/ada/reinstate")).Expect(200);
        Assert.Equal("good", (await site.LookAsync("/commenters/ada")).GetProperty("standing").GetString());
        (await site.PostAsync(article, "ada", "And again")).Expect(201);
    }

    [Fact]
    public async Task Whoever_acknowledges_a_warning_has_the_standing_of_before()
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");
        await site.ModerateAsync("/commenters/ada/premoderate");
        await site.ModerateAsync("/commenters/ada/warn", new { message = "Mind your words" });

        var own = (await site.SendAsync("POST", "/me/acknowledge", token: site.Token("ada"))).Expect(200);
        var events = await site.CountEventsAsync();
        (await site.SendAsync("POST", "/me/acknowledge", token: site.Token("ada"))).Expect(200);

        Assert.Equal("premoderated", own["standing"].GetString());
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Theory]
    [InlineData("ban", """{ "reason": "" }""")]
    [InlineData("ban", """{ }""")]
    [InlineData("ban", """{ "reason": "x", "until": "2001-01-01T00:00:00Z" }""")]
    [InlineData("suspend", """{ "reason": "x" }""")]
    [InlineData("suspend", """{ "reason": "x", "until": "2001-01-01T00:00:00Z" }""")]
    [InlineData("shadow", """{ "reason": " " }""")]
    [InlineData("warn", """{ "message": "" }""")]
    [InlineData("notes", """{ "text": "" }""")]
    public async Task What_is_missing_or_makes_no_sense_is_refused(string action, string body)
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");

        (await site.ModerateAsync($"/commenters/ada/{action}", body)).Expect(400, "validation");
    }

    [Fact]
    public async Task A_ban_takes_away_more_comments_than_one_transaction_holds_and_its_undo_brings_them_back()
    {
        const int count = 1_030;
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "The first");
        for (var from = 0; from < count; from += 500)
            await Past.AppendAsync(
                site,
                Enumerable
                    .Range(from, Math.Min(500, count - from))
                    .Select(i =>
                        Past.Posted(
                            StreamId.Import(site.Key, "past", $"{i}"),
                            article,
                            Past.Day.AddSeconds(i)
                        )
                    )
            );
        var before = await site.RowsAsync();

        var banned = (
            await site.ModerateAsync("/commenters/ada/ban", new { reason = "Spam", rejectComments = true })
        ).Expect(200);
        Assert.Equal(0, (await site.GetAsync($"/articles/{article}"))["commentCount"].GetInt32());
        var undone = await site.ModerateAsync(
            $"/moderation/log/{await site.NewestDecisionAsync()}/undo",
            by: "max"
        );

        Assert.Equal(count + 1, undone.Expect(200)["commentCount"].GetInt32());
        Assert.Equal(100, undone["comments"].GetArrayLength());
        Assert.Equal(before, await site.RowsAsync());
        Assert.True(banned.Position < undone.Position);
    }
}
