using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

/// <summary>Where a site takes guests, somebody without an account writes under a name.</summary>
[Collection(nameof(Browser))]
public class EmbedGuestTests(Store store, Browser browser)
{
    [Fact]
    public async Task A_guest_says_a_name_writes_and_is_the_same_after_a_reload()
    {
        var (site, article) = await Embed.ASiteAsync(
            store,
            browser,
            origin => new { allowedOrigins = new[] { origin }, guests = "open" }
        );
        await using var page = await Embed.OpenAsync(browser, site, article);
        await page.Page.GetByLabel("Your name").FillAsync("Grete");
        await page.Visit.AssertAccessibleAsync("the form of a guest");
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.Writing).ToBeFocusedAsync();
        await page.PostAsync("Without an account");
        await Expect(page.CommentOf("Grete")).ToContainTextAsync("Without an account");
        await page.Page.ReloadAsync();
        await Expect(page.Page.GetByText("You write as")).ToContainTextAsync("Grete");
        // their own, as before
        await page.CommentOf("Grete").GetByRole(AriaRole.Button, new() { Name = "More about" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Edit" })).ToBeVisibleAsync();
        await page.Button("Write under another name").ClickAsync();
        await Expect(page.Page.GetByLabel("Your name")).ToHaveValueAsync("");
        // whoever has an account is who they are
        await page.Element.EvaluateAsync("(e, token) => e.setAttribute('token', token)", site.Token("ada"));
        await Expect(page.Writing).ToBeVisibleAsync();
        await Expect(page.Page.GetByLabel("Your name")).ToHaveCountAsync(0);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Where_a_challenge_must_be_passed_a_name_is_asked_for_once_the_page_has_one()
    {
        var (site, article) = await Embed.ASiteAsync(
            store,
            browser,
            origin => new
            {
                allowedOrigins = new[] { origin },
                guests = "held",
                challenge = new { url = "https://challenges.example/siteverify", secret = "s" },
            }
        );
        await using var page = await Embed.OpenAsync(browser, site, article);
        await LiveAsync(page);
        await Expect(page.Button("Sign in to comment")).ToBeVisibleAsync();
        // who asked for a name now would be refused whatever is written
        await Expect(page.Page.GetByLabel("Your name")).ToHaveCountAsync(0);

        await page.Element.EvaluateAsync("e => (e.challenge = async () => 'solved')");
        await page.Page.GetByLabel("Your name").FillAsync("Grete");
        var sent = await page.Page.RunAndWaitForRequestAsync(
            () => page.Button("Write as a guest").ClickAsync(),
            new Regex("/guests$")
        );

        Assert.Equal("""{"name":"Grete","challenge":"solved"}""", sent.PostData);
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Expect(page.Writing).ToHaveCountAsync(0);
        Assert.True((await RulesAsync(site, article)).GetProperty("challenge").GetBoolean());
        page.AssertQuiet(new Regex("403|503"));
    }

    [Fact]
    public async Task A_challenge_that_the_site_does_not_ask_for_is_not_put_to_anybody()
    {
        var (site, article) = await Embed.ASiteAsync(
            store,
            browser,
            origin => new { allowedOrigins = new[] { origin }, guests = "open" }
        );
        await using var page = await Embed.OpenAsync(browser, site, article);
        await page.Element.EvaluateAsync("e => (e.challenge = () => Promise.reject(new Error('asked')))");
        await page.Page.GetByLabel("Your name").FillAsync("Grete");
        await page.Button("Write as a guest").ClickAsync();

        await Expect(page.Writing).ToBeFocusedAsync();
        Assert.False((await RulesAsync(site, article)).TryGetProperty("challenge", out _));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Where_a_site_takes_no_guests_nobody_is_asked_for_a_name()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await using var page = await Embed.OpenAsync(browser, site, article);

        await Expect(page.Button("Sign in to comment")).ToBeVisibleAsync();
        await LiveAsync(page);

        await Expect(page.Page.GetByLabel("Your name")).ToHaveCountAsync(0);
        Assert.False((await RulesAsync(site, article)).TryGetProperty("guests", out _));
        page.AssertQuiet();
    }

    static async Task<JsonElement> RulesAsync(TestSite site, string article) =>
        (await site.GetAsync($"/articles/{article}")).Expect(200)["rules"];

    /// <summary>The article is known: its stream follows that.</summary>
    static Task LiveAsync(Embed page) =>
        Until.TrueAsync(
            () =>
                Task.FromResult(
                    page.Visit.Requests.Any(r => r.AbsolutePath.EndsWith("/live", StringComparison.Ordinal))
                ),
            "the live stream"
        );
}
