using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public class AppealTests(Store store)
{
    static Task<Reply> AppealAsync(TestSite site, Guid comment, string by = "ada") =>
        site.SendAsync("POST", $"/comments/{comment}/appeal", new { text = "No!" }, site.Token(by));

    async Task<(TestSite Site, Guid Comment)> ARejectedCommentAsync(string text = "Text")
    {
        var site = await store.ASiteAsync(new { bannedWords = (string[])["ugh"] });
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", text);
        if (text == "Text")
            await site.DecideAsync(comment, "reject");
        return (site, comment);
    }

    [Theory]
    [InlineData(true, "rejected", "uphold")]
    [InlineData(false, "published", "overturn")]
    public async Task Another_moderator_decides_whether_the_decision_stands(
        bool uphold,
        string state,
        string action
    )
    {
        var (site, comment) = await ARejectedCommentAsync();
        var appeal = (await AppealAsync(site, comment)).Expect(201)["id"].GetGuid();
        var listed = (await site.LookAsync("/moderation/appeals")).GetProperty("items")[0];
        Assert.Equal(appeal, listed.GetProperty("id").GetGuid());
        var answer = new { uphold, reason = "Looked at" };

        (await site.ModerateAsync($"/moderation/appeals/{appeal}", answer)).Expect(403, "forbidden");
        (await site.ModerateAsync($"/moderation/appeals/{appeal}", answer, "ada")).Expect(403, "forbidden");
        var decided = (await site.ModerateAsync($"/moderation/appeals/{appeal}", answer, "max")).Expect(200);

        Assert.Equal(state, decided["state"].GetString());
        Assert.Empty((await site.LookAsync("/moderation/appeals")).GetProperty("items").EnumerateArray());
        Assert.Equal(
            action,
            (await site.LookAsync("/moderation/log"))
                .GetProperty("items")[0]
                .GetProperty("action")
                .GetString()
        );
        (await AppealAsync(site, comment)).Expect(409, uphold ? "already-appealed" : "nothing-to-appeal");
        var told = (await site.GetAsync($"/comments/{comment}/history", site.Token("ada"))).Expect(200);
        Assert.Equal("Looked at", told["items"][3].GetProperty("data").GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_is_undone_leaves_the_appeal_open(bool uphold)
    {
        var (site, comment) = await ARejectedCommentAsync();
        var appeal = (await AppealAsync(site, comment)).Expect(201)["id"].GetGuid();
        var before = await site.RowsAsync();

        await site.ModerateAsync(
            $"/moderation/appeals/{appeal}",
            new { uphold, reason = "Looked at" },
            "max"
        );
        (
            await site.ModerateAsync($"/moderation/log/{await site.NewestDecisionAsync()}/undo", by: "max")
        ).Expect(200);

        Assert.Equal(before, await site.RowsAsync());
        Assert.Single((await site.LookAsync("/moderation/appeals")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task An_appeal_ends_when_its_decision_no_longer_stands()
    {
        var (site, comment) = await ARejectedCommentAsync();
        var appeal = (await AppealAsync(site, comment)).Expect(201)["id"].GetGuid();
        await site.DecideAsync(comment, "approve");

        Assert.Empty((await site.LookAsync("/moderation/appeals")).GetProperty("items").EnumerateArray());
        (
            await site.ModerateAsync(
                $"/moderation/appeals/{appeal}",
                new { uphold = true, reason = "Late" },
                "max"
            )
        ).Expect(409, "appeal-closed");
        // a new decision may be appealed anew
        await site.DecideAsync(comment, "reject");
        (await AppealAsync(site, comment)).Expect(201);
    }

    [Fact]
    public async Task What_a_rule_rejected_may_be_appealed_too_and_only_by_its_author()
    {
        var (site, comment) = await ARejectedCommentAsync("ugh");
        (await AppealAsync(site, comment, "ben")).Expect(404, "comment-not-found");
        var appeal = (await AppealAsync(site, comment)).Expect(201)["id"].GetGuid();

        var decided = await site.ModerateAsync(
            $"/moderation/appeals/{appeal}",
            new { uphold = false, reason = "A quotation" }
        );

        Assert.Equal("published", decided.Expect(200)["state"].GetString());
    }
}
