using Microsoft.Playwright;
using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Web;

/// <summary>What an editor sees of the discussions.</summary>
[Collection(nameof(Browser))]
public class InsightsTests(Store store, Browser browser)
{
    [Fact]
    public async Task Each_picture_has_its_table_and_its_csv()
    {
        var site = await ADiscussionAsync();
        await using var visit = await browser.SitAtAsync(site, "insights", Role.Analyst);

        var sections = visit.Page.GetByRole(AriaRole.Figure, new() { Name = "Comments by section" });
        await sections.GetByText("Table").ClickAsync();
        foreach (var row in (string[])["Section Comments", "City 3", "-Sport 1"])
            await Assertions
                .Expect(sections.GetByRole(AriaRole.Row, new() { Name = row, Exact = true }))
                .ToBeVisibleAsync();
        await visit
            .Page.GetByRole(AriaRole.Figure, new() { Name = "How rough it gets" })
            .GetByText("Table")
            .WaitForAsync();
        // of what did not happen it says so
        var empty = visit.Page.GetByText("Nothing happened in this period.");
        foreach (
            var figure in await visit
                .Page.GetByRole(AriaRole.Figure)
                .Filter(new() { HasNot = empty })
                .AllAsync()
        )
        {
            await Assertions.Expect(figure.GetByText("Table").First).ToBeVisibleAsync();
            await Assertions
                .Expect(figure.GetByRole(AriaRole.Link, new() { NameString = "CSV" }))
                .ToBeVisibleAsync();
        }
        var file = await visit.Page.RunAndWaitForDownloadAsync(() =>
            sections.GetByRole(AriaRole.Link, new() { NameString = "CSV" }).ClickAsync()
        );

        Assert.Equal("sections.csv", file.SuggestedFilename);
        // what a spreadsheet would run as a formula it reads as text
        Assert.Equal(
            "\ufeffSection,Comments\r\nCity,3\r\n'-Sport,1\r\n",
            System.Text.Encoding.UTF8.GetString(
                await File.ReadAllBytesAsync(await file.PathAsync(), TestContext.Current.CancellationToken)
            )
        );
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Figures_are_those_of_the_reports_and_of_the_sites_zone()
    {
        var site = await ADiscussionAsync();
        var report = (
            await site.GetAsync("/analytics/activity?interval=hour", site.Token("ann", Role.Analyst))
        )
            .Expect(200)
            .Json.GetProperty("rows")
            .EnumerateArray()
            .First(row => row[2].GetInt32() > 0);
        await using var visit = await browser.SitAtAsync(site, "insights", Role.Analyst);

        var activity = visit.Page.GetByRole(AriaRole.Figure, new() { Name = "Comments and commenters" });
        await visit.Page.GetByLabel("By", new() { Exact = true }).SelectOptionAsync("hour");
        await visit.Page.GetByLabel("Period", new() { Exact = true }).SelectOptionAsync("all");
        await activity.GetByText("Table").ClickAsync();
        // "Nov 29, 2026, 7:00 PM" on Tokyo's wall clocks
        var local = DateTimeOffset.Parse(report[1].GetString()!, null).DateTime;
        var shown = local.ToString("MMM d, yyyy, h:mm tt", System.Globalization.CultureInfo.InvariantCulture);
        await activity
            .GetByRole(AriaRole.Row, new() { Name = $"{shown} {report[2]} {report[3]} {report[4]}" })
            .WaitForAsync();
        await visit
            .Page.GetByRole(AriaRole.Figure, new() { Name = "Moderation: who" })
            .GetByRole(AriaRole.Cell, new() { Name = "rejected" })
            .WaitForAsync();
        visit.AssertQuiet();
    }

    [Fact]
    public async Task The_slider_shows_the_thread_as_it_stood()
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("bridge", new { title = "The bridge" });
        var first = await site.ACommentAsync("bridge", "ada", "First thoughts");
        await site.ACommentAsync("bridge", "ben", "An answer", first);
        await site.SendAsync(
            "PATCH",
            $"/comments/{first}",
            new { body = "Second thoughts" },
            site.Token("ada")
        );
        await site.DecideAsync(first, "reject");
        await using var visit = await browser.SitAtAsync(site, "insights", Role.Analyst);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Replay" }).ClickAsync();
        var slider = visit.Page.GetByLabel("Time");
        await visit.Page.GetByText(": 1 comment").WaitForAsync();
        await visit.Page.GetByText("This comment was not shown.").WaitForAsync();
        await slider.FocusAsync();
        await visit.PressAsync("ArrowLeft");
        await visit.Page.GetByText("Second thoughts").WaitForAsync();
        await visit.PressAsync("ArrowLeft");
        await visit.Page.GetByText("First thoughts").WaitForAsync();
        await visit.Page.GetByText(": 2 comments").WaitForAsync();
        await visit.PressAsync("Home");
        await visit.Page.GetByText("Before anything was written.").WaitForAsync();
        await visit.Button("Play").ClickAsync();

        await visit.Page.GetByText("This comment was not shown.").WaitForAsync();
        visit.AssertQuiet();
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light, "rtl")]
    [InlineData(320, ColorScheme.Dark, "ltr")]
    public async Task It_is_accessible_and_fits_the_screen(int width, ColorScheme scheme, string direction)
    {
        var site = await ADiscussionAsync();
        await using var visit = await browser.SitAtAsync(
            site,
            "insights",
            Role.Analyst,
            options: new()
            {
                ViewportSize = new() { Width = width, Height = 800 },
                ColorScheme = scheme,
            }
        );
        await visit.Page.EvaluateAsync("dir => (document.documentElement.dir = dir)", direction);
        await visit.Page.GetByRole(AriaRole.Figure).First.WaitForAsync();

        await visit.AssertAccessibleAsync("figures");
        await visit.AssertFitsAsync("figures");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Replay" }).ClickAsync();
        await visit.Page.GetByText("A remark").First.WaitForAsync();
        await visit.AssertAccessibleAsync("replay");
        await visit.AssertFitsAsync("replay");
        visit.AssertQuiet();
    }

    /// <summary>Four comments by three people on two articles, one of them rejected in the end.</summary>
    async Task<TestSite> ADiscussionAsync()
    {
        var site = await store.ASiteAsync(new { timeZone = "Asia/Tokyo", suspectWords = new[] { "foul" } });
        await site.PutArticleAsync(
            "bridge",
            new
            {
                title = "The bridge",
                section = "City",
                author = "R. Writer",
            }
        );
        await site.PutArticleAsync("match", new { title = "The match", section = "-Sport" });
        foreach (var by in (string[])["ada", "ben", "cleo"])
            await site.ACommentAsync("bridge", by, $"A remark by {by}");
        await site.ACommentAsync("match", "ada", "A goal");
        await site.DecideAsync(await site.ACommentAsync("match", "ben", "A foul"), "reject");
        return site;
    }
}
