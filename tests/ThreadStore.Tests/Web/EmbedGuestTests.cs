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
    public async Task What_the_pages_challenge_answered_goes_along_and_a_refusal_is_told()
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
        await page.Page.GetByLabel("Your name").FillAsync("Grete");
        await page.Button("Write as a guest").ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await page.Element.EvaluateAsync("e => (e.challenge = async () => 'solved')");

        var sent = await page.Page.RunAndWaitForRequestAsync(
            () => page.Button("Write as a guest").ClickAsync(),
            new Regex("/guests$")
        );

        Assert.Equal("""{"name":"Grete","challenge":"solved"}""", sent.PostData);
        await Expect(page.Writing).ToHaveCountAsync(0);
        page.AssertQuiet(new Regex("403|503"));
    }

    [Fact]
    public async Task Where_a_site_takes_no_guests_nobody_is_asked_for_a_name()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await using var page = await Embed.OpenAsync(browser, site, article);

        await Expect(page.Button("Sign in to comment")).ToBeVisibleAsync();
        // which follows once the article is known
        await Until.TrueAsync(
            () =>
                Task.FromResult(
                    page.Visit.Requests.Any(r => r.AbsolutePath.EndsWith("/live", StringComparison.Ordinal))
                ),
            "the live stream"
        );

        await Expect(page.Page.GetByLabel("Your name")).ToHaveCountAsync(0);
        var rules = (await site.GetAsync($"/articles/{article}")).Expect(200)["rules"];
        Assert.False(rules.TryGetProperty("guests", out _));
        page.AssertQuiet();
    }
}
