using System.Text.RegularExpressions;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

/// <summary>
/// Whoever is shadowed can't tell: all that they are answered is what somebody in good standing is who does the same. And
/// nothing that they do makes a difference to anybody else.
/// </summary>
public partial class ShadowLawTests(Store store)
{
    const string Sly = "sly";
    const string Good = "goodie";

    static readonly object Rules = new
    {
        bannedWords = new[] { "drivel" },
        suspectWords = new[] { "hmm" },
        newCommentersHeldForReview = 0,
    };

    /// <summary>Two people who have written the same; one of them is then shadowed.</summary>
    async Task<TestSite> ASiteAsync(object? settings = null)
    {
        var site = await store.ASiteAsync(settings ?? Rules);
        foreach (var (who, article) in Both)
        {
            (await site.PutArticleAsync(article)).Expect(201);
            await site.ACommentAsync(article, who, "Before");
        }
        (await site.ModerateAsync($"/commenters/{Sly}/shadow", new { reason = "Trolls" })).Expect(200);
        return site;
    }

    static (string Who, string Article)[] Both => [(Sly, "a-1"), (Good, "b-1")];

    /// <summary>What both are answered, but for who and when and which.</summary>
    static string Plain(Reply reply) =>
        $"{reply.Status} {reply.Headers.GetValueOrDefault("Cache-Control")} "
        + Names().Replace(Ids().Replace(Times().Replace(reply.Text, "T"), "I"), "N");

    /// <summary>Both do it, each on an article of their own; both are answered alike.</summary>
    static async Task<(Reply Sly, Reply Good)> BothAsync(
        TestSite site,
        Func<string, string, string, Task<Reply>> act
    )
    {
        var (sly, good) = (await act(Sly, "a-1", site.Token(Sly)), await act(Good, "b-1", site.Token(Good)));
        Assert.Equal(Plain(good), Plain(sly));
        return (sly, good);
    }

    [Theory]
    [InlineData("A plain text", "post")]
    [InlineData("A plain text", "pre")]
    [InlineData("Such drivel", "post")]
    [InlineData("Such drivel", "pre")]
    [InlineData("hmm, well", "post")]
    public async Task What_is_answered_is_what_anybody_is_answered(string text, string mode)
    {
        var site = await ASiteAsync();
        (
            await site.SendAsync("PUT", "", new { moderationMode = mode }, site.Token("root", Role.Admin))
        ).Expect(200);
        object body = new { body = text };

        await BothAsync(
            site,
            (_, a, t) => site.SendAsync("POST", $"/articles/{a}/comments?dryRun=true", body, t)
        );
        var (sly, good) = await BothAsync(
            site,
            (_, a, t) => site.SendAsync("POST", $"/articles/{a}/comments", body, t)
        );
        Assert.Equal(201, sly.Status);
        var id = new Dictionary<string, Guid> { [Sly] = sly["id"].GetGuid(), [Good] = good["id"].GetGuid() };
        await BothAsync(site, (w, _, t) => site.GetAsync($"/comments/{id[w]}", t));
        await BothAsync(site, (w, _, t) => site.GetAsync($"/comments/{id[w]}/replies", t));
        await BothAsync(site, (w, _, t) => site.GetAsync($"/commenters/{w}/comments", t));
        await BothAsync(site, (w, _, t) => site.GetAsync($"/commenters/{w}", t));
        await BothAsync(
            site,
            (w, _, t) => site.SendAsync("POST", $"/comments/{id[w]}/appeal", new { text = "Why?" }, t)
        );
        await BothAsync(
            site,
            async (w, a, t) =>
            {
                var reply = new { body = "To myself", parentId = id[w] };
                return await site.SendAsync("POST", $"/articles/{a}/comments", reply, t);
            }
        );
        await BothAsync(site, (w, _, t) => site.GetAsync($"/comments/{id[w]}", t));
        await BothAsync(site, (w, _, t) => site.GetAsync($"/comments/{id[w]}/replies", t));
        await BothAsync(
            site,
            (w, _, t) => site.SendAsync("PATCH", $"/comments/{id[w]}", new { body = "Mended" }, t)
        );
        await BothAsync(site, (w, _, t) => site.GetAsync($"/comments/{id[w]}", t));
        await BothAsync(site, (w, _, t) => HistoryAsync(site, id[w], t));
        await BothAsync(site, (w, _, t) => site.GetAsync($"/commenters/{w}/comments", t));
        await BothAsync(site, (w, _, t) => site.SendAsync("DELETE", $"/comments/{id[w]}", token: t));
        await BothAsync(site, (w, _, t) => site.GetAsync($"/comments/{id[w]}", t));
    }

