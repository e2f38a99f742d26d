using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

[Collection(nameof(Browser))]
public class EmbedReadingTests(Store store, Browser browser)
{
    [Fact]
    public async Task The_first_comments_are_painted_after_one_request_and_nothing_shifts()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        for (var i = 0; i < 5; i++)
            await site.ACommentAsync(article, "ada", $"Thought {i}");
        await using var page = await Embed.OpenAsync(browser, site, article, "ben");
        // all but the first page hangs until the comments are there
        await Expect(page.Comments).ToHaveCountAsync(5);
        await Expect(page.Count).ToHaveTextAsync("5 comments");
        await Expect(page.CommentOf("ada").GetByRole(AriaRole.Button, new() { Name = "Reply to" }))
            .ToBeVisibleAsync();

        var api = page.Visit.Requests.Where(r => r.AbsolutePath.StartsWith("/v1", StringComparison.Ordinal));
        Assert.EndsWith("/comments", api.First().AbsolutePath, StringComparison.Ordinal);
        var shift = await page.Page.EvaluateAsync<double>(
            """
            () => new Promise((done) => {
              let sum = 0;
              new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; })
                .observe({ type: "layout-shift", buffered: true });
              setTimeout(() => done(sum), 100);
            })
            """
        );
        Assert.Equal(0, shift);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Comments_come_page_by_page_and_in_the_order_that_is_chosen()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        for (var i = 1; i <= 25; i++)
            await site.ACommentAsync(article, $"c{i:00}", $"Number {i:00}");
        await using var page = await Embed.OpenAsync(browser, site, article);
        await Expect(page.Comments).ToHaveCountAsync(20);

        await page.Button("More comments").ClickAsync();

        await Expect(page.Comments).ToHaveCountAsync(25);
        await Expect(page.CommentOf("c05")).ToBeFocusedAsync();
        await Expect(page.Button("More comments")).ToHaveCountAsync(0);

        await page.Page.GetByLabel("Sort by").SelectOptionAsync("oldest");
        await Expect(page.Comments.First).ToContainTextAsync("Number 01");
        page.AssertQuiet();
    }

    [Fact]
    public async Task Replies_stand_below_what_they_answer_and_more_come_when_asked()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        var parent = await site.ACommentAsync(article, "ada", "What do you think?");
        for (var i = 1; i <= 5; i++)
            await site.ACommentAsync(article, $"r{i}", $"Answer {i}", parent);
        await using var page = await Embed.OpenAsync(browser, site, article);
        await Expect(page.Comments).ToHaveCountAsync(4);

        await page.Button("More replies").ClickAsync();

        await Expect(page.Comments).ToHaveCountAsync(6);
        await Expect(page.CommentOf("r4")).ToBeFocusedAsync();
        await Expect(page.Page.GetByRole(AriaRole.Listitem).First.GetByRole(AriaRole.Listitem))
            .ToHaveCountAsync(5);
        page.AssertQuiet();
    }

    [Fact]
    public async Task A_link_leads_to_its_comment_wherever_it_stands()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        var root = await site.ACommentAsync(article, "ada", "The root");
        var reply = await site.ACommentAsync(article, "ben", "The reply", root);
        for (var i = 0; i < 21; i++)
            await site.ACommentAsync(article, "cid", $"Later {i}");

        await using var page = await Embed.OpenAsync(browser, site, article, hash: $"#comment-{reply}");

        await Expect(page.CommentOf("ben")).ToBeFocusedAsync();
        await Expect(page.CommentOf("ben")).ToBeInViewportAsync();
        await Expect(page.CommentOf("ada")).ToContainTextAsync("The root");
        // one that is shown already is gone to without a request
        var requests = page.Visit.Requests.Count;
        await page.CommentOf("cid").GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(page.CommentOf("cid")).ToBeFocusedAsync();
        Assert.Equal(requests, page.Visit.Requests.Count);
        page.AssertQuiet();
    }

    [Fact]
    public async Task A_link_to_what_is_gone_leaves_the_discussion_readable()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await site.ACommentAsync(article, "ada", "Still here");

        await using var page = await Embed.OpenAsync(
            browser,
            site,
            article,
            hash: $"#comment-{Guid.NewGuid()}"
        );

        await Expect(page.Comments).ToHaveCountAsync(1);
        page.AssertQuiet(new Regex("404"));
    }

    [Fact]
    public async Task An_article_that_is_not_there_is_told_in_words_and_can_be_tried_again()
    {
        var (site, _) = await Embed.ASiteAsync(store, browser);
        await using var page = await Embed.OpenAsync(browser, site, "later");
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This article is not there");

        await site.PutArticleAsync("later");
        await page.Button("Try again").ClickAsync();

        await Expect(page.Count).ToHaveTextAsync("0 comments");
        await Expect(page.Page.GetByText("No comments yet")).ToBeVisibleAsync();
        page.AssertQuiet(new Regex("404"));
    }

    [Fact]
    public async Task Another_article_on_the_same_element_is_another_discussion()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        var second = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "On the first");
        await site.ACommentAsync(second, "ben", "On the second");
        await using var page = await Embed.OpenAsync(browser, site, article);
        await Expect(page.Comments).ToContainTextAsync(["On the first"]);

        await page.Element.EvaluateAsync("(e, article) => e.setAttribute('article', article)", second);

        await Expect(page.Comments).ToContainTextAsync(["On the second"]);
        page.AssertQuiet();
    }
}
