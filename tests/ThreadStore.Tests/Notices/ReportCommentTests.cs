using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Notices;

/// <summary>Notices of illegal content, from when they come to what became of them.</summary>
public class ReportCommentTests(Store store)
{
    [Fact]
    public async Task A_notice_from_anybody_waits_under_illegal_and_holds_nothing()
    {
        var (site, comment) = await ACommentAsync(new { flagsHeldForReview = 2 });

        var report = await site.ReportAsync(comment);
        await site.ReportAsync(comment);
        (await site.FlagAsync(comment, "ben")).Expect(201);

        Assert.Equal("received", report["state"].GetString());
        Assert.Equal($"{site.Path}/reports/{report["id"].GetGuid()}", report.Headers["Location"]);
        var item = Assert.Single(
            (await site.LookAsync("/moderation/queue?state=flagged&reason=illegal"))
                .GetProperty("items")
                .EnumerateArray()
        );
        Assert.Equal("""{"illegal":2,"spam":1}""", item.GetProperty("flags").GetRawText());
        Assert.Equal(
            ["defamation I am none.", "defamation I am none."],
            item.GetProperty("notices")
                .EnumerateArray()
                .Select(n => $"{n.GetProperty("reason")} {n.GetProperty("explanation")}")
        );
        Assert.Equal("published", item.GetProperty("comment").GetProperty("state").GetString());
        Assert.Equal(
            """{"pending":0,"flagged":1}""",
            (await site.LookAsync("/moderation/counts")).GetRawText()
        );
        // the second flag holds it, whoever else gave notice
        (await site.FlagAsync(comment, "cem")).Expect(201);
        Assert.Equal(
            "pending",
            (await site.GetAsync($"/comments/{comment}", site.Token("ada")))["state"].GetString()
        );
    }

    [Theory]
    [InlineData("reject", "upheld", "spam")]
    [InlineData("approve", "dismissed", "kept")]
    [InlineData("feature", "dismissed", "kept")]
    public async Task A_decision_on_the_comment_ends_its_notices_and_undoing_it_reopens_them(
        string action,
        string state,
        string why
    )
    {
        var (site, comment) = await ACommentAsync();
        var report = await site.ReportAsync(comment);
        var before = await site.RowsAsync();

        await site.DecideAsync(comment, action);

        var decided = await site.AskAsync(report);
        Assert.Equal(
            (state, why, "person"),
            (
                decided["state"].GetString(),
                Assert.Single(decided["reasons"].EnumerateArray()).GetProperty("code").GetString(),
                decided["means"].GetString()
            )
        );
        Assert.NotEqual(JsonValueKind.Null, decided["decidedAt"].ValueKind);
        Assert.Contains("court", decided["redress"].GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await site.LookAsync("/moderation/counts")).GetProperty("flagged").GetInt32());

        (await site.ModerateAsync($"/moderation/log/{await site.NewestDecisionAsync()}/undo")).Expect(200);

