using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

/// <summary>Nobody judges their own matter, and bans and suspensions take all roles with them.</summary>
public class OwnMatterTests(Store store)
{
    const string Mona = "mona";
    const Role Everything = Role.Moderator | Role.Analyst | Role.Service | Role.Admin;

    [Theory]
    [InlineData("approve")]
    [InlineData("reject")]
    [InlineData("feature")]
    [InlineData("unfeature")]
    [InlineData("restore")]
    [InlineData("lock")]
    [InlineData("unlock")]
    public async Task A_moderator_does_not_decide_on_their_own_comment(string action)
    {
        var site = await store.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), Mona, "I was there");
        if (action == "restore")
            await site.DecideAsync(comment, "reject", by: "max");
        var events = await site.CountEventsAsync();
        object? body = action == "reject" ? new { reason = "spam" } : null;

        (await site.ModerateAsync($"/comments/{comment}/{action}", body)).ExpectProblem(403, "forbidden");
        var bulk = await site.ModerateAsync(
            "/moderation/decisions",
            new
            {
                decisions = new[]
                {
                    new
                    {
                        id = comment,
                        action,
                        reason = action == "reject" ? "spam" : null,
                    },
                },
            }
        );

        var outcome = bulk.Expect(200)["outcomes"][0];
        Assert.Equal(403, outcome.GetProperty("status").GetInt32());
        Assert.Equal("forbidden", outcome.GetProperty("code").GetString());
        Assert.Equal(events, await site.CountEventsAsync());
        (await site.ModerateAsync($"/comments/{comment}/{action}", body, by: "max")).Expect(200);
    }

    [Theory]
    [InlineData("ban")]
    [InlineData("suspend")]
    [InlineData("shadow")]
    [InlineData("warn")]
    [InlineData("premoderate")]
    [InlineData("reinstate")]
    [InlineData("notes")]
    public async Task A_moderator_does_not_decide_about_themselves(string action)
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), Mona, "I was there");
        (await site.ModerateAsync($"/commenters/{Mona}/premoderate", new { }, by: "max")).Expect(200);
        var events = await site.CountEventsAsync();
        object body = action switch
        {
            "suspend" => new { reason = "So", until = DateTimeOffset.UtcNow.AddDays(1) },
            "warn" => new { message = "So" },
            "notes" => new { text = "So" },
            _ => new { reason = "So" },
        };

        (await site.ModerateAsync($"/commenters/{Mona}/{action}", body)).ExpectProblem(403, "forbidden");

        Assert.Equal(events, await site.CountEventsAsync());
        (await site.ModerateAsync($"/commenters/{Mona}/{action}", body, by: "max")).Expect(200);
        // also where they never wrote a word
        (await site.ModerateAsync("/commenters/newman/" + action, body, by: "newman")).ExpectProblem(
            403,
            "forbidden"
        );
    }

    [Fact]
    public async Task A_moderator_does_not_take_back_what_was_decided_about_them_or_what_they_wrote()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var (own, others) = (
            await site.ACommentAsync(article, Mona, "I was there"),
            await site.ACommentAsync(article, "ada", "So was I")
        );
        (await site.ModerateAsync($"/commenters/{Mona}/premoderate", new { }, by: "max")).Expect(200);
        await UndoAsync(403);
        await site.DecideAsync(own, "reject", by: "max");
        await UndoAsync(403);
        var decisions = new[]
        {
            new { id = own, action = "approve" },
            new { id = others, action = "approve" },
        };
        (await site.ModerateAsync("/moderation/decisions", new { decisions }, by: "max")).Expect(200);

        // of a bulk, what is their own stays
        var undone = await UndoAsync(200, "?bulk=true");

        Assert.Equal(own, Assert.Single(undone["left"].EnumerateArray()).GetGuid());
        Assert.Single(undone["comments"].EnumerateArray());

        async Task<Reply> UndoAsync(int status, string query = "")
        {
            var position = await site.NewestDecisionAsync();
            return (await site.ModerateAsync($"/moderation/log/{position}/undo{query}")).Expect(status);
        }
    }

    [Fact]
    public async Task A_warning_is_acknowledged_by_a_moderator_as_by_anybody()
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), Mona, "I was there");
        (await site.ModerateAsync($"/commenters/{Mona}/warn", new { message = "So" }, by: "max")).Expect(200);

        (await site.ModerateAsync("/me/acknowledge")).Expect(200);
    }

    [Theory]
    [InlineData("ban")]
    [InlineData("suspend")]
    public async Task A_ban_or_a_suspension_takes_every_role_with_it(string action)
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, Mona, "I was there");
        var held = await site.ACommentAsync(article, "ada", "So was I");
        await site.DecideAsync(held, "reject", by: "max");
        string[] tokens = [site.Token(Mona, Everything), Store.Token("*", Mona, Everything)];
        object body =
            action == "ban"
                ? new { reason = "Abuse" }
                : new { reason = "Abuse", until = DateTimeOffset.UtcNow.AddDays(1) };

        (await site.ModerateAsync($"/commenters/{Mona}/{action}", body, by: "max")).Expect(200);
        var events = await site.CountEventsAsync();

        foreach (var token in tokens)
        {
            foreach (
                var (method, path) in ((string, string)[])
                    [
                        ("GET", "/moderation/queue"),
                        ("GET", "/moderation/log"),
                        ("POST", $"/comments/{held}/approve"),
                        ("POST", $"/commenters/{Mona}/reinstate"),
                        ("POST", $"/commenters/ada/ban"),
                        ("GET", "/events"),
                        ("GET", "/analytics/activity"),
                        ("GET", "/articles/x/comments?atPosition=1"),
                        ("PUT", "/articles/x"),
                        ("PUT", ""),
                        ("GET", ""),
                    ]
            )
                (await site.SendAsync(method, path, token: token)).ExpectProblem(403, "forbidden");
            // what a moderator sees beyond others
            (await site.GetAsync($"/comments/{held}", token)).Expect(404, "comment-not-found");
            (await site.GetAsync($"/commenters/ada/comments", token)).Expect(200);
            Assert.Equal("null", (await site.GetAsync("/commenters/ada", token))["standing"].GetRawText());
            (await site.SendAsync("DELETE", $"/comments/{held}", token: token)).Expect(404);
        }
        Assert.Equal(events, await site.CountEventsAsync());

        (await site.ModerateAsync($"/commenters/{Mona}/reinstate", by: "max")).Expect(200);
        (await site.GetAsync("/moderation/queue", tokens[0])).Expect(200);
    }

    [Fact]
    public async Task A_ban_on_one_site_says_nothing_of_another()
    {
        var (site, other) = (await store.ASiteAsync(), await store.ASiteAsync());
        await site.ACommentAsync(await site.AnArticleAsync(), Mona, "I was there");
        (await site.ModerateAsync($"/commenters/{Mona}/ban", new { reason = "Abuse" }, by: "max")).Expect(
            200
        );
        var token = Store.Token("*", Mona, Everything);

        (await site.GetAsync("/moderation/queue", token)).ExpectProblem(403, "forbidden");
        (await other.GetAsync("/moderation/queue", token)).Expect(200);
    }
}
