using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Moderation.Learned;
using ThreadStore.Tests.Support;

namespace ThreadStore.Tests.Http;

/// <summary>Requests of moderators, and of those whom they decide about, that succeed.</summary>
public sealed class ModerationSamples(TestSite site, string article)
{
    const string Moderator = "mona";

    /// <returns>Null where it is no operation of moderation.</returns>
    public async Task<Sample?> MakeAsync(string operationId) =>
        operationId switch
        {
            "approveComment" or "featureComment" or "lockComment" => await OnACommentAsync(
                new { note = "Seen" }
            ),
            "unfeatureComment" => await OnACommentAsync(new { note = "Seen" }, after: "feature"),
            "unlockComment" => await OnACommentAsync(new { note = "Seen" }, after: "lock"),
            "restoreComment" => await OnACommentAsync(new { note = "Seen" }, after: "reject"),
            "rejectComment" => await OnACommentAsync(new { reason = "spam", note = "Again" }),
            "judgeComment" => await OnACommentAsync(
                new
                {
                    classifier = "toxicity",
                    version = 1,
                    score = 0.93,
                    action = "hold",
                }
            ) with
            {
                Sub = "cls",
                Roles = Role.Service,
            },
            "decideInBulk" => OnSite(
                new { decisions = new[] { new { id = await ACommentAsync(), action = "approve" } } }
            ),
            "getQueue" or "getQueueCounts" or "getModerationLog" or "getAppeals" => OnSite(),
            "claimComments" => OnSite(new { ids = new[] { await ACommentAsync() } }),
            "banCommenter" => await OnACommenterAsync(new { reason = "Enough", rejectComments = true }),
            "suspendCommenter" => await OnACommenterAsync(
                new { until = "2999-01-01T00:00:00Z", reason = "Enough" }
            ),
            "warnCommenter" => await OnACommenterAsync(new { message = "Mind your words" }),
            "shadowCommenter" or "premoderateCommenter" => await OnACommenterAsync(new { reason = "Enough" }),
            "reinstateCommenter" => await OnACommenterAsync(new { reason = "Enough" }, after: "premoderate"),
            "noteOnCommenter" => await OnACommenterAsync(new { text = "Apologised" }),
            "acknowledgeWarning" => OnSite() with { Sub = "ada", Roles = Role.None },
            "discountCasts" => OnSite(new { commenters = new[] { await AFanAsync() }, reason = "A ring" }),
            "undoDecision" => OnSite()
                .With("position", $"{(await RejectAsync(await ACommentAsync())).Position}"),
            "appealDecision" => await OnARejectedCommentAsync(),
            "decideAppeal" => await OnAnAppealAsync(),
            "learnModel" => await OnATaughtSiteAsync(),
            "getLearning" => AsAdmin(OnSite()).With("jobId", $"{await site.ALearningAsync(article)}"),
            "listModels" => AsAdmin(OnSite()),
            "getModel" => AsAdmin(OnSite()).With("hash", await site.AModelAsync()),
            "adoptModel" => AsAdmin(OnSite(new { holdAbove = 0.99, adviseAbove = 0.9 }))
                .With("hash", await site.AModelAsync()),
            _ => null,
        };

    async Task<Sample> OnATaughtSiteAsync()
    {
        await site.TeachOnceAsync(article);
        return AsAdmin(OnSite(new { }));
    }

    static Sample AsAdmin(Sample sample) => sample with { Roles = Role.Admin, Sub = "root" };

    Sample OnSite(object? body = null) =>
        new(new Dictionary<string, string> { ["site"] = site.Key }, body)
        {
            Roles = Role.Moderator,
            Sub = Moderator,
        };

    Task<Guid> ACommentAsync() => site.ACommentAsync(article, "ada", $"Text {Guid.NewGuid()}");

    /// <summary>Whoever likes a comment and has done nothing else.</summary>
    async Task<string> AFanAsync()
    {
        var key = $"f{Guid.NewGuid():N}";
        (
            await site.SendAsync(
                "PUT",
                $"/comments/{await ACommentAsync()}/reactions/like",
                token: site.Token(key)
            )
        ).Expect(200);
        return key;
    }

    /// <param name="after">What was decided before.</param>
    async Task<Sample> OnACommentAsync(object body, string? after = null)
    {
        var id = await ACommentAsync();
        if (after is not null)
            await site.DecideAsync(id, after, Moderator);
        return OnSite(body).With("commentId", $"{id}");
    }

    async Task<Sample> OnACommenterAsync(object body, string? after = null)
    {
        var key = $"c{Guid.NewGuid():N}";
        await site.ACommentAsync(article, key, "Hello");
        if (after is not null)
            (await site.ModerateAsync($"/commenters/{key}/{after}", new { reason = "So far" })).Expect(200);
        return OnSite(body).With("commenterKey", key);
    }

    Task<Reply> RejectAsync(Guid comment) => site.DecideAsync(comment, "reject", Moderator);

    async Task<Sample> OnARejectedCommentAsync()
    {
        var comment = await ACommentAsync();
        await RejectAsync(comment);
        return (OnSite(new { text = "It was a quotation" }) with { Sub = "ada", Roles = Role.None }).With(
            "commentId",
            $"{comment}"
        );
    }

    async Task<Sample> OnAnAppealAsync()
    {
        var comment = await ACommentAsync();
        await RejectAsync(comment);
        var appeal = await site.SendAsync(
            "POST",
            $"/comments/{comment}/appeal",
            new { text = "It was a quotation" },
            site.Token("ada")
        );
        return (OnSite(new { uphold = true, reason = "It was not" }) with { Sub = "max" }).With(
            "appealId",
            appeal.Expect(201)["id"].GetString()!
        );
    }
}
