using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Moderation.Learned;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Web;

/// <summary>What an editor sees of each report that is more than a count of comments.</summary>
[Collection(nameof(Browser))]
public class InsightsReportsTests(Store store, Browser browser)
{
    const int Comments = 100;

    /// <summary>A figure, a row of its table (as its cells are read out), and whether there is a picture over it.</summary>
    static readonly (string Figure, string Row, bool IsDrawn)[] Shown =
    [
        ("Comments by hour of the day", @"^\d\d \d+( \d+){7}$", true),
        ("The period's threads", $"^Replies 1 The bridge {Comments + 3} ", true),
        ("The period's comments", "^Replies 1 ada The bridge [0-9a-f-]{36} 1 ", true),
        ("How deep discussions go", "^1 1$", true),
        ("How broad discussions are", $"^{Comments + 2} 1$", true),
        ("Who came, came back and stayed away", "", true),
        ("Who writes most", $"^ada ada {Comments} 1 ", true),
        ("Whether people talk with each other", "", true),
        ("How readers become commenters", "^From a reaction to a comment 8 1 13% ", true),
        ("Who reacts together beyond chance", @"^1 p00 p01 20 \d", true),
        ("Whether the queue is kept up with", "", true),
        ("Moderation: how soon, and what was taken back", "^mona 2 100% 100% 100% 0 0%$", false),
        ("Which rule is wrong how often", "^suspectWord Whole period 2 1 1 0 50%$", true),
        ("How rough it gets", $"^All comments {Comments + 4} 1 1% 0 0% 0 ", true),
    ];

    [Fact]
    public async Task Each_report_has_its_picture_its_table_and_its_csv()
    {
        var site = await ALivelySiteAsync();
        await using var visit = await browser.SitAtAsync(site, "insights", Role.Analyst);
        await Figure(visit, Shown[^1].Figure).WaitForAsync();
        await visit.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => (d.open = true))");

