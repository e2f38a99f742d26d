using System.Globalization;
using ThreadStore.Http;
using ThreadStore.Tests.OpenApi;
using ThreadStore.Tests.Support;

namespace ThreadStore.Tests.Http;

/// <summary>
/// How each documented answer comes about. A refusal that many operations share is provoked by spoiling their sample in
/// one way; the table names what is special to one of them.
/// </summary>
public sealed class ApiProvocations(Store store, ApiDocument document, LimitedNode limited)
{
    public delegate Task<Reply> Provocation(Sample good, ApiOperation operation);

    /// <summary>What needs a broken database, a full queue or a bug; the tests of the Appender and of Faults see to these.</summary>
    public static readonly HashSet<string> BeyondReach = ["internal", "unavailable", "busy"];

    const int LargestBody = (int)BodyLimitAttribute.Large + 1;

    /// <summary>By operation and status, with the code for refusals.</summary>
    Dictionary<(string Operation, string Answer), Provocation> Special =>
        new()
        {
            [("putSite", "201")] = (good, o) =>
                SendAsync(o, good.With("site", $"n{Guid.NewGuid():N}") with { TokenSite = "*" }),
            [("putSite", "200")] = (good, o) => SendAsync(o, good),
            [("putSiteKey", "200")] = TwiceAsync,
            [("becomeGuest", "forbidden")] = async (good, o) =>
                await SendAsync(o, good.With("site", (await store.ASiteAsync()).Key)),
            [("becomeGuest", "challenge-failed")] = async (good, o) =>
                await SendAsync(
                    o,
                    good.With(
                        "site",
                        (
                            await store.ASiteAsync(
                                new
                                {
                                    guests = "open",
                                    challenge = new { url = "https://siteverify.example/", secret = "s" },
                                }
                            )
                        ).Key
                    )
                ),
            [("putArticle", "200")] = async (good, o) =>
            {
                await SendAsync(o, good);
                return await SendAsync(o, good with { Body = new { title = "Changed" } });
            },
            [("renameArticle", "article-exists")] = async (good, o) =>
                await SendAsync(
                    o,
                    good with
                    {
                        Body = new { key = await new TestSite(store, good.Values["site"]).AnArticleAsync() },
                    }
                ),
            [("mergeArticle", "article-withdrawn")] = async (good, o) =>
            {
                await SendAsync(document.Find("withdrawArticle"), good with { Body = null });
                return await SendAsync(o, good);
            },
            [("postComment", "discussion-closed")] = async (good, o) =>
            {
                await SendAsync(
                    document.Find("closeDiscussion"),
                    good with
                    {
                        Body = null,
                        Roles = Role.Moderator,
                    }
                );
                var refused = await SendAsync(o, good);
                await SendAsync(
                    document.Find("openDiscussion"),
                    good with
                    {
                        Body = null,
                        Roles = Role.Moderator,
                    }
                );
                return refused;
            },
            [("postComment", "slow-mode")] = async (good, o) =>
            {
                async Task SetAsync(int? seconds) =>
                    await SendAsync(
                        document.Find("setArticleModeration"),
                        good with
                        {
                            Body = new { mode = (string?)null, slowModeSeconds = seconds },
                            Roles = Role.Moderator,
                        }
                    );
                await SendAsync(o, good with { Body = new { body = $"{Guid.NewGuid()}" } });
                await SetAsync(600);
                var refused = await SendAsync(o, good);
                await SetAsync(null);
                return refused;
            },
            [("postComment", "parent-not-available")] = (good, o) =>
                SendAsync(o, good with { Body = new { body = "x", parentId = Guid.NewGuid() } }),
            [("postComment", "branch-locked")] = async (good, o) =>
            {
                var parent = (await SendAsync(o, good with { Body = new { body = $"{Guid.NewGuid()}" } }))[
                    "id"
                ]
                    .GetGuid();
                await SendAsync(
                    document.Find("lockComment"),
                    good.With("commentId", $"{parent}") with
                    {
                        Body = new { },
                        Roles = Role.Moderator,
                        Sub = "mona",
                    }
                );
                return await SendAsync(o, good with { Body = new { body = "x", parentId = parent } });
            },
            [("postComment", "too-deep")] = async (_, o) =>
            {
                var flat = await ApiSamples.OnASiteAsync(store, new { maxDepth = 0 });
                var good = (await flat.MakeAsync(o.Id))!;
                var parent = (await SendAsync(o, good))["id"].GetGuid();
                return await SendAsync(o, good with { Body = new { body = "x", parentId = parent } });
            },
            [("postComment", "duplicate-comment")] = TwiceAsync,
            [("editComment", "edit-window-over")] = async (_, o) =>
            {
                var strict = await ApiSamples.OnASiteAsync(store, new { editWindowMinutes = 0 });
                return await SendAsync(o, (await strict.MakeAsync(o.Id))!);
            },
            [("watchQueue", "200")] = (good, o) => LiveProvocation.WatchQueueAsync(store, good, o),
            [("watchNotifications", "200")] = (good, o) => LiveProvocation.WatchInboxAsync(store, good, o),
            [("watchThread", "200")] = (good, o) => LiveProvocation.WatchAsync(store, good, o),
            [("flagComment", "200")] = TwiceAsync,
            [("getReport", "not-found")] = (good, o) => SendAsync(o, good.With("report", "weather")),
            [("featureComment", "not-published")] = async (good, o) =>
            {
                await SendAsync(document.Find("rejectComment"), good with { Body = new { reason = "spam" } });
                return await SendAsync(o, good);
            },
            [("claimComments", "comment-not-found")] = (good, o) =>
                SendAsync(o, good with { Body = new { ids = new[] { Guid.NewGuid() } } }),
            [("discount", "commenter-not-found")] = (good, o) =>
                SendAsync(o, good with { Body = new { commenters = (string[])["absent"] } }),
            [("discount", "article-not-found")] = (good, o) =>
                SendAsync(o, good with { Body = new { commenters = (string[])["ada"], article = "absent" } }),
            [("discountCasts", "commenter-not-found")] = (good, o) =>
                SendAsync(o, good with { Body = new { commenters = (string[])["absent"], reason = "x" } }),
            [("discountCasts", "article-not-found")] = (good, o) =>
                SendAsync(
                    o,
                    good with
                    {
                        Body = new
                        {
                            commenters = (string[])["ada"],
                            reason = "x",
                            article = "absent",
                        },
                    }
                ),
            [("acknowledgeWarning", "commenter-not-found")] = (good, o) =>
                SendAsync(o, good with { Sub = "absent" }),
            [("undoDecision", "validation")] = (good, o) => SendAsync(o, good.Ask("bulk=maybe")),
            [("undoDecision", "decision-not-found")] = (good, o) => SendAsync(o, good.With("position", "1")),
            [("undoDecision", "not-undoable")] = TwiceAsync,
            [("appealDecision", "already-appealed")] = TwiceAsync,
            [("appealDecision", "nothing-to-appeal")] = async (good, o) =>
            {
                var moderator = good with { Body = null, Sub = "mona", Roles = Role.Moderator };
                await SendAsync(document.Find("restoreComment"), moderator);
                return await SendAsync(o, good);
            },
            [("decideAppeal", "appeal-not-found")] = (good, o) =>
                SendAsync(o, good.With("appealId", $"{Guid.NewGuid()}")),
            [("decideAppeal", "appeal-closed")] = async (good, o) =>
            {
                await SendAsync(o, good);
                return await SendAsync(o, good with { Body = new { uphold = false, reason = "It was" } });
            },
            [("getPersonalData", "commenter-not-found")] = (good, o) =>
                SendAsync(o, good.With("commenterKey", "absent") with { Sub = "absent" }),
            [("eraseCommenter", "commenter-not-found")] = (good, o) =>
                SendAsync(o, good.With("commenterKey", "absent") with { Sub = "absent" }),
            [("getReportOfComment", "report-not-found")] = (good, o) =>
                SendAsync(o, good with { Query = "secret=wrong" }),
            [("getTransparency", "validation")] = (good, o) => SendAsync(o, good.Ask("from=never")),
            [("getStatements", "bad-request")] = (good, o) => SendAsync(o, good.Ask("after=x")),
            [("getErasure", "erasure-not-found")] = (good, o) =>
                SendAsync(o, good.With("erasureId", $"{Guid.NewGuid()}")),
            [("postImport", "validation")] = (good, o) => SendAsync(o, good.Ask("siteUrl=nowhere")),
            [("learnModel", "idempotency-conflict")] = async (good, o) =>
            {
                var keyed = good with { Headers = [("Idempotency-Key", "once")] };
                await SendAsync(o, keyed);
                return await SendAsync(o, keyed with { Body = new { to = 1 } });
            },
            [("postImport", "idempotency-conflict")] = async (good, o) =>
            {
                var keyed = good with { Headers = [("Idempotency-Key", "once")] };
                await SendAsync(o, keyed);
                return await SendAsync(o, keyed with { Body = "[]"u8.ToArray() });
            },
            [("putWebhook", "200")] = TwiceAsync,
            [("removeReaction", "own-comment")] = (good, o) => SendAsync(o, good with { Sub = "ada" }),
            [("listSites", "forbidden")] = (good, o) => SendAsync(o, good with { TokenSite = "elsewhere" }),
        };

