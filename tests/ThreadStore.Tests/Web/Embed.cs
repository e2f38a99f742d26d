using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThreadStore.Tests.Support;

namespace ThreadStore.Tests.Web;

/// <summary>A publisher's page with a discussion on it, as a reader has it before them.</summary>
sealed class Embed : IAsyncDisposable
{
    Embed(Visit visit, TestSite site, string article) => (Visit, Site, Article) = (visit, site, article);

    public Visit Visit { get; }
    public TestSite Site { get; }
    public string Article { get; }
    public IPage Page => Visit.Page;

    public ILocator Element => Page.Locator("thread-store");
    public ILocator Count => Page.GetByRole(AriaRole.Heading, new() { Level = 2 });
    public ILocator Comments => Page.GetByRole(AriaRole.Article);
    public ILocator Writing => Page.GetByRole(AriaRole.Textbox, new() { Name = "Your comment" });

    /// <summary>The first comment of somebody.</summary>
    public ILocator CommentOf(string name) =>
        Page.GetByRole(AriaRole.Article, new() { NameRegex = new Regex(Regex.Escape(name)) }).First;

    public ILocator Button(string name, bool exact = true) =>
        Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = exact });

    /// <summary>A site whose pages may be on the publisher's, with an article.</summary>
    public static async Task<(TestSite Site, string Article)> ASiteAsync(
        Store store,
        Browser browser,
        Func<string, object>? settings = null
    )
    {
        var origin = await browser.HostOriginAsync();
        var site = await store.ASiteAsync(
            settings?.Invoke(origin) ?? new { allowedOrigins = new[] { origin } }
        );
        return (site, await site.AnArticleAsync());
    }

    /// <param name="reader">Whose token it has; null: nobody is signed in.</param>
    /// <param name="attributes">Further ones of the element.</param>
    /// <param name="around">What else stands on the page, such as styles.</param>
    /// <param name="visit">One that was prepared for it.</param>
    public static async Task<Embed> OpenAsync(
        Browser browser,
        TestSite site,
        string article,
        string? reader = null,
        string attributes = "",
        string around = "",
        string hash = "",
        string inside = "",
        BrowserNewContextOptions? options = null,
        Visit? visit = null
    )
    {
        visit ??= await browser.VisitAsync(options);
        var token = reader is null ? "" : $"token=\"{site.Token(reader)}\"";
        var address = await browser.HostPageAsync(
            $"""
            <!doctype html>
            <html lang="en">
              <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>The news</title>
                <script type="module" src="{visit.Server}embed.js"></script>
                {around}
              </head>
              <body>
                <main>
                  <h1>The news</h1>
                  <thread-store api="{visit.Server}" site="{site.Key}" article="{article}" {token} {attributes}>{inside}</thread-store>
                </main>
              </body>
            </html>
            """
        );
        await visit.Page.GotoAsync(address + hash);
        return new(visit, site, article);
    }

    /// <summary>It is there, with what the reader may do.</summary>
    public async Task<Embed> ReadyAsync()
    {
        await Count.WaitForAsync();
        return this;
    }

    public async Task PostAsync(string text)
    {
        await Writing.FillAsync(text);
        await Button("Post").ClickAsync();
    }

    /// <summary>Nothing was asked of anybody but the server, and the console is empty.</summary>
    public void AssertQuiet(Regex? expected = null) =>
        Visit.AssertQuiet(expected, new Uri(Page.Url).Authority);

    public async ValueTask DisposeAsync() => await Visit.DisposeAsync();
}
