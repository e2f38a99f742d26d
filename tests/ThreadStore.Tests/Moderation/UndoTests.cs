using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public class UndoTests(Store store)
{
    /// <summary>A thread in which a decision reaches far: a reply below it, flags on it, a reaction, something featured.</summary>
    async Task<(TestSite Site, Guid Comment)> AThreadAsync(string start)
    {
        var site = await store.ASiteAsync(
            new
            {
                suspectWords = (string[])["hm"],
                bannedWords = (string[])["ugh"],
                flagsHeldForReview = 3,
            }
        );
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "The root");
        var text = start switch
        {
            "held" => "hm",
            "banned" => "ugh",
            _ => "A comment",
        };
        var comment = await site.ACommentAsync(article, "ben", text, root);
        if (start is not ("held" or "banned"))
        {
            await site.ACommentAsync(article, "cat", "Below", comment);
            await site.SendAsync("PUT", $"/comments/{comment}/reactions/like", token: site.Token("cat"));
        }
        foreach (
            var reader in (string[])(
                start == "flagged away" ? ["x", "y", "z"]
                : start == "flagged" ? ["x"]
                : []
            )
        )
            (await site.FlagAsync(comment, reader)).Expect(201);
        if (start is "approved" or "featured" or "rejected")
            await site.DecideAsync(comment, start == "rejected" ? "reject" : start[..^1], "max");
        if (start == "deleted")
            await site.SendAsync("DELETE", $"/comments/{comment}", token: site.Token("max", Role.Moderator));
        return (site, comment);
    }

    public static readonly MatrixTheoryData<string, string> Cases = new(
        [
            "published",
            "held",
            "banned",
            "flagged",
            "flagged away",
            "approved",
            "featured",
            "rejected",
            "deleted",
        ],
        ["approve", "reject", "feature", "unfeature", "restore", "delete", "lock"]
    );

    [Theory, MemberData(nameof(Cases))]
    public async Task Undoing_a_decision_restores_every_row_as_it_was(string start, string action)
    {
        var (site, comment) = await AThreadAsync(start);
        var before = await site.RowsAsync();
        var events = await site.CountEventsAsync();

        var decided =
            action == "delete"
                ? await site.SendAsync(
                    "DELETE",
                    $"/comments/{comment}",
                    token: site.Token("mona", Role.Moderator)
                )
                : await site.ModerateAsync(
                    $"/comments/{comment}/{action}",
                    action == "reject" ? new { reason = "spam" } : null
                );
        if (await site.CountEventsAsync() == events)
        {
            // refused, or so already: nothing changed
            Assert.Equal(before, await site.RowsAsync());
            return;
        }
        Assert.NotEqual(before, await site.RowsAsync());
        var undone = await site.ModerateAsync($"/moderation/log/{decided.Position}/undo", by: "max");

        undone.Expect(200);
        Assert.Equal(1, undone["commentCount"].GetInt32());
        Assert.Equal(before, await site.RowsAsync());
        (await site.ModerateAsync($"/moderation/log/{decided.Position}/undo")).Expect(409, "not-undoable");
        Assert.Equal(before, await site.RowsAsync());
    }

    [Theory]
    [InlineData("ban")]
    [InlineData("suspend")]
    [InlineData("shadow")]
    [InlineData("warn")]
    [InlineData("premoderate")]
    [InlineData("reinstate")]
    public async Task Undoing_what_was_done_about_a_commenter_restores_their_standing(string action)
    {
        var (site, _) = await AThreadAsync("published");
        (
            await site.ModerateAsync(
                "/commenters/ben/suspend",
                new { reason = "A while", until = "2999-01-01T00:00:00Z" }
            )
        ).Expect(200);
        var before = await site.RowsAsync();

        var decided = await site.ModerateAsync(
            $"/commenters/ben/{action}",
            action switch
            {
                "suspend" => new { reason = "Longer", until = "3000-01-01T00:00:00Z" },
                "warn" => new { message = "Mind your words" },
                _ => new { reason = "So it is" },
            }
        );
        decided.Expect(200);
        Assert.NotEqual(before, await site.RowsAsync());
        (await site.ModerateAsync($"/moderation/log/{decided.Position}/undo")).Expect(200);

        Assert.Equal(before, await site.RowsAsync());
    }

    [Fact]
    public async Task A_ban_that_took_all_comments_away_is_one_line_in_the_log_and_undone_as_one()
    {
        var (site, comment) = await AThreadAsync("flagged");
        var other = await site.ACommentAsync(await site.AnArticleAsync(), "ben", "hm, elsewhere");
        var before = await site.RowsAsync();

        var banned = await site.ModerateAsync(
            "/commenters/ben/ban",
            new { reason = "Insults", rejectComments = true }
        );
        Assert.Equal("banned", banned["standing"].GetString());
        Assert.Equal(0, banned["commentCount"].GetInt32());
        Assert.Equal(
            2,
            (await site.LookAsync("/moderation/queue?state=rejected")).GetProperty("items").GetArrayLength()
        );
        var line = (await site.LookAsync("/moderation/log")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal("ban", line.GetProperty("action").GetString());
        var undone = await site.ModerateAsync(
            $"/moderation/log/{line.GetProperty("position").GetInt64()}/undo"
        );

        Assert.Equal(2, undone.Expect(200)["commentCount"].GetInt32());
        Assert.Equal(before, await site.RowsAsync());
        Assert.NotEqual(comment, other);
    }

    [Fact]
    public async Task Undoing_a_ban_leaves_and_names_what_was_decided_since()
    {
        var (site, comment) = await AThreadAsync("published");
        var other = await site.ACommentAsync(await site.AnArticleAsync(), "ben", "Elsewhere");
        (
            await site.ModerateAsync("/commenters/ben/ban", new { reason = "Insults", rejectComments = true })
        ).Expect(200);
        var ban = await site.NewestDecisionAsync();
        await site.DecideAsync(other, "restore");
        await site.DecideAsync(other, "reject");

        var undone = (await site.ModerateAsync($"/moderation/log/{ban}/undo")).Expect(200);

        Assert.Equal(other, undone["left"].EnumerateArray().Single().GetGuid());
        Assert.Equal("good", undone["commenter"].GetProperty("standing").GetString());
        Assert.Equal(
            "published",
            (await site.GetAsync($"/comments/{comment}")).Expect(200)["state"].GetString()
        );
        (await site.GetAsync($"/comments/{other}")).Expect(404);
    }

    [Fact]
    public async Task Of_a_bulk_each_decision_is_undone_alone_or_all_that_nothing_stands_on()
    {
        var (site, first) = await AThreadAsync("flagged");
        var article = await site.AnArticleAsync();
        var (second, third) = (
            await site.ACommentAsync(article, "dan", "Second"),
            await site.ACommentAsync(article, "dan", "Third")
        );
        var before = await site.RowsAsync();
        Guid[] all = [first, second, third];
        (
            await site.ModerateAsync(
                "/moderation/decisions",
                new
                {
                    decisions = all.Select(id => new
                    {
                        id,
                        action = "reject",
                        reason = "spam",
                    }),
                }
            )
        ).Expect(200);
        var log = (await site.LookAsync("/moderation/log")).GetProperty("items");
        Assert.Equal(3, log.GetArrayLength());

        // the newest line is that of the last decision
        var alone = await site.ModerateAsync(
            $"/moderation/log/{log[0].GetProperty("position").GetInt64()}/undo"
        );
        Assert.Equal(third, alone.Expect(200)["comments"][0].GetProperty("id").GetGuid());
        var rest = await site.ModerateAsync(
            $"/moderation/log/{log[1].GetProperty("position").GetInt64()}/undo?bulk=true"
        );

        Assert.Equal(2, rest.Expect(200)["commentCount"].GetInt32());
        Assert.Equal(third, rest["left"].EnumerateArray().Single().GetGuid());
        Assert.Equal(before, await site.RowsAsync());
    }

    [Theory]
    [InlineData("edited")]
    [InlineData("deleted")]
    [InlineData("decided")]
    [InlineData("flagged away")]
    public async Task What_something_later_stands_on_can_not_be_undone(string later)
    {
        var (site, comment) = await AThreadAsync("flagged");
        var decided = await site.DecideAsync(comment, "approve");
        switch (later)
        {
            case "edited":
                (
                    await site.SendAsync(
                        "PATCH",
                        $"/comments/{comment}",
                        new { body = "Another" },
                        site.Token("ben")
                    )
                ).Expect(200);
                break;
            case "deleted":
                (await site.SendAsync("DELETE", $"/comments/{comment}", token: site.Token("ben"))).Expect(
                    204
                );
                break;
            case "decided":
                await site.DecideAsync(comment, "reject", "max");
                break;
            default:
                foreach (var reader in (string[])["u", "v", "w"])
                    await site.FlagAsync(comment, reader);
                break;
        }
        var before = await site.RowsAsync();

        var refused = await site.ModerateAsync($"/moderation/log/{decided.Position}/undo");

        refused.Expect(409, "not-undoable");
        Assert.Equal(before, await site.RowsAsync());
        var line = (await site.LookAsync("/moderation/log")).GetProperty("items").EnumerateArray().Last();
        Assert.False(line.GetProperty("undoable").GetBoolean());
    }

    [Fact]
    public async Task Flags_that_came_after_a_decision_stay_when_it_is_undone()
    {
        var (site, comment) = await AThreadAsync("flagged");
        var decided = await site.DecideAsync(comment, "approve");
        await site.FlagAsync(comment, "late", "illegal");

        (await site.ModerateAsync($"/moderation/log/{decided.Position}/undo")).Expect(200);

        var item = (await site.LookAsync("/moderation/queue?state=flagged")).GetProperty("items")[0];
        Assert.Equal("""{"illegal":1,"spam":1}""", JsonSerializer.Serialize(item.GetProperty("flags")));
    }

    [Fact]
    public async Task What_an_author_deleted_is_nobody_elses_to_bring_back()
    {
        var (site, comment) = await AThreadAsync("published");
        var deleted = await site.SendAsync("DELETE", $"/comments/{comment}", token: site.Token("ben"));

        (await site.ModerateAsync($"/moderation/log/{deleted.Position}/undo")).Expect(409, "not-undoable");
        (await site.ModerateAsync($"/comments/{comment}/restore")).Expect(409, "comment-deleted");
        Assert.Empty((await site.LookAsync("/moderation/log")).GetProperty("items").EnumerateArray());
    }
}
