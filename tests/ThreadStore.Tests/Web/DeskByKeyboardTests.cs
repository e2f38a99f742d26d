using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

/// <summary>A decision of each kind by keyboard alone, on a phone's screen as on a large one, in two languages.</summary>
[Collection(nameof(Browser))]
public partial class DeskByKeyboardTests(Store store, Browser browser)
{
    /// <summary>What the desk says.</summary>
    sealed record Said(
        string CommentBy,
        string Own,
        string Approved,
        string Rejected,
        string Featured,
        string BanTitle,
        string Banned,
        string Unbanned,
        string Bulk,
        string BulkBack,
        string Rejection
    );

    static readonly Dictionary<string, Said> Languages = new()
    {
        ["en-US"] = new(
            "Comment by {0}",
            "Nobody decides on what they wrote themselves.",
            "Decided: Approve, ada",
            "Decided: Reject (Offensive), ben",
            "Decided: Feature, cleo",
            "Ban dora",
            "Decided: Ban, dora",
            "Taken back: Ban, dora. Now: in good standing.",
            "2 decided.",
            "Taken back: Approve, Bulk. 2 comments are as they were.",
            "Reject: for which reason?"
        ),
        ["de-DE"] = new(
            "Kommentar von {0}",
            "Niemand entscheidet über eigene Texte.",
            "Entschieden: Freigeben, ada",
            "Entschieden: Ablehnen (Beleidigend), ben",
            "Entschieden: Hervorheben, cleo",
            "dora ausschließen",
            "Entschieden: Ausschließen, dora",
            "Zurückgenommen: Ausschließen, dora. Jetzt: unbescholten.",
            "2 entschieden.",
            "Zurückgenommen: Freigeben, Sammelentscheidung. 2 Kommentare sind wie zuvor.",
            "Ablehnen: aus welchem Grund?"
        ),
    };

    [Theory]
    [InlineData("en-US", 1280)]
    [InlineData("en-US", 360)]
    [InlineData("de-DE", 1280)]
    [InlineData("de-DE", 360)]
    public async Task Each_kind_of_decision_is_taken_and_taken_back(string language, int width)
    {
        var said = Languages[language];
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var article = await site.AnArticleAsync();
        var comments = new Dictionary<string, Guid>();
        foreach (var by in (string[])["mona", "ada", "ben", "cleo", "dora", "eve"])
            comments[by] = await site.ACommentAsync(article, by, $"By {by}");
        await using var visit = await browser.SitAtAsync(
            site,
            "desk",
            Role.Moderator,
            options: new()
            {
                ViewportSize = new() { Width = width, Height = 740 },
                Locale = language,
            }
        );
        await Expect(Comment("mona")).ToBeFocusedAsync();

        // the comment is opened; on a narrow screen it takes the place of the list
        await visit.PressAsync("Enter");
        await Expect(Detail("mona")).ToBeVisibleAsync();
        await Expect(Comment("ada")).ToBeVisibleAsync(new() { Visible = width > 900 });
        await visit.PressAsync("a");
        await visit.Messages(said.Own).WaitForAsync();
        await Expect(Detail("ada")).ToBeVisibleAsync();
        await visit.PressAsync("a");
        await visit.Messages(said.Approved).WaitForAsync();
        await Expect(Detail("ben")).ToBeVisibleAsync();
        await visit.PressAsync("r");
        await visit.Page.GetByRole(AriaRole.Dialog, new() { Name = said.Rejection }).WaitForAsync();
        await visit.PressAsync("2");
        await visit.Messages(said.Rejected).WaitForAsync();
        await Expect(Detail("cleo")).ToBeVisibleAsync();
        await visit.PressAsync("f");
        await visit.Messages(said.Featured).WaitForAsync();
        await Expect(Detail("dora")).ToBeVisibleAsync();
        await visit.AssertFitsAsync("the comment");
        await visit.PressAsync("b");
        await visit.Page.GetByRole(AriaRole.Dialog, new() { Name = said.BanTitle }).WaitForAsync();
        await visit.Page.Keyboard.TypeAsync("Insults everybody");
        await visit.PressAsync("Enter");
        await visit.Messages(said.Banned).WaitForAsync();
        await visit.PressAsync("u");
        await visit.Messages(said.Unbanned).WaitForAsync();
        // and back to the list, where several are chosen
        await visit.PressAsync("Escape");
        await Expect(Comment("dora")).ToBeVisibleAsync();
        await visit.PressAsync("x", "j", "x", "Shift+A");
        await visit.Messages(said.Bulk).WaitForAsync();
        await visit.PressAsync("u");
        await visit.Messages(said.BulkBack).WaitForAsync();
        await Expect(Comment("dora")).ToBeFocusedAsync();
        await visit.AssertFitsAsync("the list");

        Assert.Equal(
            [
                ("ada", "approve", null),
                ("ben", "reject", "offensive"),
                ("cleo", "feature", null),
                ("dora", "undo", null),
                ("eve", "undo", null),
            ],
            (await site.LoggedAsync())
                .Select(e => (comments.Single(c => c.Value == e.Key).Key, e.Value.Action, e.Value.Reason))
                .OrderBy(e => e.Key)
        );
        visit.AssertQuiet(Refused());

        ILocator Comment(string by) => visit.Page.GetByRole(AriaRole.Article, Named(by));
        ILocator Detail(string by) =>
            visit.Page.GetByRole(AriaRole.Region, new() { Name = Named(by).Name, Exact = true });
        PageGetByRoleOptions Named(string by) =>
            new() { Name = string.Format(CultureInfo.InvariantCulture, said.CommentBy, by), Exact = true };
    }

    /// <summary>The last comment of a queue takes its buttons with it.</summary>
    [Fact]
    public async Task What_was_decided_last_is_taken_back_where_it_is_told_in_every_room()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "First");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);
        await visit.LiveAsync();

        await visit.Button("Reject …").ClickAsync();
        await visit.Button("Spam").ClickAsync();
        await visit.Page.GetByText("Nothing waits here.").WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Log" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Row, new() { NameRegex = Rejected() }).WaitForAsync();
        await visit.Messages().GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Row, new() { NameRegex = TakenBack() }).WaitForAsync();
        await visit.Messages().SaysAsync("Taken back: Reject (Spam), ada");
        await visit.Messages().SaysAsync("Now: held.");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Queue" }).ClickAsync();

        await Expect(visit.Comment("ada")).ToBeVisibleAsync();
        Assert.Equal("undo", (await site.LoggedAsync())[comment].Action);
        visit.AssertQuiet();
    }

    [GeneratedRegex("status of 403")]
    private static partial Regex Refused();

    [GeneratedRegex("mona rejected ada .* First Spam")]
    private static partial Regex Rejected();

    [GeneratedRegex("mona taken back: rejected ada .* First")]
    private static partial Regex TakenBack();
}
