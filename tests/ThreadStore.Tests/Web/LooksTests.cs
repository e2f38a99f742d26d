using Microsoft.Playwright;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

/// <summary>What people see first looks as in docs/pictures.</summary>
[Collection(nameof(Browser))]
public class LooksTests(Store store, Browser browser)
{
    static readonly DateTimeOffset Now = Past.Day.AddHours(9);

    [Theory]
    [InlineData("embed", 720, ColorScheme.Light, "en")]
    [InlineData("embed-dark", 720, ColorScheme.Dark, "en")]
    [InlineData("embed-rtl", 720, ColorScheme.Light, "ar")]
    [InlineData("embed-phone", 360, ColorScheme.Light, "de")]
    public async Task The_discussion(string name, int width, ColorScheme scheme, string language)
    {
        await using var page = await OpenAsync(
            await ADiscussionAsync(),
            width,
            scheme,
            language,
            "Cleo Marsh"
        );
        await Expect(page.Page.GetByRole(AriaRole.Textbox)).ToBeVisibleAsync();

        await page.Visit.AssertLooksAsync(name);
        page.AssertQuiet();
    }

    [Fact]
    public async Task A_button_that_is_missing_is_a_difference_and_the_same_page_again_is_none()
    {
        await using var page = await OpenAsync(await ADiscussionAsync(), 720, ColorScheme.Light, "en");
        var whole = await Pictures.ShootAsync(page.Visit);

        var again = await Pictures.DifferenceAsync(page.Visit, whole, await Pictures.ShootAsync(page.Visit));
        await page.Button("Sign in to comment").EvaluateAsync("b => (b.style.visibility = 'hidden')");
        var less = await Pictures.DifferenceAsync(page.Visit, whole, await Pictures.ShootAsync(page.Visit));

        Assert.Equal(0, again);
        Assert.InRange(less, Pictures.Tolerance, 0.1);
    }

    [Fact]
    public async Task The_desk()
    {
        var site = await store.ASiteAsync(new { suspectWords = new[] { "swindle" }, linksHeldForReview = 1 });
        await site.PutArticleAsync("bridge", new { title = "The bridge reopens" });
        await site.ACommentAsync("bridge", "Ada", "A swindle from beginning to end.");
        await site.ACommentAsync("bridge", "Ben", "Cheap watches: https://watches.example");
        await site.FlagAsync(await site.ACommentAsync("bridge", "Cleo", "You all know who did it."), "Ada");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator, options: Screen(880));
        await visit.LiveAsync();
        await visit.Comment("Ben").WaitForAsync();

        await HideAsync(visit, site.Key);
        await visit.AssertLooksAsync("desk");
        visit.AssertQuiet();
    }

    [Fact]
    public async Task The_insights()
    {
        var site = await ADiscussionAsync();
        await using var visit = await browser.VisitAsync(Screen(960));
        await visit.Page.Clock.SetFixedTimeAsync(Now.UtcDateTime);
        await visit.OpenAsync($"/insights#token={site.Token("mona", Role.Analyst, "mona")}");
        await visit.Page.GetByLabel("By", new() { Exact = true }).SelectOptionAsync("hour");
        await visit.Page.GetByLabel("Period", new() { Exact = true }).SelectOptionAsync("all");
        await visit
            .Page.GetByRole(AriaRole.Figure, new() { Name = "How rough it gets" })
            .GetByText("Table")
            .WaitForAsync();

        await HideAsync(visit, site.Key);
        await visit.AssertLooksAsync("insights");
        visit.AssertQuiet();
    }

    async Task<Embed> OpenAsync(
        TestSite site,
        int width,
        ColorScheme scheme,
        string language,
        string? reader = null
    )
    {
        var visit = await browser.VisitAsync(Screen(width, scheme));
        await visit.Page.Clock.SetFixedTimeAsync(Now.UtcDateTime);
        var page = await Embed.OpenAsync(
            browser,
            site,
            "bridge",
            reader,
            attributes: $"lang=\"{language}\"",
            visit: visit
        );
        await Expect(page.Comments).ToHaveCountAsync(4);
        // drawn once more when the article's rules are known
        await Expect(page.Comments.First.GetByRole(AriaRole.Button).First).ToBeVisibleAsync();
        return page;
    }

    static BrowserNewContextOptions Screen(int width, ColorScheme scheme = ColorScheme.Light) =>
        new()
        {
            ViewportSize = new() { Width = width, Height = 640 },
            ColorScheme = scheme,
            Locale = "en-US",
            TimezoneId = "UTC",
        };

    /// <summary>A site's key differs from run to run.</summary>
    static async Task HideAsync(Visit visit, string site) =>
        await visit.Page.EvaluateAsync(
            """
            site => {
              for (const node of document.querySelector(".who").childNodes)
                if (node.nodeType === Node.TEXT_NODE) node.data = node.data.replace(site, "gazette");
            }
            """,
            site
        );

    /// <summary>Four comments of one day, at times that do not move.</summary>
    async Task<TestSite> ADiscussionAsync()
    {
        var site = await store.ASiteAsync(new { allowedOrigins = new[] { await browser.HostOriginAsync() } });
        await site.PutArticleAsync("bridge", new { title = "The bridge reopens", section = "City" });
        string[] people = ["Ada Okafor", "Ben Lindqvist", "Cleo Marsh"];
        await Past.HappenAsync(
            site,
            [
                .. people.Select(p =>
                    StreamEvent.First<Commenter>(
                        StreamId.Commenter(site.Key, p),
                        new CommenterJoined(p, p, null, p, Past.Day, null)
                    )
                ),
            ]
        );
        var first = Past.Id(site, 1);
        await Past.AppendAsync(
            site,
            Said(first, 0, people[0], "At last. The detour cost me **forty minutes** every morning."),
            Said(Past.Id(site, 2), 3, people[1], "And who pays for it?"),
            Said(Past.Id(site, 3), 5, people[2], "The county does: see the budget of March.", first),
            Said(Past.Id(site, 4), 8, people[0], "> And who pays for it?\n\nAll of us, I am afraid.")
        );
        return site;
    }

    static CommentPosted Said(Guid id, int hour, string by, string body, Guid? parent = null) =>
        Past.Posted(id, "bridge", Past.Day.AddHours(hour), parent, parent is null ? 0 : 1, by) with
        {
            Body = body,
        };
}
