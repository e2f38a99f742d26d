using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

/// <summary>Whoever reads it, in whatever way, can; and whatever people write or host pages do.</summary>
[Collection(nameof(Browser))]
public class EmbedAccessTests(Store store, Browser browser)
{
    /// <summary>320 pixels are 1,280 at 400 %.</summary>
    [Theory]
    [InlineData("light", "en", 1280)]
    [InlineData("dark", "en", 360)]
    [InlineData("light", "ar", 360)]
    [InlineData("dark", "ar", 1280)]
    [InlineData("light", "de", 320)]
    public async Task Axe_finds_nothing(string theme, string language, int width)
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        var parent = await site.ACommentAsync(
            article,
            "ada",
            "My **own**, with `code`\n\n> and a quote\n\n- and a list"
        );
        await site.ACommentAsync(article, "ben", "A reply, https://example.org/", parent);
        await site.ACommentAsync(article, "cid", "Another");
        await using var page = await Embed.OpenAsync(
            browser,
            site,
            article,
            "ada",
            $"theme=\"{theme}\" lang=\"{language}\"",
            options: new()
            {
                ViewportSize = new() { Width = width, Height = 800 },
            }
        );
        await page.ReadyAsync();
        // the words of another language may come after the first page
        await Expect(page.Page.Locator("thread-store section"))
            .ToHaveAttributeAsync("dir", language == "ar" ? "rtl" : "ltr");
        await page.CommentOf("cid").GetByRole(AriaRole.Button).Nth(3).ClickAsync();
        await page.CommentOf("cid").GetByRole(AriaRole.Group).GetByRole(AriaRole.Button).First.ClickAsync();
        await page.CommentOf("ben").GetByRole(AriaRole.Button).Nth(2).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Textbox)).ToHaveCountAsync(3);

        var found = await page.Page.RunAxe();

        Assert.Empty(
            found.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(", ", v.Nodes.Select(n => n.Html))}")
        );
        Assert.False(await ScrollsSidewaysAsync(page));
        page.AssertQuiet();
    }

    [Theory]
    [InlineData("de", "2 Kommentare")]
    [InlineData("pl", "2 komentarze")]
    [InlineData("ar", "تعليقان")]
    [InlineData("ja", "コメント2件")]
    [InlineData("xx", "2 comments")]
    public async Task It_speaks_the_language_that_is_asked_for(string language, string count)
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await site.ACommentAsync(article, "ada", "One");
        await site.ACommentAsync(article, "ada", "Two");

        await using var page = await Embed.OpenAsync(
            browser,
            site,
            article,
            attributes: $"lang=\"{language}\""
        );

        await Expect(page.Count).ToHaveTextAsync(count);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Long_words_mixed_directions_and_names_of_emoji_break_nothing()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await site.SendAsync(
            "POST",
            $"/articles/{article}/comments",
            new { body = $"{new string('w', 300)} שלום hello مرحبا" },
            Store.Token(site.Key, "e", name: "🦑🦑🦑")
        );
        await site.SendAsync(
            "POST",
            $"/articles/{article}/comments",
            new { body = "```\n" + new string('x', 300) + "\n```" },
            Store.Token(site.Key, "l", name: new string('N', 100))
        );
        await using var page = await Embed.OpenAsync(
            browser,
            site,
            article,
            "ada",
            options: new()
            {
                ViewportSize = new() { Width = 360, Height = 800 },
            }
        );

        await Expect(page.CommentOf("🦑🦑🦑")).ToContainTextAsync("שלום hello مرحبا");
        await page.CommentOf("🦑🦑🦑")
            .GetByRole(AriaRole.Button, new() { Name = "Reply to ⁨🦑🦑🦑⁩" })
            .ClickAsync();
        Assert.False(await ScrollsSidewaysAsync(page));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Styles_of_the_host_page_change_nothing_but_what_they_may()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await site.ACommentAsync(article, "ada", "Keep calm");
        await using var page = await Embed.OpenAsync(browser, site, article, "ada");
        await page.ReadyAsync();
        var plain = await page.CommentOf("ada").BoundingBoxAsync();

        // by the debugger, which the page's policy does not bind
        await page.Page.EvaluateAsync(
            """
            () => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync(`
                body, body * { text-transform: uppercase !important; letter-spacing: 1em !important; line-height: 4 !important; color: yellow !important;
                    font: 40px cursive !important; visibility: visible; cursor: wait !important; direction: rtl; }
                button, textarea, article, p { display: none !important; }
                thread-store { --ts-accent: rgb(1, 2, 3); }
                thread-store::part(author) { font-style: italic; }
              `);
              document.adoptedStyleSheets.push(sheet);
            }
            """
        );

        var hostile = await page.CommentOf("ada").BoundingBoxAsync();
        Assert.Equal(plain!.Height, hostile!.Height, 0.5);
        await Expect(page.Button("Post")).ToHaveCSSAsync("background-color", "rgb(1, 2, 3)");
        await Expect(page.CommentOf("ada").GetByRole(AriaRole.Heading))
            .ToHaveCSSAsync("font-style", "italic");
        await Expect(page.CommentOf("ada")).ToHaveCSSAsync("text-transform", "none");
        page.AssertQuiet();
    }

    static Task<bool> ScrollsSidewaysAsync(Embed page) =>
        page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth");
}