        var again = await site.AskAsync(report);
        Assert.Equal("received", again["state"].GetString());
        Assert.Equal(JsonValueKind.Null, again["decidedAt"].ValueKind);
        Assert.Empty(again["reasons"].EnumerateArray());
        Assert.Equal(before, await site.RowsAsync());
    }

    /// <summary>By its author's appeal, or by a moderator who saw it otherwise.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_brings_the_comment_back_reverses_what_was_decided_on_its_notices(bool onAppeal)
    {
        var (site, comment) = await ACommentAsync();
        var report = await site.ReportAsync(comment);
        await site.DecideAsync(comment, "reject");
        var upheld = await site.AskAsync(report);
        Guid? appeal = onAppeal
            ? (
                await site.SendAsync(
                    "POST",
                    $"/comments/{comment}/appeal",
                    new { text = "It is true" },
                    site.Token("ada")
                )
            )
                .Expect(201)["id"]
                .GetGuid()
            : null;
        var before = await site.RowsAsync();

        (
            appeal is null
                ? await site.ModerateAsync($"/comments/{comment}/approve", by: "max")
                : await site.ModerateAsync(
                    $"/moderation/appeals/{appeal}",
                    new { uphold = false, reason = "Looked at" },
                    "max"
                )
        ).Expect(200);

        var reversed = await site.AskAsync(report);
        Assert.Equal(
            ("upheld", "dismissed", "reversed", "person"),
            (
                upheld["state"].GetString(),
                reversed["state"].GetString(),
                Assert.Single(reversed["reasons"].EnumerateArray()).GetProperty("code").GetString(),
                reversed["means"].GetString()
            )
        );
        Assert.True(reversed["decidedAt"].GetDateTimeOffset() > upheld["decidedAt"].GetDateTimeOffset());
        Assert.Contains("court", reversed["redress"].GetString(), StringComparison.Ordinal);
        // what comes after it is another matter
        await site.DecideAsync(comment, "reject");
        Assert.Equal("dismissed", (await site.AskAsync(report))["state"].GetString());
        async Task UndoAsync() =>
            (
                await site.ModerateAsync(
                    $"/moderation/log/{await site.NewestDecisionAsync()}/undo",
                    by: "max"
                )
            ).Expect(200);
        await UndoAsync();
        Assert.Equal("dismissed", (await site.AskAsync(report))["state"].GetString());

        (
            await site.ModerateAsync($"/moderation/log/{await FirstUndoableAsync(site)}/undo", by: "max")
        ).Expect(200);

        Assert.Equal(upheld.Text, (await site.AskAsync(report)).Text);
        Assert.Equal(before, await site.RowsAsync());
    }

    static async Task<long> FirstUndoableAsync(TestSite site) =>
        (await site.LookAsync("/moderation/log"))
            .GetProperty("items")
            .EnumerateArray()
            .First(e => e.GetProperty("undoable").GetBoolean())
            .GetProperty("position")
            .GetInt64();

    [Fact]
    public async Task What_came_after_a_decision_waits_for_the_next()
    {
        var (site, comment) = await ACommentAsync();
        var first = await site.ReportAsync(comment);
        await site.DecideAsync(comment, "approve");

        var second = await site.ReportAsync(comment);

        Assert.Equal("dismissed", (await site.AskAsync(first))["state"].GetString());
        Assert.Equal("received", (await site.AskAsync(second))["state"].GetString());
        await site.DecideAsync(comment, "reject");
        Assert.Equal("dismissed", (await site.AskAsync(first))["state"].GetString());
        Assert.Equal("upheld", (await site.AskAsync(second))["state"].GetString());
    }

    [Theory]
    [InlineData("mona", "upheld", "removed")]
    [InlineData("ada", "dismissed", "deletedByAuthor")]
    public async Task Whoever_deletes_the_comment_ends_its_notices(string by, string state, string why)
    {
        var (site, comment) = await ACommentAsync();
        var report = await site.ReportAsync(comment);

        var roles = by == "mona" ? Role.Moderator : Role.None;
        (await site.SendAsync("DELETE", $"/comments/{comment}", null, site.Token(by, roles))).Expect(204);

        var told = await site.AskAsync(report);
        Assert.Equal(state, told["state"].GetString());
        Assert.Equal(why, told["reasons"][0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Without_the_secret_nobody_learns_of_a_notice()
    {
        var (site, comment) = await ACommentAsync();
        var report = await site.ReportAsync(comment);
        var (id, secret) = (report["id"].GetGuid(), report["secret"].GetString());

        foreach (
            var path in (string[])
                [
                    $"/reports/{id}?secret=wrong",
                    $"/reports/{id}?secret=",
                    $"/reports/{id}",
                    $"/reports/{Guid.NewGuid()}?secret={secret}",
                ]
        )
            (await site.GetAsync(path, site.Token("root", Role.Admin))).Expect(404, "report-not-found");
        Assert.Equal(
            "private, max-age=0, must-revalidate",
            (await site.AskAsync(report)).Headers["Cache-Control"]
        );
    }

    [Fact]
    public async Task A_repeated_notice_is_the_same_and_told_the_same_secret()
    {
        var (site, comment) = await ACommentAsync();
        (string, string) key = ("Idempotency-Key", "k");
        var first = await site.ReportAsync(comment, headers: key);
        var events = await site.CountEventsAsync();

        var again = await site.ReportAsync(comment, headers: key);

        Assert.Equal(first.Text, again.Text);
        Assert.Equal(events, await site.CountEventsAsync());
        Assert.NotEqual(first["secret"].GetString(), (await site.ReportAsync(comment))["secret"].GetString());
    }

    [Fact]
    public async Task Who_gave_notice_is_in_no_event_and_clear_in_no_row()
    {
        var (site, comment) = await ACommentAsync();
        var report = await site.ReportAsync(
            comment,
            new
            {
                reason = "privacy",
                explanation = "It names my street.",
                name = "Notifier Nell",
                email = "nell@example.org",
                goodFaith = true,
            },
            "nell"
        );

        foreach (var table in (string[])["mt_events", "notice_rows", "notice_contacts"])
        {
            await using var command = store.Database.CreateCommand(
                $"select count(*) from threadstore.{table} t where t::text ~* 'notifier nell|nell@example|{report["secret"].GetString()}'"
            );
            Assert.Equal(0L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }
        var held = await site.GetAsync("/commenters/nell/data", site.Token("nell"));
        var listed = Assert.Single(held["reports"].EnumerateArray());
        Assert.Equal(
            ("It names my street.", "Notifier Nell", "nell@example.org"),
            (
                listed.GetProperty("explanation").GetString(),
                listed.GetProperty("name").GetString(),
                listed.GetProperty("email").GetString()
            )
        );
        Assert.False(listed.TryGetProperty("sealed", out _));
        // and when they are erased, it is gone
        (await site.SendAsync("DELETE", "/commenters/nell/data", null, site.Token("nell"))).Expect(200);
        await using var left = store.Database.CreateCommand(
            "select count(*) from threadstore.notice_contacts where site = $1 and (sealed is not null or has_address)"
        );
        left.Parameters.Add(new() { Value = site.Key });
        Assert.Equal(0L, await left.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Hate speech", "hateSpeech", "Read it.")]
    [InlineData("HATE_SPEECH", "hateSpeech", "Read it.")]
    [InlineData("illegal", "illegal", "Read it.")]
    [InlineData(" Holocaust denial ", "illegal", "Holocaust denial: Read it.")]
    public async Task Nobody_has_to_know_our_words_to_give_notice(string said, string reason, string told)
    {
        var (site, comment) = await ACommentAsync();

        await site.ReportAsync(
            comment,
            new
            {
                reason = said,
                explanation = "Read it.",
                goodFaith = true,
            }
        );

        var item = Assert.Single(
            (await site.LookAsync("/moderation/queue?state=flagged&reason=illegal"))
                .GetProperty("items")
                .EnumerateArray()
        );
        var notice = Assert.Single(item.GetProperty("notices").EnumerateArray());
        Assert.Equal(
            (reason, told),
            (notice.GetProperty("reason").GetString(), notice.GetProperty("explanation").GetString())
        );
    }

    [Theory]
    [InlineData("""{ "reason": "defamation", "explanation": "No", "goodFaith": false }""", "goodFaith")]
    [InlineData("""{ "reason": "defamation", "explanation": " ", "goodFaith": true }""", "explanation")]
    [InlineData(
        """{ "reason": "defamation", "explanation": "No", "goodFaith": true, "email": "a b" }""",
        "email"
    )]
    [InlineData(
        """{ "reason": "defamation", "explanation": "No", "goodFaith": true, "name": " " }""",
        "name"
    )]
    [InlineData("""{ "reason": " ", "explanation": "No", "goodFaith": true }""", "reason")]
    [InlineData("""{ "reason": "defamation", "goodFaith": true }""", "explanation")]
    [InlineData("""{ "reason": "defamation", "explanation": "No" }""", "goodFaith")]
    public async Task What_is_no_notice_is_refused_and_leaves_nothing(string body, string member)
    {
        var (site, comment) = await ACommentAsync();
        var events = await site.CountEventsAsync();

        var refused = await site.SendAsync("POST", $"/comments/{comment}/reports", body);

        refused.Expect(400, "validation");
        Assert.True(refused["errors"].TryGetProperty(member, out _), refused.Text);
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task What_readers_do_not_see_is_not_there_to_be_reported()
    {
        var (site, comment) = await ACommentAsync();
        await site.DecideAsync(comment, "reject");

        (await site.SendAsync("POST", $"/comments/{comment}/reports", Notices.Notice)).Expect(
            404,
            "comment-not-found"
        );
        (await site.SendAsync("POST", $"/comments/{Guid.NewGuid()}/reports", Notices.Notice)).Expect(404);
    }

    [Fact]
    public async Task Erasing_either_side_empties_what_was_said_and_leaves_what_is_counted()
    {
        var (site, comment) = await ACommentAsync();
        var article = (await site.GetAsync($"/comments/{comment}"))["article"].GetString()!;
        var other = await site.ACommentAsync(article, "ben", "Ben's");
        var byStranger = await site.ReportAsync(comment);
        var byBen = await site.ReportAsync(comment, by: "ben");
        var onBens = await site.ReportAsync(other);

        foreach (var key in (string[])["ada", "ben"])
            (await site.SendAsync("DELETE", $"/commenters/{key}/data", null, site.Token(key))).Expect(200);

        foreach (var (id, report) in new[] { (comment, byStranger), (comment, byBen), (other, onBens) })
            Assert.Equal("dismissed", (await site.AskAsync(report))["state"].GetString());
        await using var command = store.Database.CreateCommand(
            """
            select string_agg(distinct n.explanation || coalesce(e.data->>'by', '-') || (e.data->>'explanation'), ',')
            from threadstore.notice_rows n
            join threadstore.mt_events e on e.tenant_id = n.site and e.stream_id = n.id where n.site = $1
            """
        );
        command.Parameters.Add(new() { Value = site.Key });
        var left = (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        Assert.Matches("^-,erased:[0-9a-f]+$", left);
    }

    async Task<(TestSite Site, Guid Comment)> ACommentAsync(object? settings = null)
    {
        var site = await store.ASiteAsync(settings);
        return (site, await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Ben is a thief."));
    }
}
