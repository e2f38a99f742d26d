using Microsoft.Playwright;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

/// <summary>Where somebody who saw a discussion for the first time did not get on.</summary>
[Collection(nameof(Browser))]
public class EmbedFirstTriesTests(Store store, Browser browser)
{
    [Fact]
    public async Task Who_signs_in_to_reply_or_report_goes_on_with_it()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await site.ACommentAsync(article, "ben", "First");
        await using var page = await Embed.OpenAsync(browser, site, article);
        await SignInWhenAskedAsync(page, site.Token("ada"));

        await Of(page, "ben", "Reply to").ClickAsync();
        var reply = page.Page.GetByRole(AriaRole.Textbox, new() { Name = "Your reply to" });
        await Expect(reply).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("Second");
        await page.Button("Post").Last.ClickAsync();
        await Expect(page.CommentOf("ada")).ToContainTextAsync("Second");

        await SignOutAsync(page);
        await Of(page, "ben", "More about").ClickAsync();
        await page.Button("Report").ClickAsync();
        await page.Page.GetByRole(AriaRole.Radio, new() { Name = "It is spam" }).CheckAsync();
        await page.Button("Send the report").ClickAsync();
        await page.CommentOf("ben").GetByText("Thank you. Moderators will look at it.").WaitForAsync();

        // nobody reports what they wrote, and nobody need be asked for it twice
        await SignOutAsync(page);
        await Of(page, "ben", "More about").ClickAsync();
        await page.Button("Report").ClickAsync();
        await page.CommentOf("ben").GetByText("Thank you. Moderators will look at it.").WaitForAsync();
        await Expect(page.Button("Send the report")).ToHaveCountAsync(0);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Who_is_led_to_another_page_to_sign_in_goes_on_when_they_are_back()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await site.ACommentAsync(article, "ben", "First");
        await using var page = await Embed.OpenAsync(browser, site, article);
        await Of(page, "ben", "Reply to").ClickAsync();

        await using var back = await Embed.OpenAsync(browser, site, article, "ada", visit: page.Visit);

        var reply = back.Page.GetByRole(AriaRole.Textbox, new() { Name = "Your reply to" });
        await Expect(reply).ToBeFocusedAsync();
        await back.Page.ReloadAsync();
        await Expect(back.Writing).ToBeVisibleAsync();
        await Expect(reply).ToHaveCountAsync(0);
        back.AssertQuiet();
    }

    [Fact]
    public async Task Who_signs_in_to_comment_finds_the_keyboard_where_they_write()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await using var page = await Embed.OpenAsync(browser, site, article);
        await SignInWhenAskedAsync(page, site.Token("ada"));

        await page.Button("Sign in to comment").ClickAsync();

        await Expect(page.Writing).ToBeFocusedAsync();
        page.AssertQuiet();
    }

    /// <summary>A publisher who has no accounts has nothing that would answer to <c>ts-sign-in</c>.</summary>
    [Fact]
    public async Task Who_needs_no_account_is_asked_for_a_name_and_goes_on_with_the_reply()
    {
        var (site, article) = await Embed.ASiteAsync(
            store,
            browser,
            origin => new { allowedOrigins = new[] { origin }, guests = "open" }
        );
        await site.ACommentAsync(article, "ben", "First");
        await using var page = await Embed.OpenAsync(browser, site, article);

        await Of(page, "ben", "Reply to").ClickAsync();
        await Expect(page.Page.GetByLabel("Your name")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("Zoe");
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.Page.GetByRole(AriaRole.Textbox, new() { Name = "Your reply to" }))
            .ToBeFocusedAsync();
        page.AssertQuiet();
    }

    [Fact]
    public async Task What_opens_below_the_edge_of_the_screen_is_brought_into_view()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        for (var i = 0; i < 6; i++)
            await site.ACommentAsync(article, $"reader{i}", $"Remark {i}");
        await using var page = await Embed.OpenAsync(browser, site, article, "ada", options: Phone);
        var comment = page.CommentOf("reader4");
        var more = Of(page, "reader4", "More about");
        await more.EvaluateAsync("b => b.scrollIntoView({ block: 'end' })");

        await more.ClickAsync();
        await Expect(comment.GetByRole(AriaRole.Group)).ToBeInViewportAsync(new() { Ratio = 1 });
        await page.Button("Report").ClickAsync();
        await Expect(page.Button("Send the report")).ToBeInViewportAsync(new() { Ratio = 1 });
        await page.Button("Cancel").ClickAsync();
        var reply = Of(page, "reader4", "Reply to");
        await reply.EvaluateAsync("b => b.scrollIntoView({ block: 'end' })");
        await reply.ClickAsync();

        await Expect(page.Button("Post").Last).ToBeInViewportAsync(new() { Ratio = 1 });
        page.AssertQuiet();
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1280)]
    public async Task That_something_waits_is_told_beside_the_first_comment_and_not_over_it(int width)
    {
        var (site, article) = await Embed.ASiteAsync(
            store,
            browser,
            origin => new { allowedOrigins = new[] { origin }, suspectWords = new[] { "casino" } }
        );
        await site.ACommentAsync(article, "ada", "Beside the casino");
        await site.ACommentAsync(article, "ben", "First");
        await using var page = await Embed.OpenAsync(
            browser,
            site,
            article,
            "ada",
            options: new()
            {
                ViewportSize = new() { Width = width, Height = 740 },
            }
        );

        var told = page.Button("1 comment of yours waits for a moderator");
        await told.WaitForAsync();
        var (button, name, post) = (
            await told.BoundingBoxAsync(),
            await page.CommentOf("ben").BoundingBoxAsync(),
            await page.Button("Post").BoundingBoxAsync()
        );

        Assert.True(button!.Y + button.Height <= name!.Y, "It lies over the comment.");
        Assert.True(button.Y >= post!.Y + post.Height, "It lies over the button.");
        page.AssertQuiet();
    }

    /// <summary>A button of somebody's comment; names stand in their own direction, so that its own ends before them.</summary>
    static ILocator Of(Embed page, string name, string button) =>
        page.CommentOf(name).GetByRole(AriaRole.Button, new() { Name = button });

    static readonly BrowserNewContextOptions Phone = new()
    {
        ViewportSize = new() { Width = 360, Height = 740 },
    };

    static async Task SignInWhenAskedAsync(Embed page, string token) =>
        await page.Page.EvaluateAsync(
            "token => addEventListener('ts-sign-in', (e) => (e.target.token = token))",
            token
        );

    static async Task SignOutAsync(Embed page)
    {
        await page.Element.EvaluateAsync("e => (e.token = undefined)");
        await page.Button("Sign in to comment").WaitForAsync();
    }
}
