using System.Text.Json;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Web;

/// <summary>The shortest ways to sit at the desk, or before the insights, of a test's site.</summary>
static class DeskVisit
{
    /// <summary>As the link of <c>threadstore token</c> opens it.</summary>
    public static async Task<Visit> SitAtAsync(
        this Browser browser,
        TestSite site,
        string page,
        Role roles,
        string by = "mona",
        BrowserNewContextOptions? options = null,
        string query = ""
    )
    {
        var visit = await browser.VisitAsync(options);
        await visit.OpenAsync($"/{page}{query}#token={site.Token(by, roles, by)}");
        return visit;
    }

    public static ILocator Comment(this Visit visit, string author) =>
        visit.Page.GetByRole(AriaRole.Article, new() { Name = $"Comment by {author}", Exact = true });

    public static ILocator Button(this Visit visit, string name) =>
        visit.Page.GetByRole(AriaRole.Button, new() { Name = name });

    public static ILocator Messages(this Visit visit) =>
        visit.Page.GetByRole(AriaRole.Status, new() { Name = "Messages" });

    /// <summary>What the desk tells, in whatever language.</summary>
    public static ILocator Messages(this Visit visit, string text) =>
        visit.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = text });

    /// <summary>The queue is there, and follows.</summary>
    public static Task LiveAsync(this Visit visit) => visit.Page.GetByText("● Live").WaitForAsync();

    public static async Task PressAsync(this Visit visit, params string[] keys)
    {
        foreach (var key in keys)
            await visit.Page.Keyboard.PressAsync(key);
    }

    public static async Task SaysAsync(this ILocator locator, string text) =>
        await Assertions.Expect(locator).ToContainTextAsync(text);

    /// <summary>No finding of axe-core.</summary>
    public static async Task AssertAccessibleAsync(this Visit visit, string where)
    {
        var found = await visit.Page.RunAxe(
            new AxeRunOptions
            {
                // and what is best practice beyond the law
                RunOnly = new RunOnlyOptions
                {
                    Type = "tag",
                    Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
                },
            }
        );
        Assert.True(
            found.Violations.Length == 0,
            where
                + ": "
                + string.Join('\n', found.Violations.Select(v => $"{v.Id}: {v.Help}: {v.Nodes[0].Html}"))
        );
    }

    /// <summary>Nothing sticks out to the side.</summary>
    public static async Task AssertFitsAsync(this Visit visit, string where)
    {
        var (shown, there) = (
            await visit.Page.EvaluateAsync<int>("document.documentElement.clientWidth"),
            await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")
        );
        Assert.True(there <= shown, $"{where} is {there} pixels wide on a screen of {shown}.");
    }

    /// <summary>All decisions in the log: what on which comment and why.</summary>
    public static async Task<Dictionary<Guid, (string Action, string? Reason)>> LoggedAsync(
        this TestSite site
    ) =>
        (await site.GetAsync("/moderation/log?limit=100", site.Token("mona", Role.Moderator)))
            .Expect(200)
            .Json.GetProperty("items")
            .EnumerateArray()
            .Where(e => e.GetProperty("target").GetProperty("type").GetString() == "comment")
            .GroupBy(e => e.GetProperty("target").GetProperty("id").GetGuid())
            .ToDictionary(
                g => g.Key,
                g => (g.First().GetProperty("action").GetString()!, Text(g.First(), "reason"))
            );

    static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
