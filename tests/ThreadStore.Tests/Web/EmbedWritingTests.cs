using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

[Collection(nameof(Browser))]
public class EmbedWritingTests(Store store, Browser browser)
{
    [Fact]
    public async Task Somebody_posts_replies_edits_and_deletes_by_keyboard_alone()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await site.ACommentAsync(article, "ben", "A question?");
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        var keys = page.Page.Keyboard;
        await page.Writing.FocusAsync();
        await keys.TypeAsync("My **own** view");
        await keys.PressAsync("Control+Enter");
        var own = page.CommentOf("ada");
        await Expect(own).ToBeFocusedAsync();
        await Expect(own.Locator("strong")).ToHaveTextAsync("own");
        await Expect(page.Page.GetByRole(AriaRole.Status).First).ToHaveTextAsync("Your comment is posted.");
        await Expect(page.Count).ToHaveTextAsync("2 comments");

        await page.CommentOf("ben").GetByRole(AriaRole.Button, new() { Name = "Reply to" }).FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(page.Page.GetByRole(AriaRole.Textbox, new() { Name = "Your reply to" }))
            .ToBeFocusedAsync();
        await keys.TypeAsync("An answer!");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await Expect(
                page.Page.GetByRole(AriaRole.Listitem)
                    .Filter(new() { HasText = "A question?" })
                    .GetByRole(AriaRole.Article)
            )
            .ToHaveCountAsync(2);

        await own.GetByRole(AriaRole.Button, new() { Name = "More about" }).FocusAsync();
        await keys.PressAsync("Enter");
        await own.GetByRole(AriaRole.Button, new() { Name = "Edit" }).FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(own.GetByRole(AriaRole.Textbox)).ToBeFocusedAsync();
        await keys.PressAsync("Control+A");
        await keys.TypeAsync("My second view");
        await keys.PressAsync("Control+Enter");
        await Expect(own).ToContainTextAsync("My second view");
        await Expect(own).ToContainTextAsync("edited");

