using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Web;

/// <summary>What the desk has beside the queue.</summary>
[Collection(nameof(Browser))]
public partial class DeskRoomsTests(Store store, Browser browser)
{
    [Fact]
    public async Task An_appeal_is_answered_with_a_reason()
    {
        var site = await store.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "My opinion");
        await site.DecideAsync(comment, "reject", "lena");
        await site.SendAsync(
            "POST",
            $"/comments/{comment}/appeal",
            new { text = "It is only an opinion" },
            site.Token("ada")
        );
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Appeals" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Article).SaysAsync("It is only an opinion");
        await visit.Button("Overturn …").ClickAsync();
        await visit.Page.GetByLabel("Reason, which they may read").FillAsync("You are right");
        await visit.Button("Overturn").Last.ClickAsync();
        await visit.Page.GetByText("No appeal is open.").WaitForAsync();

        Assert.Equal(
            "published",
            (await site.GetAsync($"/comments/{comment}")).Expect(200)["state"].GetString()
        );
        visit.AssertQuiet();
    }

    [Fact]
    public async Task A_person_is_found_by_key_or_by_their_words_and_dealt_with()
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Zeppelins everywhere");
        await Until.TrueAsync(
            async () => (await site.GetAsync("/search?q=zeppelins"))["items"].GetArrayLength() == 1,
            "a comment that search finds"
        );
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "People" }).ClickAsync();
        await visit.Page.GetByLabel("Find a person").FillAsync("zeppelins");
        await visit.PressAsync("Enter");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "ada" }).ClickAsync();
        await visit.Page.GetByText("in good standing").WaitForAsync();
        foreach (
            var (act, standing) in ((string, string)[])
                [("Shadow", "shadowed"), ("Reinstate", "in good standing")]
        )
        {
            await visit.Button($"{act} …").ClickAsync();
            await visit
                .Page.GetByRole(AriaRole.Dialog)
                .GetByRole(AriaRole.Button, new() { Name = act })
                .ClickAsync();
            await Assertions
                .Expect(visit.Page.GetByText(standing, new() { Exact = true }))
                .ToBeVisibleAsync();
        }
        await visit.Button("Suspend …").ClickAsync();
        await visit.Page.GetByLabel("Until").FillAsync("2099-01-01T12:00");
        await visit.Page.GetByLabel("Reason, which they may read").FillAsync("Insults");
        await visit
            .Page.GetByRole(AriaRole.Dialog)
            .GetByRole(AriaRole.Button, new() { Name = "Suspend" })
            .ClickAsync();
        await Assertions.Expect(visit.Page.GetByText("suspended", new() { Exact = true })).ToBeVisibleAsync();

        Assert.Equal(
            "suspended",
            (await site.LookAsync("/commenters/ada")).GetProperty("standing").GetString()
        );
        visit.AssertQuiet(Unknown());
    }

    [Fact]
    public async Task The_log_tells_all_and_takes_back()
    {
        var site = await store.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "First");
        await site.DecideAsync(comment, "reject", "lena");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Log" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Row, new() { NameRegex = TheRejection() }).WaitForAsync();
        await visit.Button("Undo: rejected, ada").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Row, new() { NameRegex = TheUndoing() }).WaitForAsync();
        await visit.Messages().SaysAsync("Taken back: rejected, ada");
        await visit.Messages().SaysAsync("Now: published.");

        Assert.Equal(
            "published",
            (await site.GetAsync($"/comments/{comment}")).Expect(200)["state"].GetString()
        );
        visit.AssertQuiet();
    }

    /// <summary>What was edited since says nothing about the decision.</summary>
    [Fact]
    public async Task The_log_shows_the_text_that_was_decided_on()
    {
        var site = await store.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "The first text");
        await site.DecideAsync(comment, "feature", "lena");
        (
            await site.SendAsync(
                "PATCH",
                $"/comments/{comment}",
                new { body = "The second text" },
                site.Token("ada")
            )
        ).Expect(200);
        await site.DecideAsync(comment, "reject", "lena");
        await using var visit = await browser.SitAtAsync(
            site,
            "desk",
            Role.Moderator,
            options: new()
            {
                ViewportSize = new() { Width = 360, Height = 740 },
            }
        );

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Log" }).ClickAsync();
        var rows = visit.Page.GetByRole(AriaRole.Row);
        await rows.Nth(1).SaysAsync("The second text");
        await rows.Nth(2).SaysAsync("The first text");

        await visit.AssertFitsAsync("the log");
        visit.AssertQuiet();
    }

    [Fact]
    public async Task A_rule_shows_what_it_would_have_caught_before_it_is_saved()
    {
        var site = await store.ASiteAsync(new { suspectWords = new[] { "casino" } });
        var article = await site.AnArticleAsync();
        foreach (
            var (body, i) in ((string[])["A casino", "A zeppelin", "Another zeppelin"]).Select(
                (b, i) => (b, i)
            )
        )
            await site.ACommentAsync(article, $"reader{i}", body);
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Admin);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        var words = visit.Page.GetByLabel("Suspect words");
        await Assertions.Expect(words).ToHaveAccessibleDescriptionAsync("one per line 1 caught");
        await words.FillAsync("casino\nzeppelin");
        await Assertions.Expect(words).ToHaveAccessibleDescriptionAsync("one per line 3 caught (now 1)");
        await visit
            .Page.GetByText("Of 3 posts and edits: 3 held (now 1), 0 rejected (now 0), 2 treated otherwise")
            .WaitForAsync();
        Assert.Equal(1, (await site.LookAsync("")).GetProperty("suspectWords").GetArrayLength());
        await visit.Page.GetByLabel("Suspect patterns").FillAsync("(");
        await Assertions
            .Expect(visit.Page.GetByLabel("Suspect patterns"))
            .ToHaveAttributeAsync("aria-invalid", "true");
        await visit.Page.GetByLabel("Suspect patterns").FillAsync("");
        await visit.Button("Save").ClickAsync();
        await visit.Messages().SaysAsync("Saved.");

        Assert.Equal(2, (await site.LookAsync("")).GetProperty("suspectWords").GetArrayLength());
        visit.AssertQuiet(Invalid());
    }

    [GeneratedRegex("status of (400|404)")]
    private static partial Regex Unknown();

    [GeneratedRegex("status of 400")]
    private static partial Regex Invalid();

    [GeneratedRegex("lena rejected ada .* First Spam Not again")]
    private static partial Regex TheRejection();

    [GeneratedRegex("mona taken back: rejected ada .* First")]
    private static partial Regex TheUndoing();
}