    static Task<Reply> HistoryAsync(TestSite site, Guid id, string token) =>
        site.GetAsync($"/comments/{id}/history", token);

    [Fact]
    public async Task What_is_held_for_newcomers_goes_by_what_they_believe_was_published()
    {
        var site = await ASiteAsync(new { newCommentersHeldForReview = 2 });
        // one is approved for each: the next one is held still, the one after that is not
        foreach (var (who, article) in Both)
        {
            var first = (await site.PostAsync(article, who, "First")).Expect(201)["id"].GetGuid();
            await site.DecideAsync(first, "approve");
        }
        for (var i = 0; i < 3; i++)
        {
            var text = $"Number {i}";
            await BothAsync(
                site,
                (_, a, t) => site.SendAsync("POST", $"/articles/{a}/comments", new { body = text }, t)
            );
        }
    }

    [Fact]
    public async Task Their_reactions_and_flags_count_for_nobody_else_and_look_to_them_as_if_they_did()
    {
        var site = await ASiteAsync(new { flagsHeldForReview = 1 });
        (await site.PutArticleAsync("x")).Expect(201);
        var comment = await site.ACommentAsync("x", "ada", "Like me");
        Task<Reply> ReactAsync(string method, string kind, string who) =>
            site.SendAsync(method, $"/comments/{comment}/reactions/{kind}", token: site.Token(who));
        async Task<string> SeenAsync() =>
            (await site.GetAsync($"/comments/{comment}")).Expect(200).Text
            + (await site.GetAsync("/commenters/ada")).Text
            + (await site.GetAsync("/articles/x/comments?sort=best")).Text
            + (await site.LookAsync("/moderation/queue?state=flagged")).GetRawText()
            + (await site.LookAsync("/moderation/counts")).GetRawText();
        (await ReactAsync("PUT", "like", "ben")).Expect(200);
        var before = await SeenAsync();

        var liked = (await ReactAsync("PUT", "like", Sly)).Expect(200);
        Assert.Equal("""{"reactions":{"like":2}}""", liked.Text);
        Assert.Equal(201, (await site.FlagAsync(comment, Sly)).Status);
        Assert.Equal(200, (await site.FlagAsync(comment, Sly)).Status);

        Assert.Equal(before, await SeenAsync());
        var me = (await site.GetAsync("/articles/x/me", site.Token(Sly))).Expect(200);
        Assert.Equal("like", me["reactions"].GetProperty($"{comment}").GetString());
        Assert.Equal(comment, Assert.Single(me["flags"].EnumerateArray()).GetGuid());
        var events = await site.CountEventsAsync();
        Assert.Equal("""{"reactions":{"like":2}}""", (await ReactAsync("PUT", "like", Sly)).Expect(200).Text);
        Assert.Equal(events, await site.CountEventsAsync());
        Assert.Equal(
            """{"reactions":{"dislike":1,"like":1}}""",
            (await ReactAsync("PUT", "dislike", Sly)).Expect(200).Text
        );
        Assert.Equal("""{"reactions":{"like":1}}""", (await ReactAsync("DELETE", "dislike", Sly)).Text);
        Assert.Equal(before, await SeenAsync());

        // out of the shadow, what they do again counts
        (await ReactAsync("PUT", "like", Sly)).Expect(200);
        (await site.ModerateAsync($"/commenters/{Sly}/reinstate")).Expect(200);
        Assert.Equal(before, await SeenAsync());
        Assert.Equal("""{"reactions":{"like":2}}""", (await ReactAsync("PUT", "like", Sly)).Expect(200).Text);
        Assert.NotEqual(before, await SeenAsync());
        Assert.Contains("\"like\":2", (await site.GetAsync($"/comments/{comment}")).Text);
    }