        await own.GetByRole(AriaRole.Button, new() { Name = "More about" }).FocusAsync();
        await keys.PressAsync("Enter");
        await own.GetByRole(AriaRole.Button, new() { Name = "Delete" }).FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(own.GetByRole(AriaRole.Button, new() { Name = "Delete" })).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(page.Page.GetByText("Deleted by its author")).ToBeVisibleAsync();
        page.AssertQuiet();
    }

    [Fact]
    public async Task A_preview_shows_what_the_text_would_look_like_and_posts_nothing()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");

        await page.Writing.FillAsync("> quoted\n\nand *answered* <b>plainly</b>");
        await page.Button("Preview").ClickAsync();

        var preview = page.Page.GetByRole(AriaRole.Group, new() { Name = "Preview" });
        await Expect(preview.Locator("blockquote")).ToHaveTextAsync("quoted");
        await Expect(preview.Locator("em")).ToHaveTextAsync("answered");
        await Expect(preview.Locator("b")).ToHaveCountAsync(0);
        await page.Button("Go on writing").ClickAsync();
        await Expect(page.Writing).ToBeFocusedAsync();
        Assert.Equal(0, (await site.GetAsync($"/articles/{article}"))["commentCount"].GetInt32());
        page.AssertQuiet();
    }

    [Fact]
    public async Task Who_would_be_held_is_told_first_and_sees_their_comment_wait()
    {
        var (site, article) = await Embed.ASiteAsync(
            store,
            browser,
            origin => new { allowedOrigins = new[] { origin }, suspectWords = new[] { "kraken" } }
        );
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");

        await page.PostAsync("Release the kraken");

        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("a moderator will look at this");
        await Expect(page.Comments).ToHaveCountAsync(0);
        await page.Button("Post it all the same").ClickAsync();
        await Expect(page.CommentOf("ada")).ToContainTextAsync("Only you see this");
        // and after a reload they find it again, without anything moving for it
        await page.Page.ReloadAsync();
        await page.Button("1 comment of yours waits for a moderator").ClickAsync();
        await Expect(page.CommentOf("ada")).ToContainTextAsync("Release the kraken");
        page.AssertQuiet();
    }

    [Fact]
    public async Task A_draft_outlives_a_reload_and_is_gone_once_it_is_posted()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        await page.Writing.FillAsync("Half a thou");

        await page.Page.ReloadAsync();

        await Expect(page.Writing).ToHaveValueAsync("Half a thou");
        await page.PostAsync("A whole thought");
        await Expect(page.CommentOf("ada")).ToBeVisibleAsync();
        await Expect(page.Writing).ToHaveValueAsync("");
        await page.Page.ReloadAsync();
        await Expect(page.Writing).ToHaveValueAsync("");
        page.AssertQuiet();
    }

    [Fact]
    public async Task A_post_whose_answer_is_lost_is_tried_again_and_stands_once()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        var keys = new List<string>();
        var isLost = true;
        await page.Visit.Context.RouteAsync(
            new Regex("/comments$"),
            async route =>
            {
                if (route.Request.Method != "POST")
                {
                    await route.ContinueAsync();
                    return;
                }
                keys.Add(route.Request.Headers["idempotency-key"]);
                if (!isLost)
                {
                    await route.ContinueAsync();
                    return;
                }
                // it arrives, and nobody hears of it
                await route.FetchAsync();
                await route.AbortAsync("connectionreset");
            }
        );

        await page.PostAsync("Only once, please");
        await Expect(page.Page.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("can’t be reached. What you wrote is kept.");
        await page.Page.ReloadAsync();
        await Expect(page.Writing).ToHaveValueAsync("Only once, please");
        isLost = false;
        await page.Button("Post").ClickAsync();

        await Expect(page.Writing).ToHaveValueAsync("");
        await Expect(page.Comments).ToHaveCountAsync(1);
        Assert.Single(keys.Distinct());
        Assert.Equal(1, (await site.GetAsync($"/articles/{article}"))["commentCount"].GetInt32());
        page.AssertQuiet(new Regex("ERR_CONNECTION_RESET|CORS"));
    }

    [Fact]
    public async Task A_token_that_ends_while_somebody_types_costs_them_nothing()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        var ending = Store.Token(site.Key, "ada", life: TimeSpan.FromMinutes(-5));
        await using var page = await Embed.OpenAsync(
            browser,
            site,
            article,
            attributes: $"token=\"{ending}\""
        );
        await page.Page.EvaluateAsync("addEventListener('ts-sign-in', () => (window.wasAsked = true))");

        await page.PostAsync("Written for an hour");
        var alert = page.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Your session has ended" });
        await alert.GetByRole(AriaRole.Button).ClickAsync();
        Assert.True(await page.Page.EvaluateAsync<bool>("window.wasAsked"));
        // the host page signs them in again
        await page.Element.EvaluateAsync("(e, token) => (e.token = token)", site.Token("ada"));
        await Expect(page.Writing).ToHaveValueAsync("Written for an hour");
        await page.Button("Post").ClickAsync();

        await Expect(page.CommentOf("ada")).ToContainTextAsync("Written for an hour");
        page.AssertQuiet(new Regex("401"));
    }

    [Fact]
    public async Task A_token_is_fetched_by_the_host_pages_callback_before_it_ends()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await using var page = await Embed.OpenAsync(browser, site, article);
        await page.Element.EvaluateAsync(
            "(e, tokens) => { window.asked = 0; e.tokenSource = async () => tokens[Math.min(window.asked++, 1)]; }",
            new[] { Store.Token(site.Key, "ada", life: TimeSpan.FromSeconds(30)), site.Token("ada") }
        );

        await page.PostAsync("Signed in by callback");

        await Expect(page.CommentOf("ada")).ToBeVisibleAsync();
        Assert.Equal(2, await page.Page.EvaluateAsync<int>("window.asked"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task The_host_page_hears_of_sign_in_posts_and_counts()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await site.ACommentAsync(article, "ben", "First");
        await using var page = await Embed.OpenAsync(browser, site, article);
        await page.Page.EvaluateAsync(
            "() => { window.heard = []; for (const n of ['ts-sign-in', 'ts-posted', 'ts-count']) addEventListener(n, (e) => window.heard.push(n + ' ' + (e.detail.count ?? e.detail.comment?.body ?? ''))); }"
        );

        await page.Button("Sign in to comment").ClickAsync();
        await page.CommentOf("ben")
            .GetByRole(AriaRole.Button, new() { Name = "Like 0", Exact = true })
            .ClickAsync();
        await page.Element.EvaluateAsync("(e, token) => e.setAttribute('token', token)", site.Token("ada"));
        await page.PostAsync("Second");
        await Expect(page.Count).ToHaveTextAsync("2 comments");

        var heard = await page.Page.EvaluateAsync<string[]>("window.heard");
        Assert.Equal(
            ["ts-sign-in ", "ts-sign-in "],
            heard.Where(h => h.StartsWith("ts-sign-in", StringComparison.Ordinal))
        );
        Assert.Contains("ts-posted Second", heard);
        Assert.Contains("ts-count 2", heard);
        page.AssertQuiet();
    }

    [Fact]
    public async Task What_is_empty_or_too_long_is_told_before_it_is_sent()
    {
        var (site, article) = await Embed.ASiteAsync(
            store,
            browser,
            origin => new { allowedOrigins = new[] { origin }, maxCommentLength = 100 }
        );
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");

        await page.PostAsync("   ");
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Write something first.");
        await page.Writing.FillAsync(new string('x', 98));
        await Expect(page.Page.GetByText("2 characters left")).ToBeVisibleAsync();
        await page.PostAsync(new string('x', 101));

        await Expect(page.Page.GetByText("1 character too many")).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("too long");
        page.AssertQuiet(new Regex("400"));
    }
}
