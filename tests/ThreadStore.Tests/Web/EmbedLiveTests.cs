using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

[Collection(nameof(Browser))]
public class EmbedLiveTests(Store store, Browser browser)
{
    [Fact]
    public async Task What_arrives_is_announced_and_moves_nothing_until_it_is_asked_for()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        var parent = await site.ACommentAsync(article, "ada", "Being read");
        await site.ACommentAsync(article, "ben", "Read next");
        await using var page = await Embed.OpenAsync(browser, site, article);
        await LiveAsync(page);
        var before = await page.CommentOf("ada").BoundingBoxAsync();

        await site.ACommentAsync(article, "cid", "Hot off the press");
        await site.ACommentAsync(article, "dan", "And another");
        await site.ACommentAsync(article, "eve", "A reply", parent);

        await page.Button("1 new reply").WaitForAsync();
        var fresh = page.Button("2 new comments");
        await fresh.WaitForAsync();
        await Expect(page.Count).ToHaveTextAsync("5 comments");
        var after = await page.CommentOf("ada").BoundingBoxAsync();
        Assert.Equal((before!.Y, before.Height), (after!.Y, after.Height));
        await fresh.ClickAsync();
        await Expect(page.CommentOf("dan")).ToBeFocusedAsync();
        await page.Button("1 new reply").ClickAsync();
        await Expect(page.CommentOf("eve")).ToBeFocusedAsync();
        await Expect(page.Comments).ToHaveCountAsync(5);
        page.AssertQuiet();
    }

    [Fact]
    public async Task A_comment_that_is_removed_while_it_is_answered_leaves_the_answer_with_its_writer()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        var comment = await site.ACommentAsync(article, "ben", "To be removed");
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        await LiveAsync(page);
        await page.CommentOf("ben").GetByRole(AriaRole.Button, new() { Name = "Reply to" }).ClickAsync();
        var reply = page.Page.GetByRole(AriaRole.Textbox, new() { Name = "Your reply" });
        await reply.FillAsync("A careful answer");

        await site.SendAsync(
            "POST",
            $"/comments/{comment}/reject",
            new { reason = "spam" },
            site.Token("mod", Role.Moderator)
        );

        await Expect(page.Page.GetByText("Removed by a moderator")).ToBeVisibleAsync();
        await Expect(reply).ToHaveValueAsync("A careful answer");
        await page.Button("Post").Last.ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("is not there any more. What you wrote is kept.");
        await Expect(reply).ToHaveValueAsync("A careful answer");
        page.AssertQuiet(new Regex("409|404"));
    }

    [Fact]
    public async Task A_discussion_that_closes_meanwhile_says_so()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await site.ACommentAsync(article, "ben", "The last word");
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        await LiveAsync(page);

        await site.SendAsync(
            "POST",
            $"/articles/{article}/discussion/close",
            null,
            site.Token("mod", Role.Moderator)
        );

        await Expect(page.Page.GetByText("The discussion is closed.")).ToBeVisibleAsync();
        await Expect(page.Writing).ToHaveCountAsync(0);
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Reply to" })).ToHaveCountAsync(0);
        page.AssertQuiet();
    }

    [Fact]
    public async Task An_article_that_is_withdrawn_while_somebody_writes_leaves_them_what_they_read_and_wrote()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await site.ACommentAsync(article, "ben", "Still to be read");
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        await LiveAsync(page);
        await page.Writing.FillAsync("Half a thought");

        (
            await site.SendAsync(
                "POST",
                $"/articles/{article}/withdraw",
                null,
                site.Token("cms", Role.Service)
            )
        ).Expect(200);

        await Expect(page.Page.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("This article is not there any more. What you wrote is kept.");
        await Expect(page.CommentOf("ben")).ToContainTextAsync("Still to be read");
        await Expect(page.Writing).ToHaveValueAsync("Half a thought");
        await site.SendAsync("POST", $"/articles/{article}/publish", null, site.Token("cms", Role.Service));
        await page.Button("Try again").ClickAsync();

        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Expect(page.Writing).ToHaveValueAsync("Half a thought");
        await page.Button("Post").ClickAsync();
        await Expect(page.CommentOf("ada")).ToContainTextAsync("Half a thought");
        page.AssertQuiet(new Regex("404"));
    }

    [Fact]
    public async Task Without_a_network_there_is_a_word_and_with_it_the_discussion_goes_on()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        await LiveAsync(page);

        await page.Visit.Context.SetOfflineAsync(true);
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("You are offline.");
        await page.PostAsync("Written in a tunnel");
        await Expect(page.Page.GetByText("can’t be reached")).ToBeVisibleAsync();
        await site.ACommentAsync(article, "ben", "Meanwhile");
        await page.Visit.Context.SetOfflineAsync(false);
        await Expect(page.Page.GetByText("You are offline.")).ToHaveCountAsync(0);
        await page.Button("Try again").ClickAsync();

        await Expect(page.CommentOf("ada")).ToContainTextAsync("Written in a tunnel");
        await Expect(page.Button("1 new comment")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        page.AssertQuiet(new Regex("ERR_INTERNET_DISCONNECTED|ERR_FAILED|CORS"));
    }

    [Fact]
    public async Task Somebody_reacts_reports_and_ignores()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        var comment = await site.ACommentAsync(article, "ben", "Divisive");
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        var ben = page.CommentOf("ben");

        await ben.GetByRole(AriaRole.Button, new() { Name = "Like 0", Exact = true }).ClickAsync();
        await Expect(ben.GetByRole(AriaRole.Button, new() { Name = "Like 1", Exact = true }))
            .ToHaveAttributeAsync("aria-pressed", "true");
        await ben.GetByRole(AriaRole.Button, new() { Name = "Dislike 0", Exact = true }).ClickAsync();
        await Expect(ben.GetByRole(AriaRole.Button, new() { Name = "Like 0", Exact = true }))
            .ToHaveAttributeAsync("aria-pressed", "false");
        await Expect(ben.GetByRole(AriaRole.Button, new() { Name = "Dislike 1", Exact = true }))
            .ToBeVisibleAsync();

        await ben.GetByRole(AriaRole.Button, new() { Name = "More about" }).ClickAsync();
        await ben.GetByRole(AriaRole.Button, new() { Name = "Report" }).ClickAsync();
        await ben.GetByRole(AriaRole.Radio, new() { Name = "It is off topic" }).CheckAsync();
        await ben.GetByRole(AriaRole.Textbox).FillAsync("Not about bridges");
        await ben.GetByRole(AriaRole.Button, new() { Name = "Send the report" }).ClickAsync();
        await Expect(ben).ToContainTextAsync("Thank you. Moderators will look at it.");
        var queue = await site.GetAsync("/moderation/queue?state=flagged", site.Token("mod", Role.Moderator));
        Assert.Equal(comment, queue["items"][0].GetProperty("comment").GetProperty("id").GetGuid());
        Assert.Equal(1, queue["items"][0].GetProperty("flags").GetProperty("offTopic").GetInt32());

        await ben.GetByRole(AriaRole.Button, new() { Name = "More about" }).ClickAsync();
        await ben.GetByRole(AriaRole.Button, new() { Name = "Ignore" }).ClickAsync();
        await Expect(ben).ToContainTextAsync("Hidden, since you ignore");
        await ben.GetByRole(AriaRole.Button, new() { Name = "again" }).ClickAsync();
        await Expect(ben).ToContainTextAsync("Divisive");
        page.AssertQuiet();
    }

    [Fact]
    public async Task Notifications_are_counted_listed_and_read()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        var own = await site.ACommentAsync(article, "ada", "A question");
        await site.ACommentAsync(article, "ben", "An answer", own);
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");

        await page
            .Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Notifications.*1 unread") })
            .ClickAsync();
        await page
            .Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("ben.*replied to you") })
            .ClickAsync();

        await Expect(page.CommentOf("ben")).ToBeFocusedAsync();
        await Expect(page.Button("Notifications")).ToBeVisibleAsync();
        Assert.Equal(0, (await site.GetAsync("/me/notifications", site.Token("ada")))["unread"].GetInt32());
        page.AssertQuiet();
    }

    [Fact]
    public async Task A_reply_to_the_reader_is_counted_among_their_notifications_as_it_comes()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        var own = await site.ACommentAsync(article, "ada", "A question");
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        await LiveAsync(page);
        await Expect(page.Button("Notifications")).ToBeVisibleAsync();

        await site.ACommentAsync(article, "ben", "To nobody");
        await site.ACommentAsync(article, "cleo", "An answer", own);

        await Expect(
                page.Page.GetByRole(
                    AriaRole.Button,
                    new() { NameRegex = new Regex("Notifications.*1 unread") }
                )
            )
            .ToBeVisibleAsync();
        Assert.Equal(
            2,
            page.Visit.Requests.Count(r =>
                r.AbsolutePath.EndsWith("/notifications", StringComparison.Ordinal)
            )
        );
        page.AssertQuiet();
    }

    [Fact]
    public async Task What_arrives_and_what_is_posted_draws_nothing_of_what_is_shown_already()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        for (var i = 0; i < 20; i++)
            await site.ACommentAsync(article, "ben", $"Thought {i}");
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        await LiveAsync(page);
        await Expect(page.Writing).ToBeVisibleAsync();
        await page.Page.EvaluateAsync(
            """
            () => {
              window.drawn = new Set();
              const comment = customElements.get("ts-comment").prototype;
              const draw = comment.performUpdate;
              comment.performUpdate = function () {
                window.drawn.add(this.item.comment.body);
                draw.call(this);
              };
            }
            """
        );

        await site.ACommentAsync(article, "cid", "Hot off the press");
        await page.Button("1 new comment").WaitForAsync();
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("window.drawn.size"));
        await Expect(page.Page.GetByRole(AriaRole.Status).First).ToHaveTextAsync("1 new comment");
        await page.PostAsync("My own");
        await Expect(page.CommentOf("ada")).ToBeFocusedAsync();
        await page.CommentOf("ada").GetByRole(AriaRole.Button, new() { Name = "More about" }).ClickAsync();
        // which is known once the reader's own view has been read anew
        await Expect(page.Button("Edit")).ToBeVisibleAsync();

        Assert.Equal(["My own"], await page.Page.EvaluateAsync<string[]>("[...window.drawn]"));
        page.AssertQuiet();
    }

    /// <summary>Its stream is open: from here on it hears of everything.</summary>
    static async Task LiveAsync(Embed page)
    {
        await page.ReadyAsync();
        await Until.TrueAsync(
            () =>
                Task.FromResult(
                    page.Visit.Requests.Any(r => r.AbsolutePath.EndsWith("/live", StringComparison.Ordinal))
                ),
            "the live stream"
        );
    }
}
