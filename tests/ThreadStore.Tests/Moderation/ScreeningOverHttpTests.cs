using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public sealed class ScreeningOverHttpTests(Store store)
{
    static async Task<string[]> VerdictsAsync(TestSite site, Guid comment) =>
        [
            .. (await site.GetAsync($"/comments/{comment}/history", site.Token("mod", Role.Moderator)))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(i =>
                    string.Join(
                        ' ',
                        i.GetProperty("data")
                            .GetProperty("verdicts")
                            .EnumerateArray()
                            .Select(v => $"{v.GetProperty("rule")}:{v.GetProperty("state")}")
                    )
                ),
        ];

    [Fact]
    public async Task A_comment_is_held_or_rejected_and_every_verdict_is_recorded()
    {
        var site = await store.ASiteAsync(
            new { bannedWords = new[] { "poison" }, suspectWords = new[] { "cure all" } }
        );
        var article = await site.AnArticleAsync();

        var fine = (await site.PostAsync(article, "ada", "Fine")).Expect(201);
        var held = (await site.PostAsync(article, "ada", "The Cure  All!")).Expect(201);
        var rejected = (await site.PostAsync(article, "ada", "POISON, cure all")).Expect(201);

        Assert.Equal("published", fine["state"].GetString());
        Assert.Equal("pending", held["state"].GetString());
        Assert.Equal("rejected", rejected["state"].GetString());
        Assert.Equal("rule", rejected["removedBy"].GetString());
        Assert.Equal(["bannedWord: suspectWord:"], await VerdictsAsync(site, fine["id"].GetGuid()));
        Assert.Equal(
            ["bannedWord:rejected suspectWord:pending"],
            await VerdictsAsync(site, rejected["id"].GetGuid())
        );
        await Walk.AssertLawOfCountsAsync(site, article);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_become_of_a_comment_and_why()
    {
        var site = await store.ASiteAsync(
            new
            {
                bannedWords = new[] { "poison" },
                suspectPatterns = new[] { @"\d+ €" },
                newCommentersHeldForReview = 1,
            }
        );
        var article = await site.AnArticleAsync();
        var events = await site.CountEventsAsync();

        var answer = (
            await site.SendAsync(
                "POST",
                $"/articles/{article}/comments?dryRun=true",
                new { body = "Poison for 20 €" },
                site.Token("ada")
            )
        ).Expect(200);

        Assert.Equal("rejected", answer["state"].GetString());
        Assert.Equal(
            // the words that matched are for moderators alone
            """[{"rule":"bannedWord","match":null},{"rule":"suspectPattern","match":null},{"rule":"newCommenter","match":null}]""",
            answer["reasons"].GetRawText()
        );
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task Settings_that_change_judge_the_next_comment()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "poison 1");

        (
            await site.SendAsync(
                "PUT",
                "",
                new { bannedWords = new[] { "poison" }, floodHeldForReview = 2 },
                site.Token("root", Role.Admin)
            )
        ).Expect(200);

        Assert.Equal(
            "rejected",
            (await site.PostAsync(article, "ada", "poison 2")).Expect(201)["state"].GetString()
        );
        // two were written within a minute, before and after the change
        Assert.Equal("pending", (await site.PostAsync(article, "ada", "3")).Expect(201)["state"].GetString());
    }

    [Fact]
    public async Task Of_comments_at_once_no_more_than_allowed_in_a_minute_are_published()
    {
        var site = await store.ASiteAsync(new { floodHeldForReview = 3 });
        var article = await site.AnArticleAsync();

        var posted = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => site.PostAsync(article, "ada", $"Text {i}"))
        );

        Assert.Equal(3, posted.Count(p => p.Expect(201)["state"].GetString() == "published"));
        Assert.Equal(5, posted.Count(p => p["state"].GetString() == "pending"));
        // others are not slowed
        Assert.Equal("published", (await site.PostAsync(article, "ben", "x"))["state"].GetString());
    }

    [Fact]
    public async Task The_same_text_on_another_article_is_held()
    {
        var site = await store.ASiteAsync(new { repeatedTextHeldForReview = true });
        var (first, second) = (await site.AnArticleAsync(), await site.AnArticleAsync());
        await site.ACommentAsync(first, "ada", "Vote for me");
        var other = await site.ACommentAsync(second, "ada", "Something else");

        var repeated = await site.PostAsync(second, "ada", "Vote for me");
        var byAnother = await site.PostAsync(second, "ben", "Vote for me");
        var edited = await site.SendAsync(
            "PATCH",
            $"/comments/{other}",
            new { body = "Vote for me" },
            site.Token("ada")
        );

        Assert.Equal("pending", repeated.Expect(201)["state"].GetString());
        Assert.Equal("published", byAnother.Expect(201)["state"].GetString());
        Assert.Equal("pending", edited.Expect(200)["state"].GetString());
    }

    [Fact]
    public async Task New_commenters_are_held_until_enough_of_theirs_is_published()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Before the setting");
        (
            await site.SendAsync(
                "PUT",
                "",
                new { newCommentersHeldForReview = 1 },
                site.Token("root", Role.Admin)
            )
        ).Expect(200);

        Assert.Equal("published", (await site.PostAsync(article, "ada", "x"))["state"].GetString());
        Assert.Equal("pending", (await site.PostAsync(article, "ben", "x"))["state"].GetString());
        Assert.Equal("pending", (await site.PostAsync(article, "ben", "y"))["state"].GetString());
    }

    [Theory]
    [InlineData("poison", "rejected")]
    [InlineData("doubtful", "pending")]
    [InlineData("fine", "published")]
    public async Task An_edit_is_screened_again(string body, string state)
    {
        var site = await store.ASiteAsync(
            new { bannedWords = new[] { "poison" }, suspectWords = new[] { "doubtful" } }
        );
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "First");

        var edited = await site.SendAsync("PATCH", $"/comments/{id}", new { body }, site.Token("ada"));
        // what was objected to is not free again because its author mended it
        var mended = await site.SendAsync(
            "PATCH",
            $"/comments/{id}",
            new { body = "Better" },
            site.Token("ada")
        );

        Assert.Equal(state, edited.Expect(200)["state"].GetString());
        Assert.Equal(state == "published" ? "published" : "pending", mended.Expect(200)["state"].GetString());
        await Walk.AssertLawOfCountsAsync(site, article);
    }

    [Fact]
    public async Task A_pattern_that_would_backtrack_is_refused_before_the_settings_change()
    {
        var site = await store.ASiteAsync();

        var refused = await site.SendAsync(
            "PUT",
            "",
            new { bannedPatterns = new[] { @"(a)\1" } },
            site.Token("root", Role.Admin)
        );

        Assert.Equal("validation", refused.Expect(400)["code"].GetString());
        Assert.Contains("bannedPatterns", refused.Text, StringComparison.Ordinal);
    }
}
