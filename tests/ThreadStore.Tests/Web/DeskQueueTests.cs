using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Web;

/// <summary>What a moderator sees of a comment, of other moderators, and of what the server would not do.</summary>
[Collection(nameof(Browser))]
public partial class DeskQueueTests(Store store, Browser browser)
{
    [Fact]
    public async Task All_that_a_decision_needs_stands_beside_the_comment()
    {
        var site = await store.ASiteAsync(new { suspectWords = new[] { "casino" } });
        await site.PutArticleAsync(
            "bridge",
            new { title = "The bridge", url = "https://news.example/bridge" }
        );
        var above = await site.ACommentAsync("bridge", "ada", "Is it open again?");
        var comment = await site.ACommentAsync("bridge", "ben", "Yes, beside the Casino", above);
        await site.SendAsync(
            "PATCH",
            $"/comments/{comment}",
            new { body = "Yes, behind the Casino" },
            site.Token("ben")
        );
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);

        var detail = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Comment by ben", Exact = true });
        await detail.SaysAsync("Suspect word: Casino");
        await Assertions
            .Expect(detail.GetByRole(AriaRole.Link, new() { Name = "The bridge" }))
            .ToBeVisibleAsync();
        await detail.SaysAsync("Is it open again?");
        await Assertions.Expect(detail.GetByRole(AriaRole.Deletion)).ToHaveTextAsync("beside");
        await Assertions.Expect(detail.GetByRole(AriaRole.Insertion)).ToHaveTextAsync("behind");
        await detail.SaysAsync("in good standing · 0 published, 0 rejected");
        Assert.EndsWith("/desk", visit.Page.Url, StringComparison.Ordinal);
        visit.AssertQuiet();
    }

    [Fact]
    public async Task What_others_do_is_seen_at_once()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var article = await site.AnArticleAsync();
        var ada = await site.ACommentAsync(article, "ada", "First");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);
        await visit.LiveAsync();
        await Assertions.Expect(visit.Comment("ada")).ToBeFocusedAsync();

        var ben = await site.ACommentAsync(article, "ben", "Second");
        await Assertions.Expect(visit.Comment("ben")).ToBeVisibleAsync();
        await site.ModerateAsync("/moderation/claims", new { ids = new[] { ben } }, "lena");
        await visit.Comment("ben").SaysAsync("lena is looking at this");
        await site.DecideAsync(ada, "approve", "lena");

        // it stays for as long as one looks at it, so that the next key does not meet another
        await visit.Comment("ada").SaysAsync("Somebody else decided");
        await visit.PressAsync("j");
        await Assertions.Expect(visit.Comment("ada")).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Comment("ben")).ToBeFocusedAsync();
        visit.AssertQuiet();
    }

    [Fact]
    public async Task What_the_server_refuses_comes_back_with_the_reason()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "mona", "My own");
        var ben = await site.ACommentAsync(article, "ben", "Second");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);
        await visit.LiveAsync();

        await visit.PressAsync("a");
        await visit
            .Messages()
            .SaysAsync("Not done, mona’s comment is back: Nobody decides on what they wrote themselves.");
        await Assertions.Expect(visit.Comment("mona")).ToBeVisibleAsync();
        // live tells nothing of it: it waits as before, under another text
        await site.SendAsync("PATCH", $"/comments/{ben}", new { body = "Quite another" }, site.Token("ben"));
        await Assertions.Expect(visit.Comment("ben")).ToBeFocusedAsync();
        await visit.PressAsync("a");
        await visit.Messages().SaysAsync("ben has changed the text meanwhile");

        await visit.Comment("ben").SaysAsync("Quite another");
        Assert.Empty(await site.LoggedAsync());
        visit.AssertQuiet(Refused());
    }

    [Fact]
    public async Task Of_a_bulk_each_outcome_is_told_and_all_is_taken_back_at_once()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var article = await site.AnArticleAsync();
        foreach (var by in (string[])["ada", "ben", "mona"])
            await site.ACommentAsync(article, by, $"By {by}");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);
        await visit.LiveAsync();

        await visit.PressAsync("x", "j", "x", "j", "x");
        await visit.Page.GetByText("3 chosen").WaitForAsync();
        await visit.PressAsync("Shift+R", "1");
        await visit.Messages().SaysAsync("2 decided.");
        await visit.Messages().SaysAsync("mona: Nobody decides on what they wrote themselves");
        await Assertions.Expect(visit.Comment("mona")).ToBeVisibleAsync();
        Assert.Equal(2, (await site.LoggedAsync()).Count(e => e.Value == ("reject", "spam")));
        await visit.PressAsync("u");
        await visit.Messages().SaysAsync("Taken back: Reject (Spam), Bulk. 2 comments are as they were.");

        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Article)).ToHaveCountAsync(3);
        Assert.Equal(3, (await site.LookAsync("/moderation/counts")).GetProperty("pending").GetInt32());
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Notices_of_illegal_content_and_other_flags_have_their_places()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var (ada, ben) = (
            await site.ACommentAsync(article, "ada", "First"),
            await site.ACommentAsync(article, "ben", "Second")
        );
        await site.FlagAsync(ada, "cleo", "illegal");
        await site.FlagAsync(ben, "cleo", "spam");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Flagged 2" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Article)).ToHaveCountAsync(2);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Notices" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Article)).ToHaveCountAsync(1);
        await visit.Comment("ada").SaysAsync("Illegal × 1");
        await visit.PressAsync("r", "5");
        await Until.TrueAsync(async () => (await site.LoggedAsync()).Count == 1, "a rejection");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Rejected" }).ClickAsync();

        await visit.Comment("ada").SaysAsync("A moderator: Illegal");
        visit.AssertQuiet();
    }

    [Fact]
    public async Task A_notice_of_illegal_content_is_read_in_its_own_words()
    {
        var site = await store.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "He took it");
        var notice = await site.SendAsync(
            "POST",
            $"/comments/{comment}/reports",
            new
            {
                reason = "illegal",
                explanation = "I took nothing.",
                goodFaith = true,
            }
        );
        Assert.SkipWhen(notice is { Status: 404, Code: "not-found" }, "This server takes no notices.");
        notice.Expect(201);
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Notices" }).ClickAsync();

        await visit.Page.GetByText("I took nothing.").WaitForAsync();
        visit.AssertQuiet();
    }

    [GeneratedRegex("status of (403|412)")]
    private static partial Regex Refused();
}