    Task<Reply> SendAsync(ApiOperation operation, Sample sample) => sample.SendAsync(store, operation);

    async Task<Reply> TwiceAsync(Sample good, ApiOperation operation)
    {
        await SendAsync(operation, good);
        return await SendAsync(operation, good);
    }

    /// <returns>Null where nobody has thought of one.</returns>
    public Provocation? Find(ApiOperation operation, int status, string? code) =>
        Special.GetValueOrDefault((operation.Id, code ?? status.ToString(CultureInfo.InvariantCulture)))
        ?? (code is null ? OfSuccess(operation, status) : OfCode(operation, code));

    Provocation? OfSuccess(ApiOperation operation, int status) =>
        status == 304 ? UnchangedAsync
        : operation.Responses.Keys.Where(s => s < 300).Max() == status ? (good, o) => SendAsync(o, good)
        : null;

    /// <summary>Answers that name the newest position of all sites change with what earlier requests left to be done.</summary>
    async Task<Reply> UnchangedAsync(Sample good, ApiOperation operation)
    {
        var again = await SendAsync(operation, good);
        for (var tries = 0; again.Status != 304 && tries < 20; tries++)
            again = await SendAsync(operation, good with { Headers = [("If-None-Match", again.ETag)] });
        return again;
    }

    Provocation? OfCode(ApiOperation operation, string code) =>
        code switch
        {
            "bad-request" => (good, o) => SendAsync(o, good.Ask("minPosition=soon")),
            "validation" => Invalid(operation) is { } spoil ? (good, o) => SendAsync(o, spoil(good)) : null,
            "bad-cursor" => (good, o) => SendAsync(o, good.Ask("cursor=x")),
            "unauthorized" => (good, o) => SendAsync(o, Guarded(good, o) with { HasToken = false }),
            "token-revoked" => async (good, o) =>
            {
                var guarded = Guarded(good, o);
                var token = Store.Token(
                    guarded.TokenSite ?? guarded.Values["site"],
                    guarded.Sub,
                    guarded.Roles
                );
                await SignOutAsync(guarded.Values["site"], guarded.Sub);
                return await SendAsync(o, guarded with { Token = token });
            },
            "not-entitled" => async (good, o) =>
            {
                await ConfigureAsync(
                    good,
                    new { mayComment = new { claim = "tier", values = new[] { "gold" } } }
                );
                var refused = await SendAsync(o, good);
                await ConfigureAsync(good, new { mayComment = (object?)null });
                return refused;
            },
            "forbidden" => (good, o) => SendAsync(o, Guarded(good, o) with { TokenSite = "elsewhere" }),
            "site-not-found" => (good, o) =>
                SendAsync(o, good.With("site", "absent") with { TokenSite = "*" }),
            "article-not-found" => (good, o) => SendAsync(o, good.With("articleKey", "absent")),
            "comment-not-found" => (good, o) => SendAsync(o, good.With("commentId", $"{Guid.NewGuid()}")),
            "model-not-found" => (good, o) =>
                SendAsync(o, good.With("hash", "absent").With("jobId", $"{Guid.NewGuid()}")),
            "not-enough-decisions" => async (good, o) =>
                await SendAsync(o, good.With("site", (await store.ASiteAsync()).Key)),
            "import-not-found" => (good, o) => SendAsync(o, good.With("importId", $"{Guid.NewGuid()}")),
            "webhook-not-found" => (good, o) => SendAsync(o, good.With("webhook", "absent")),
            "delivery-not-found" => (good, o) => SendAsync(o, good.With("deliveryId", $"{Guid.NewGuid()}")),
            "commenter-not-found" => (good, o) => SendAsync(o, good.With("commenterKey", "absent")),
            "too-large" => (good, o) => SendAsync(o, good with { Body = new byte[LargestBody] }),
            "behind" => (good, o) => SendAsync(o, good.Ask($"minPosition={long.MaxValue}")),
            "stale-version" => (good, o) => SendAsync(o, good with { Headers = [("If-Match", "\"99\"")] }),
            "idempotency-conflict" => async (good, o) =>
            {
                var keyed = good with { Headers = [("Idempotency-Key", "once")] };
                await SendAsync(o, keyed);
                return await SendAsync(o, keyed.Otherwise());
            },
            "erased" => async (good, o) =>
            {
                var keyed = good with { Headers = [("Idempotency-Key", "before")] };
                await SendAsync(o, keyed);
                var site = new TestSite(store, good.Values["site"]);
                (
                    await site.SendAsync(
                        "DELETE",
                        $"/commenters/{Uri.EscapeDataString(good.Sub)}/data",
                        null,
                        site.Token("root", Role.Admin)
                    )
                ).Expect(200);
                var refused = await SendAsync(o, keyed);
                // others count on them
                await site.ACommentAsync(await site.AnArticleAsync(), good.Sub, "Here again");
                return refused;
            },
            "rate-limited" => async (good, o) =>
                await TwiceAsync(limited.Reach(good), o) is { Status: 429 } reply
                    ? reply
                    // programs of the publisher write as much as they like, if their token is good
                    : await TwiceAsync(limited.Reach(good) with { HasToken = false }, o),
            "own-comment" => (good, o) => SendAsync(o, good with { Sub = "ada" }),
            "comment-deleted" => async (good, o) =>
            {
                await SendAsync(document.Find("deleteComment"), good with { Body = null, Sub = "ada" });
                return await SendAsync(o, good);
            },
            "warning-not-acknowledged" => async (good, o) =>
            {
                await BanAsync(good, "warn");
                var refused = await SendAsync(o, good);
                await BanAsync(good, "reinstate");
                return refused;
            },
            "not-in-good-standing" => async (good, o) =>
            {
                await BanAsync(good);
                var refused = await SendAsync(o, good);
                await BanAsync(good, "reinstate");
                return refused;
            },
            _ => null,
        };

