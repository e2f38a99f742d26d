using Microsoft.Playwright;
using ThreadStore.Commenters;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

/// <summary>Whatever is done, and whatever comes of it, the keyboard finds itself where one goes on.</summary>
[Collection(nameof(Browser))]
public class EmbedKeyboardTests(Store store, Browser browser)
{
    [Fact]
    public async Task A_post_that_fails_leaves_the_keyboard_on_the_button_that_tries_again()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        await page.Writing.FillAsync("A thought");
        await FailAsync(page, "POST");

        await page.Button("Post").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Something went wrong");
        await Expect(page.Button("Try again")).ToBeFocusedAsync();
        page.AssertQuiet(new("500"));
    }

    [Fact]
    public async Task An_order_that_can_not_be_had_is_told_where_it_was_chosen_and_not_shown_as_chosen()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        for (var i = 0; i < 20; i++)
            await site.ACommentAsync(article, "ben", $"Thought {i}");
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        await Expect(page.Comments).ToHaveCountAsync(20);
        await FailAsync(page, "GET");

        await page.Page.GetByLabel("Sort by").SelectOptionAsync("oldest");

        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToBeInViewportAsync();
        await Expect(page.Page.GetByLabel("Sort by")).ToHaveValueAsync("newest");
        page.AssertQuiet(new("500"));
    }

    [Fact]
    public async Task A_menu_that_closes_gives_the_keyboard_back()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await site.ACommentAsync(article, "ben", "Divisive");
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        var ben = page.CommentOf("ben");
        var more = ben.GetByRole(AriaRole.Button, new() { Name = "More about" });
        // a page without HTTPS has none
        await page.Page.EvaluateAsync("Object.defineProperty(navigator, 'clipboard', { value: undefined })");

        await ChooseAsync(page, more, "Copy link");
        await Expect(ben).ToContainTextAsync("#comment-");
        await Expect(more).ToBeFocusedAsync();
        await ChooseAsync(page, more, "Ignore");
        await Expect(ben).ToContainTextAsync("Hidden, since you ignore");
        await Expect(ben).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(ben).ToContainTextAsync("Divisive");
        await Expect(ben).ToBeFocusedAsync();
        page.AssertQuiet();
    }

    [Fact]
    public async Task Who_has_read_a_warning_goes_on_to_write()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await site.ACommentAsync(article, "ada", "Rude");
        await site.ModerateAsync("/commenters/ada/warn", new { message = "Be kind" }, "mona");
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");

        await page.Button("I have read it").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.Writing).ToBeFocusedAsync();
        page.AssertQuiet();
    }

    [Fact]
    public async Task Who_looks_for_an_edit_too_late_is_told_so()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await Past.HappenAsync(
            site,
            StreamEvent.First<Commenter>(
                StreamId.Commenter(site.Key, "ada"),
                new CommenterJoined("ada", "ada", null, "ada", Past.Day, null)
            )
        );
        await Past.AppendAsync(site, Past.Posted(Guid.NewGuid(), article, Past.Day));
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");

        await page.CommentOf("ada").GetByRole(AriaRole.Button, new() { Name = "More about" }).ClickAsync();

        await Expect(page.Button("Delete")).ToBeVisibleAsync();
        await Expect(page.CommentOf("ada")).ToContainTextAsync("It is too late to edit this comment.");
        page.AssertQuiet();
    }

    static async Task ChooseAsync(Embed page, ILocator more, string choice)
    {
        await more.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = choice }).FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>From now on the server can do nothing of it.</summary>
    static async Task FailAsync(Embed page, string method) =>
        await page.Visit.Context.RouteAsync(
            new System.Text.RegularExpressions.Regex(@"/comments(\?|$)"),
            route =>
                route.Request.Method == method
                    ? route.FulfillAsync(
                        new()
                        {
                            Status = 500,
                            Headers = new Dictionary<string, string>
                            {
                                ["Access-Control-Allow-Origin"] = "*",
                            },
                        }
                    )
                    : route.ContinueAsync()
        );
}
