using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

/// <summary>What somebody who sits at the desk for the first time looks for.</summary>
[Collection(nameof(Browser))]
public partial class DeskFirstHourTests(Store store, Browser browser)
{
    [Fact]
    public async Task What_readers_wrote_when_they_flagged_a_comment_stands_beside_it_until_somebody_decides()
    {
        var site = await store.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "First");
        await FlagAsync(site, comment, "ben", "Settled long ago");
        await site.DecideAsync(comment, "approve");
        await FlagAsync(site, comment, "cleo", "He means my neighbour");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);

        // nothing is held, but something waits
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Flagged: 1" }).ClickAsync();

        var detail = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Comment by ada", Exact = true });
        await Expect(detail.GetByRole(AriaRole.Blockquote)).ToHaveTextAsync("He means my neighbour");
        // who has the desk behind other tabs sees how much waits
        await Expect(visit.Page).ToHaveTitleAsync("(1) Desk – ThreadStore");
        visit.AssertQuiet();
    }

    [Fact]
    public async Task The_queue_is_narrowed_by_words_and_titles_that_people_know()
    {
        var site = await store.ASiteAsync(new { suspectWords = new[] { "casino" }, linksHeldForReview = 1 });
        await site.PutArticleAsync("a-1", new { title = "The bridge", url = "https://news.example/bridge" });
        await site.PutArticleAsync("a-2", new { title = "The match" });
        await site.ACommentAsync("a-1", "ada", "Beside the casino");
        await site.ACommentAsync("a-1", "ben", "See https://watches.example");
        await site.ACommentAsync("a-2", "cleo", "A casino, too");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);
        await Expect(visit.Page.GetByRole(AriaRole.Article)).ToHaveCountAsync(3);

        await visit.Page.GetByLabel("Reason", new() { Exact = true }).SelectOptionAsync("Suspect word");
        await visit.Button("Show").ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Article)).ToHaveCountAsync(2);
        await Expect(visit.Page.GetByLabel("Reason", new() { Exact = true })).ToHaveValueAsync("suspectWord");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Held" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Only this article" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Article)).ToHaveCountAsync(2);
        await visit.Page.GetByLabel("Article").FocusAsync();
        await Expect(visit.Page.Locator("datalist option")).ToHaveCountAsync(2);
        await Expect(visit.Page.Locator("datalist option[value=a-2]")).ToHaveTextAsync("The match");

        // and the page of the article opens where the comment stands
        var id = (await site.LookAsync("/moderation/queue?state=pending")).GetProperty("items")[0];
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "The bridge" }))
            .ToHaveAttributeAsync(
                "href",
                $"https://news.example/bridge#comment-{id.GetProperty("comment").GetProperty("id")}"
            );
        visit.AssertQuiet();
    }

    [Theory]
    [InlineData(Role.Moderator)]
    [InlineData(Role.Moderator | Role.Analyst)]
    public async Task A_person_is_found_by_a_part_of_their_name(Role roles)
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var comment = await PostAsync("k-17", "Cléo Marsh");
        await PostAsync("k-18", "Dora Marshall");
        await site.FlagAsync(comment, "ben");
        var analyst = site.Token("pat", Role.Analyst);
        await Until.TrueAsync(
            async () =>
                (await site.GetAsync("/analytics/commenters", analyst)).Text.Contains(
                    "k-18",
                    StringComparison.Ordinal
                ),
            "a report that knows both"
        );
        await using var visit = await browser.SitAtAsync(site, "desk", roles);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "People" }).ClickAsync();
        await visit.Page.GetByLabel("Find a person").FillAsync("cleo mar");
        await visit.PressAsync("Enter");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Cléo Marsh" }).ClickAsync();
        await visit.Page.GetByText("in good standing").WaitForAsync();
        // of those whom no queue has, reports know the names
        await visit.Page.GetByLabel("Find a person").FillAsync("MARSHALL");
        await visit.PressAsync("Enter");

        await visit
            .Page.GetByText(
                roles.HasFlag(Role.Analyst) ? "Dora Marshall" : "Nobody found. Names are looked for among"
            )
            .WaitForAsync();
        visit.AssertQuiet(Unknown());

        async Task<Guid> PostAsync(string key, string name) =>
            (
                await site.SendAsync(
                    "POST",
                    $"/articles/{article}/comments",
                    new { body = $"I am {key}" },
                    site.Token(key, name: name)
                )
            )
                .Expect(201)["id"]
                .GetGuid();
    }

    [Fact]
    public async Task What_a_rule_would_change_is_read_in_words_before_it_is_saved()
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "A zeppelin over the bridge");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Admin | Role.Moderator);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        await visit.Page.GetByLabel("Suspect words").FillAsync("zeppelin");

        var examples = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Newest that would be" });
        await examples.GetByText("A zeppelin over the bridge").WaitForAsync();
        await Expect(examples.GetByRole(AriaRole.Listitem))
            .ToContainTextAsync("published → held · Suspect word: zeppelin");
        visit.AssertQuiet();
    }

    [Fact]
    public async Task History_and_log_speak_the_moderators_language()
    {
        var site = await store.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "First");
        await site.DecideAsync(comment, "reject", "lena");
        await using var visit = await browser.SitAtAsync(
            site,
            "desk",
            Role.Moderator,
            options: new() { Locale = "de-DE" }
        );

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Abgelehnt" }).ClickAsync();
        await visit
            .Page.GetByRole(AriaRole.Region, new() { Name = "Kommentar von ada", Exact = true })
            .GetByText("abgelehnt · lena")
            // in the author's record, and in the comment's own history below it
            .Last.WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Protokoll" }).ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.Row).Last).ToContainTextAsync("abgelehnt");
        visit.AssertQuiet();
    }

    [GeneratedRegex("status of 404")]
    private static partial Regex Unknown();

    static async Task FlagAsync(TestSite site, Guid comment, string by, string note) =>
        (
            await site.SendAsync(
                "POST",
                $"/comments/{comment}/flags",
                new { reason = "harassment", note },
                site.Token(by)
            )
        ).Expect(201);
}
