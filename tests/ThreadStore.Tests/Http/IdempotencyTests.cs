using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.OpenApi;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

/// <summary>What holds of every POST that creates.</summary>
public class IdempotencyTests(Store store)
{
    static readonly string[] Creating =
    [
        "appealDecision",
        "approveComment",
        "banCommenter",
        "decideAppeal",
        "decideInBulk",
        "discountCasts",
        "featureComment",
        "flagComment",
        "judgeComment",
        "lockComment",
        "noteOnCommenter",
        "postComment",
        "premoderateCommenter",
        "reinstateCommenter",
        "rejectComment",
        "reportComment",
        "restoreComment",
        "shadowCommenter",
        "suspendCommenter",
        "undoDecision",
        "unfeatureComment",
        "unlockComment",
        "warnCommenter",
    ];

    public static TheoryData<string> Operations => [.. Creating];

    [Fact]
    public async Task Every_POST_that_creates_takes_a_key()
    {
        var document = await ApiDocument.ReadAsync(store);

        // an import is asked for by a file, and a key is told once: their repeats are in ImportJobTests and ApiKeysTests;
        // an article that moved is where it was asked to be: RenameArticleTests, MergeArticleTests
        string[] apart = ["postImport", "learnModel", "makeApiKey", "renameArticle", "mergeArticle"];
        Assert.Equal(
            Creating.Union(apart).Order(StringComparer.Ordinal),
            document
                .Operations.Where(o => o.Parameters("header").Contains("Idempotency-Key"))
                .Select(o => o.Id)
                .Order(StringComparer.Ordinal)
        );
    }

    [Theory, MemberData(nameof(Operations))]
    public async Task A_repeated_request_gets_the_first_status_with_no_second_event(string operationId)
    {
        var (operation, samples) = await OnASiteAsync(operationId);
        var good = Keyed((await samples.MakeAsync(operationId))!);
        var first = await good.SendAsync(store, operation);
        Assert.InRange(first.Status, 200, 201);
        var events = await samples.Site.CountEventsAsync();

        var again = await good.SendAsync(store, operation);
        (await good.Otherwise().SendAsync(store, operation)).Expect(422, "idempotency-conflict");

        Assert.Equal((first.Status, first.Text), (again.Status, again.Text));
        Assert.Equal(events, await samples.Site.CountEventsAsync());
    }

    [Theory, MemberData(nameof(Operations))]
    public async Task Requests_with_one_key_that_arrive_at_once_are_done_once(string operationId)
    {
        var (operation, samples) = await OnASiteAsync(operationId);
        var site = samples.Site;
        // whoever acts for the first time joins, too
        await (await samples.MakeAsync(operationId))!.SendAsync(store, operation);
        var lone = (await samples.MakeAsync(operationId))!;
        var before = await site.CountEventsAsync();
        await lone.SendAsync(store, operation);
        var each = await site.CountEventsAsync() - before;
        var good = Keyed((await samples.MakeAsync(operationId))!);
        before = await site.CountEventsAsync();

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => good.SendAsync(store, operation))
        );

        Assert.Single(replies.Select(r => (r.Status, r.Text)).Distinct());
        Assert.InRange(replies[0].Status, 200, 201);
        Assert.Equal(before + each, await site.CountEventsAsync());
    }

    [Fact]
    public async Task A_key_holds_after_the_rows_were_made_anew_and_other_decisions_were_taken()
    {
        await using var node = await Node.StartAsync(store);
        var ct = TestContext.Current.CancellationToken;
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        var (one, two) = (
            await site.ACommentAsync(article, "ada", "One"),
            await site.ACommentAsync(article, "ada", "Two")
        );
        (await site.FlagAsync(one, "ben")).Expect(201);
        (string, string) key = ("Idempotency-Key", "k");
        var bulk = new
        {
            decisions = new object[]
            {
                new
                {
                    id = one,
                    action = "approve",
                    version = 1,
                },
                new
                {
                    id = two,
                    action = "approve",
                    version = 7,
                },
            },
        };
        Task<Reply> BulkAsync() => site.ModerateAsync("/moderation/decisions", bulk, headers: key);
        static int[] Statuses(Reply reply) =>
            [
                .. reply
                    .Expect(200)["outcomes"]
                    .EnumerateArray()
                    .Select(o => o.GetProperty("status").GetInt32()),
            ];
        var first = await BulkAsync();
        Assert.Equal([200, 412], Statuses(first));
        await site.DecideAsync(one, "reject", by: "max");
        await using (var forget = node.Database.CreateCommand("delete from threadstore.request_rows"))
            await forget.ExecuteNonQueryAsync(ct);

        await RepairRows.RunAsync(node.Database, _ => { }, ct);

        var again = await BulkAsync();
        Assert.Equal([200, 412], Statuses(again));
        Assert.Equal(
            "rejected",
            again["outcomes"][0].GetProperty("comment").GetProperty("state").GetString()
        );
        Assert.Equal(
            "max",
            (await site.LookAsync("/moderation/log")).GetProperty("items")[0].GetProperty("by").GetString()
        );
    }

    [Fact]
    public async Task A_flag_is_answered_as_the_first_by_its_key_and_as_there_already_by_another()
    {
        var site = await store.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");
        Task<Reply> FlagAsync(params (string, string)[] headers) =>
            site.SendAsync(
                "POST",
                $"/comments/{comment}/flags",
                new { reason = "spam" },
                site.Token("ben"),
                headers
            );

        (await FlagAsync(("Idempotency-Key", "k"))).Expect(201);
        (await FlagAsync()).Expect(200);
        (await FlagAsync(("Idempotency-Key", "other"))).Expect(200);

        // looked up before any refusal
        (await site.ModerateAsync("/commenters/ben/ban", new { reason = "Enough" })).Expect(200);
        (await FlagAsync()).Expect(403);
        (await FlagAsync(("Idempotency-Key", "k"))).Expect(201);
    }

    [Fact]
    public async Task What_was_in_time_once_may_be_repeated_later()
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");
        var suspension = new { until = DateTimeOffset.UtcNow.AddSeconds(3), reason = "A while" };
        Task<Reply> SuspendAsync(params (string, string)[] headers) =>
            site.ModerateAsync("/commenters/ada/suspend", suspension, headers: headers);
        (await SuspendAsync(("Idempotency-Key", "k"))).Expect(200);

        while ((await SuspendAsync()).Status == 200) { }

        (await SuspendAsync(("Idempotency-Key", "k"))).Expect(200);
    }

    async Task<(ApiOperation Operation, ApiSamples Samples)> OnASiteAsync(string operationId) =>
        ((await ApiDocument.ReadAsync(store)).Find(operationId), await ApiSamples.OnASiteAsync(store));

    static Sample Keyed(Sample sample) =>
        sample with
        {
            Headers = [.. sample.Headers, ("Idempotency-Key", "k")],
        };
}