    [Fact]
    public async Task A_reaction_from_before_is_taken_back_like_anybodys()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("x")).Expect(201);
        var comment = await site.ACommentAsync("x", "ada", "Like me");
        Task<Reply> ReactAsync(string method, string kind) =>
            site.SendAsync(method, $"/comments/{comment}/reactions/{kind}", token: site.Token(Sly));
        (await ReactAsync("PUT", "like")).Expect(200);
        (await site.ModerateAsync($"/commenters/{Sly}/shadow")).Expect(200);

        Assert.Equal(
            """{"reactions":{"dislike":1}}""",
            (await ReactAsync("PUT", "dislike")).Expect(200).Text
        );
        Assert.Contains("\"reactions\":{}", (await site.GetAsync($"/comments/{comment}")).Text);
        Assert.Equal("""{"reactions":{}}""", (await ReactAsync("DELETE", "dislike")).Expect(200).Text);
        Assert.Contains("\"reactions\":{}", (await site.GetAsync($"/comments/{comment}")).Text);
    }

    [Fact]
    public async Task What_was_written_in_the_shadow_stays_there_when_its_author_is_reinstated()
    {
        var site = await ASiteAsync();
        var id = (await site.PostAsync("a-1", Sly, "Nobody hears")).Expect(201)["id"].GetGuid();
        (await site.ModerateAsync($"/commenters/{Sly}/reinstate")).Expect(200);

        var edited = await site.SendAsync(
            "PATCH",
            $"/comments/{id}",
            new { body = "Louder" },
            site.Token(Sly)
        );
        var answered = await site.PostAsync("a-1", Sly, "And to myself", id);

        Assert.Equal("published", edited.Expect(200)["state"].GetString());
        Assert.Equal("published", answered.Expect(201)["state"].GetString());
        (await site.GetAsync($"/comments/{id}")).Expect(404);
        (await site.GetAsync($"/comments/{answered["id"].GetGuid()}")).Expect(404);
        Assert.Equal(
            "published",
            (await site.PostAsync("a-1", Sly, "Anew")).Expect(201)["state"].GetString()
        );
        await Walk.AssertLawOfCountsAsync(site, "a-1");
        Assert.Equal(2, (await site.GetAsync("/articles/a-1/comments"))["commentCount"].GetInt32());
    }

    [Fact]
    public async Task A_ban_that_takes_all_comments_takes_those_in_the_shadow_and_gives_them_back()
    {
        var site = await ASiteAsync();
        var id = (await site.PostAsync("a-1", Sly, "Nobody hears")).Expect(201)["id"].GetGuid();
        var before = await site.RowsAsync();

        (
            await site.ModerateAsync(
                $"/commenters/{Sly}/ban",
                new { reason = "Enough", rejectComments = true }
            )
        ).Expect(200);
        var own = (await site.GetAsync($"/comments/{id}", site.Token(Sly))).Expect(200);
        Assert.Equal("rejected", own["state"].GetString());
        var ban = await site.NewestDecisionAsync();
        (await site.ModerateAsync($"/moderation/log/{ban}/undo")).Expect(200);

        Assert.Equal(before, await site.RowsAsync());
    }

    [Fact]
    public async Task A_classifier_that_holds_it_is_told_as_to_anybody()
    {
        var site = await ASiteAsync();
        foreach (var (who, article) in Both)
        {
            var id = (await site.PostAsync(article, who, "Doubtful")).Expect(201)["id"].GetGuid();
            async Task<string?> JudgeAsync(string action, int version)
            {
                var verdict = new
                {
                    classifier = action,
                    version,
                    score = 0.9,
                    action,
                };
                (
                    await site.SendAsync(
                        "POST",
                        $"/comments/{id}/verdicts",
                        verdict,
                        site.Token("bot", Role.Service)
                    )
                ).Expect(200);
                return (await site.GetAsync($"/comments/{id}", site.Token(who)))
                    .Expect(200)["state"]
                    .GetString();
            }

            Assert.Equal("pending", await JudgeAsync("hold", 1));
            Assert.Equal("published", await JudgeAsync("release", 1));
            (await site.GetAsync($"/comments/{id}")).Expect(who == Sly ? 404 : 200);
        }
    }

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")]
    private static partial Regex Times();

    [GeneratedRegex(
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|\"position\":[0-9]+|\"traceId\":\"[^\"]*"
    )]
    private static partial Regex Ids();

    [GeneratedRegex("sly|goodie|a-1|b-1")]
    private static partial Regex Names();
}