        foreach (var (name, row, isDrawn) in Shown)
        {
            var figure = Figure(visit, name);
            Assert.Equal(isDrawn, await figure.GetByRole(AriaRole.Img).CountAsync() == 1);
            await Assertions
                .Expect(figure.GetByRole(AriaRole.Row, new() { NameRegex = new Regex(row) }).First)
                .ToBeVisibleAsync();
        }
        foreach (var report in (string[])["returning", "conversation", "workload"])
            await ShowsAsync(visit, site, report);
        var file = await visit.Page.RunAndWaitForDownloadAsync(() =>
            Figure(visit, "Which rule is wrong how often")
                .GetByRole(AriaRole.Link, new() { NameString = "CSV" })
                .ClickAsync()
        );
        Assert.Equal("rules.csv", file.SuggestedFilename);
        Assert.StartsWith(
            "\ufeffRule,From,Caught,Confirmed,Let through later,Not decided,Right in\r\nsuspectWord,,2,1,1,0,0.5\r\n",
            Encoding.UTF8.GetString(
                await File.ReadAllBytesAsync(await file.PathAsync(), TestContext.Current.CancellationToken)
            ),
            StringComparison.Ordinal
        );
        visit.AssertQuiet();
    }

    [Fact]
    public async Task The_best_comments_are_a_way_to_where_they_stand()
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("bridge", new { title = "The bridge", url = "https://news.example/b#x" });
        var first = await site.ACommentAsync("bridge", "ada", "A claim");
        await site.ACommentAsync("bridge", "ben", "An answer", first);
        await using var visit = await browser.SitAtAsync(
            site,
            "insights",
            Role.Analyst,
            options: new() { Locale = "de-DE" }
        );

        var figure = Figure(visit, "Die Kommentare des Zeitraums");
        await figure.GetByText("Tabelle").ClickAsync();

        await Assertions
            .Expect(figure.GetByRole(AriaRole.Link, new() { Name = "ada", Exact = true }).First)
            .ToHaveAttributeAsync("href", $"https://news.example/b#comment-{first}");
        // where nothing happened it says so
        await Assertions
            .Expect(
                Figure(visit, "Welche Regel wie oft irrt").GetByText("In diesem Zeitraum geschah nichts.")
            )
            .ToBeVisibleAsync();
        visit.AssertQuiet();
    }

    [Fact]
    public async Task What_a_learned_model_is_worth_is_told_where_there_is_one()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var hash = await Teaching.AModelAsync(store.Database, site.Key, [new(0.5, 0.6, 0.9, 0.2, 9)]);
        await using var visit = await browser.SitAtAsync(site, "insights", Role.Analyst);
        var figure = Figure(visit, "What the learned model is worth");
        await Figure(visit, "How rough it gets").WaitForAsync();
        await Assertions.Expect(figure).ToHaveCountAsync(0);

        var now = await site.DriftAsync(article, hash, site.AsAdmin());
        var known = await site.GetAsync(
            $"/analytics/learned?minPosition={now}",
            site.Token("ana", Role.Analyst)
        );
        known.Expect(200);
        await visit.Page.GetByLabel("Period", new() { Exact = true }).SelectOptionAsync("7");
        await figure.GetByText("Table").ClickAsync();

        await Assertions
            .Expect(
                figure.GetByRole(
                    AriaRole.Row,
                    new() { NameRegex = new Regex($" {hash[..8]} 24 8 16 2 33% 80%$") }
                )
            )
            .ToBeVisibleAsync();
        await Assertions.Expect(figure.GetByRole(AriaRole.Img)).ToBeVisibleAsync();
        visit.AssertQuiet();
    }

    static ILocator Figure(Visit visit, string name) =>
        visit.Page.GetByRole(AriaRole.Figure, new() { Name = name, Exact = true });

    /// <summary>The last interval of a report stands in its table, by the site's clock.</summary>
    static async Task ShowsAsync(Visit visit, TestSite site, string report)
    {
        var name = report switch
        {
            "returning" => "Who came, came back and stayed away",
            "conversation" => "Whether people talk with each other",
            _ => "Whether the queue is kept up with",
        };
        var rows = (
            await site.GetAsync(
                $"/analytics/{report}?interval={(report == "workload" ? "day" : "week")}",
                site.Token("ann", Role.Analyst)
            )
        )
            .Expect(200)
            .Json.GetProperty("rows")
            .EnumerateArray()
            .SkipLast(1)
            .Last(r => r[0].ValueKind == JsonValueKind.String);
        var day = DateTimeOffset
            .Parse(rows[1].GetString()!, CultureInfo.InvariantCulture)
            .DateTime.ToString("MMM d, yyyy", CultureInfo.InvariantCulture);
        // of the workload the third is the moderator
        var figure = rows[report == "workload" ? 3 : 2];
        await Assertions
            .Expect(Figure(visit, name).GetByRole(AriaRole.Row, new() { NameString = $"{day} {figure} " }))
            .ToBeVisibleAsync();
    }

    /// <summary>
    /// A hundred comments of a week ago, on which two of eight people always reacted together; one of the eight then wrote,
    /// and of two comments that a rule held one was rejected.
    /// </summary>
    async Task<TestSite> ALivelySiteAsync()
    {
        var site = await store.ASiteAsync(new { timeZone = "Asia/Tokyo", suspectWords = new[] { "foul" } });
        await site.PutArticleAsync("bridge", new { title = "The bridge" });
        var began = DateTimeOffset.UtcNow.AddDays(-7);
        await Past.HappenAsync(
            site,
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(p => $"p{p:00}")
                    .Append("ada")
                    .Select(p =>
                        StreamEvent.First<Commenter>(
                            StreamId.Commenter(site.Key, p),
                            new CommenterJoined(p, p, null, p, began, null)
                        )
                    ),
            ]
        );
        var comments = Enumerable.Range(0, Comments).Select(n => Past.Id(site, n)).ToList();
        await Past.AppendAsync(
            site,
            comments.Select((id, n) => Past.Posted(id, "bridge", began.AddMinutes(n)))
        );
        await Past.HappenAsync(
            site,
            [
                .. from p in Enumerable.Range(0, 8)
                from n in Enumerable.Range(0, Comments)
                where p < 2 ? n < 20 : n % 8 == p || n % 8 == p - 1
                select StreamEvent.First<Reaction>(
                    StreamId.Reaction(comments[n], $"p{p:00}"),
                    new ReactionSet(comments[n], "bridge", "like", 1, null, $"p{p:00}", began.AddHours(3))
                ),
            ]
        );
        await site.ACommentAsync("bridge", "p00", "I write, too", comments[0]);
        await site.ACommentAsync("bridge", "ben", "A remark");
        await site.DecideAsync(await site.ACommentAsync("bridge", "ben", "A foul"), "reject");
        await site.DecideAsync(await site.ACommentAsync("bridge", "ben", "Not at all foul"), "approve");
        return site;
    }
}