    /// <summary>Where the present is for everybody, the past is not.</summary>
    static Sample Guarded(Sample good, ApiOperation operation) =>
        operation.Parameters("query").Contains("asOf") ? good.Ask("atPosition=1") : good;

    static Func<Sample, Sample>? Invalid(ApiOperation operation) =>
        operation.Json.TryGetProperty("requestBody", out var body)
        && body.GetProperty("content").TryGetProperty("application/json", out _)
            ? good => good with { Body = new { nope = 1 } }
        : operation.Path.Contains("{articleKey}", StringComparison.Ordinal)
            ? good => good.With("articleKey", "\u0001")
        : operation.Path.Contains("{kid}", StringComparison.Ordinal) ? good => good.With("kid", "\u0001")
        : operation.Path.Contains("{commenterKey}", StringComparison.Ordinal)
            ? good => good.With("commenterKey", "\u0001")
        : operation.Path.Contains("{kind}", StringComparison.Ordinal) ? good => good.With("kind", "nope")
        : operation.Parameters("query").Contains("limit") ? good => good.Ask("limit=0")
        : operation.Parameters("query").Contains("asOf")
            ? good => good.Ask("asOf=never") with { Roles = Role.Analyst }
        : operation.Id == "getReport" ? good => good.Ask("tz=nope")
        : operation.Parameters("query").Contains("after") ? good => good.Ask("after=-1")
        : operation.Id == "getCounts" ? good => good with { Query = "" }
        : null;

    async Task ConfigureAsync(Sample sample, object settings)
    {
        var site = new TestSite(store, sample.Values["site"]);
        (await site.SendAsync("PUT", "", settings, site.Token("root", Role.Admin))).Expect(200);
    }

    async Task SignOutAsync(string site, string sub) =>
        (
            await new TestSite(store, site).SendAsync(
                "POST",
                $"/commenters/{Uri.EscapeDataString(sub)}/sign-out",
                null,
                Store.Token(site, "root", Role.Admin)
            )
        ).Expect(204);

    async Task BanAsync(Sample sample, string action = "ban")
    {
        var token = Store.Token(sample.Values["site"], sample.Sub);
        var site = new TestSite(store, sample.Values["site"]);
        if ((await site.GetAsync($"/commenters/{sample.Sub}", token)).Status == 404)
            await site.ACommentAsync(await site.AnArticleAsync(), sample.Sub, "Hello");
        (
            await site.SendAsync(
                "POST",
                $"/commenters/{sample.Sub}/{action}",
                action == "warn" ? (object)new { message = "For a test" } : new { reason = "For a test" },
                site.Token("mona", Role.Moderator)
            )
        ).Expect(200);
    }
}
