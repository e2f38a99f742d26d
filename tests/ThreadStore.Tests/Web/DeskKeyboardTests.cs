using Microsoft.Playwright;
using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Web;

/// <summary>A moderator who has no mouse.</summary>
[Collection(nameof(Browser))]
public class DeskKeyboardTests(Store store, Browser browser)
{
    static readonly string[] Reasons =
    [
        "spam",
        "offensive",
        "harassment",
        "misinformation",
        "illegal",
        "offTopic",
        "bannedWord",
        "other",
    ];

    [Fact]
    public async Task A_hundred_decisions_by_keyboard_end_as_the_log_says()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var article = await site.AnArticleAsync();
        var comments = new List<Guid>();
        for (var i = 0; i < 100; i++)
            comments.Add(await site.ACommentAsync(article, $"reader{i % 7}", $"Remark {i}"));
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);
        await visit.LiveAsync();
        var expected = new Dictionary<Guid, (string, string?)>();

        for (var i = 0; i < comments.Count; i++)
            if (i % 3 == 1)
            {
                var reason = i % Reasons.Length;
                await visit.PressAsync("r", $"{reason + 1}");
                expected[comments[i]] = ("reject", Reasons[reason]);
            }
            else
            {
                await visit.PressAsync("a");
                expected[comments[i]] = ("approve", null);
            }

        await visit.Page.GetByText("Nothing waits here.").WaitForAsync();
        await Until.TrueAsync(
            async () => (await site.LoggedAsync()).Count == comments.Count,
            "all decisions in the log"
        );
        Assert.Equal(expected.OrderBy(e => e.Key), (await site.LoggedAsync()).OrderBy(e => e.Key));
        Assert.Equal(
            """{"pending":0,"flagged":0}""",
            (await site.LookAsync("/moderation/counts")).GetRawText()
        );
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Keys_move_skip_feature_and_take_back()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var article = await site.AnArticleAsync();
        var (ada, ben, cleo) = (
            await site.ACommentAsync(article, "ada", "First"),
            await site.ACommentAsync(article, "ben", "Second"),
            await site.ACommentAsync(article, "cleo", "Third")
        );
        await site.ModerateAsync("/moderation/claims", new { ids = new[] { ben } }, "lena");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);
        await visit.LiveAsync();
        await Assertions.Expect(visit.Comment("ada")).ToBeFocusedAsync();

        await visit.PressAsync("j");
        await Assertions.Expect(visit.Comment("ben")).ToBeFocusedAsync();
        await visit.PressAsync("k", "z"); // ben's is in another's hands
        await Assertions.Expect(visit.Comment("cleo")).ToBeFocusedAsync();
        await visit.PressAsync("f");
        await Assertions.Expect(visit.Comment("cleo")).ToHaveCountAsync(0);
        await visit.PressAsync("u");
        await visit.Messages().SaysAsync("Taken back: Feature, cleo");
        await Assertions.Expect(visit.Comment("cleo")).ToBeFocusedAsync();
        await visit.PressAsync("k", "f");
        await Until.TrueAsync(
            async () =>
                (await site.GetAsync($"/comments/{ben}")) is { Status: 200 } now
                && now["featured"].GetBoolean(),
            "a featured comment"
        );
        await visit.PressAsync("?");
        await visit.Page.GetByRole(AriaRole.Dialog, new() { Name = "What the keys do" }).WaitForAsync();
        await visit.PressAsync("a", "Escape"); // no key acts behind a dialog

        Assert.Equal("feature", (await site.LoggedAsync())[ben].Action);
        Assert.Equal("undo", (await site.LoggedAsync())[cleo].Action);
        Assert.DoesNotContain(ada, (await site.LoggedAsync()).Keys);
        visit.AssertQuiet();
    }

    [Fact]
    public async Task A_ban_that_takes_comments_away_is_taken_back_with_a_key()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var article = await site.AnArticleAsync();
        foreach (var n in (string[])["One", "Two"])
            await site.ACommentAsync(article, "troll", n);
        await site.ACommentAsync(article, "ada", "Kind words");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);
        await visit.LiveAsync();

        await visit.PressAsync("b");
        await visit.Page.GetByRole(AriaRole.Dialog, new() { Name = "Ban troll" }).WaitForAsync();
        await visit.Page.Keyboard.TypeAsync("Insults everybody");
        await visit.Page.GetByLabel("Take all of their comments away").FocusAsync();
        await visit.PressAsync("Space", "Enter");
        await visit.Messages().SaysAsync("Decided: Ban, troll");
        await Assertions.Expect(visit.Comment("troll")).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Comment("ada")).ToBeFocusedAsync();
        Assert.Equal(
            "banned",
            (await site.LookAsync("/commenters/troll")).GetProperty("standing").GetString()
        );
        await visit.PressAsync("u");
        await visit
            .Messages()
            .SaysAsync("Taken back: Ban, troll. Now: in good standing. 2 comments are as they were.");

        await Assertions.Expect(visit.Comment("troll")).ToHaveCountAsync(2);
        Assert.Equal("good", (await site.LookAsync("/commenters/troll")).GetProperty("standing").GetString());
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Who_turns_single_keys_off_types_in_peace()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "First");
        await using var visit = await browser.SitAtAsync(site, "desk", Role.Moderator);
        await visit.LiveAsync();

        await visit.PressAsync("?");
        await visit.Page.GetByLabel("Single keys act").FocusAsync();
        await visit.PressAsync("Space", "Escape", "a", "x");

        await Assertions.Expect(visit.Comment("ada")).ToBeVisibleAsync();
        Assert.Empty(await site.LoggedAsync());
    }
}
