using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using ThreadStore.Http;
using ThreadStore.Tests.Rows;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Privacy;

/// <summary>After whatever history, whoever is erased: rows follow from what is left, and others keep what they had.</summary>
public class ErasureLawTests(Store store)
{
    static readonly string[] Erased = ["p0", "p1", "m0"];

    static readonly Gen<RandomHistoryTests.Move[][]> Histories = Gen.Frequency(
            (12, RandomHistoryTests.Any),
            (6, ModeratorMoves.Any)
        )
        .Array[4, 16]
        .Array[14, 20];

    [Fact]
    public async Task An_erased_history_is_a_history_and_others_keep_what_they_had()
    {
        await using var node = await Node.StartAsync(store);
        await Histories.SampleAsync(
            async groups =>
            {
                var run = await RandomHistoryTests.Run.StartAsync(node);
                foreach (var group in groups)
                    await Task.WhenAll(group.Select(run.MakeAsync));
                await node.IndexedAsync();
                var before = await OthersAsync(node, run.Sites);
                var newest = node.Positions.Newest;
                var past = await PastAsync(node, run.Sites, newest);

                foreach (var site in run.Sites)
                foreach (var key in Erased)
                    Assert.Contains((await site.EraseAsync(key)).Status, new[] { 200, 404 });

                await node.AssertErasureLawsAsync();
                await run.AssertCountsAsync();
                await run.AssertQueuesAsync();
                await MartenLaw.AssertHoldsAsync(node, run.Sites);
                Assert.Equal(before, await OthersAsync(node, run.Sites));
                Assert.Equal(past, await PastAsync(node, run.Sites, newest));
                foreach (var site in run.Sites)
                    await AssertTravelsAsync(node, site);
            },
            iter: Endurance.Histories(3),
            threads: 1,
            print: groups => string.Join('\n', groups.Select(g => string.Join("; ", g.AsEnumerable())))
        );
    }

    /// <summary>What people write, and moderators do, while they are being erased, on two servers.</summary>
    [Fact]
    public async Task Whoever_is_erased_while_they_write_is_one_person_before_and_another_after()
    {
        await using var node = await Node.StartAsync(store);
        await using var other = await node.AnotherAsync();
        var site = await node.ASiteAsync(new { flagsHeldForReview = 2 });
        var there = site with { Client = other.Client };
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ben", "Root");
        await site.ACommentAsync(article, "p", "First");
        using var stop = new CancellationTokenSource();
        async Task WriteAsync(TestSite at, int n)
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var posted = (await at.PostAsync(article, "p", $"From {n}: {i}", root))
                    .Expect(201)["id"]
                    .GetGuid();
                (await at.SendAsync("PUT", $"/comments/{root}/reactions/like", null, at.Token("p"))).Expect(
                    200
                );
                var replied = await at.PostAsync(article, "ben", $"Reply {n}: {i}", posted);
                Assert.Contains(replied.Status, new[] { 201, 409 });
                Assert.Contains(
                    (
                        await at.SendAsync(
                            "DELETE",
                            $"/comments/{posted}/reactions/like",
                            null,
                            at.Token("ben")
                        )
                    ).Status,
                    new[] { 200, 404, 410 }
                );
            }
        }
        var writing = Task.WhenAll(WriteAsync(site, 0), WriteAsync(there, 1));
        for (var i = 0; i < 6; i++)
            (await (i % 2 == 0 ? site : there).EraseAsync("p")).Expect(200);
        await stop.CancelAsync();
        await writing;
        (await site.EraseAsync("p")).Expect(200);

        await node.AssertErasureLawsAsync();
        Assert.Equal(
            0L,
            await node.ScalarAsync(
                "select count(*) from threadstore.mt_events where data::text like '%\"p\"%'"
            )
        );
        Assert.Equal(
            0L,
            await node.ScalarAsync("select count(*) from threadstore.search_rows where body like '%from%'")
        );
    }

    /// <summary>What is not about those who were erased: others' comments, reactions and flags, and what reports count. That their
    /// own comments went ended what waiting these did.</summary>
    static async Task<string> OthersAsync(Node node, IEnumerable<TestSite> sites)
    {
        var parts = new List<string>();
        foreach (var site in sites)
        {
            var gone = string.Join(
                ", ",
                Erased.Select(k => $"'{ThreadStore.Kernel.StreamId.Commenter(site.Key, k)}'")
            );
            foreach (
                var sql in (string[])
                    [
                        $"""
                            select c.id, c.state, c.removed_by, c.content, c.reactions, c.positive, c.negative, c.flags, c.version,
                              c.decision, c.is_featured, c.reasons, c.text_hash, c.best, c.hot
                            from threadstore.comment_rows c join threadstore.commenter_rows a on a.site = c.site and a.id = c.author_id
                            where c.site = '{site.Key}' and a.id not in ({gone}) and a.key not like 'erased:%'
                            """,
                        $"""
                            select c.key, c.name, c.reactions_received, c.comment_count, c.standing, c.decision, c.rejected_count
                            from threadstore.commenter_rows c
                            where c.site = '{site.Key}' and c.id not in ({gone}) and c.key not like 'erased:%'
                            """,
                        $"select r.comment_id, r.kind, r.weight, r.placed_at from threadstore.reaction_rows r where r.site = '{site.Key}'",
                        $"select f.comment_id, f.reason, f.flagged_at, f.settled_by from threadstore.flag_rows f where f.site = '{site.Key}'",
                        $"select r.number, r.decision, r.article_id from threadstore.decision_rows r where r.site = '{site.Key}'",
                        $"select f.event, f.n, f.kind, f.at, f.reason, f.means, f.seconds from threadstore.report_facts f where f.site = '{site.Key}' and f.kind <> 'waited'",
                    ]
            )
                parts.Add(
                    (string)
                        (
                            await node.ScalarAsync(
                                $"select coalesce(string_agg(t::text, e'\n' order by t::text), '') from ({sql}) t"
                            )
                        )!
                );
        }
        return string.Join("\n\n", parts);
    }

    /// <summary>What time travel shows at some positions; of those who are erased, before and after, only that they were there.</summary>
    static async Task<string> PastAsync(Node node, IEnumerable<TestSite> sites, long newest)
    {
        const int looks = 4;
        var parts = new List<string>();
        foreach (var site in sites)
        {
            var articles = (string)
                (
                    await node.ScalarAsync(
                        $"select coalesce(string_agg(key, ' ' order by key), '') from threadstore.article_rows where site = '{site.Key}'"
                    )
                )!;
            IEnumerable<string> paths =
            [
                .. articles
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(a =>
                        $"/articles/{Uri.EscapeDataString(a)}/comments?sort=oldest&limit=100&replies=10"
                    ),
                "/commenters/p2/comments?limit=100",
                "/commenters/p3/comments?limit=100",
            ];
            foreach (var path in paths)
                for (var look = 1; look <= looks; look++)
                {
                    var told = await site.GetAsync(
                        $"{path}&atPosition={newest * look / looks}",
                        site.Token("ana", Role.Analyst)
                    );
                    parts.Add(
                        told.Status == 200
                            ? Nameless(JsonNode.Parse(told.Text)!).ToJsonString()
                            : $"{told.Status}"
                    );
                }
        }
        return string.Join('\n', parts);
    }

    /// <summary>With another name and no text in place of those of people who are erased.</summary>
    static JsonNode Nameless(JsonNode node)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items)
                    if (item is not null)
                        Nameless(item);
                break;
            case JsonObject members:
                if (
                    members["author"]?["key"]?.GetValue<string>() is { } key
                    && (Erased.Contains(key) || key.StartsWith(Caller.ErasedPrefix, StringComparison.Ordinal))
                )
                    (members["author"], members["body"], members["html"]) = ("erased", "", "");
                foreach (var (_, value) in members)
                    if (value is not null)
                        Nameless(value);
                break;
            default:
                break;
        }
        return node;
    }

    /// <summary>An export of it makes an equal site elsewhere.</summary>
    static async Task AssertTravelsAsync(Node node, TestSite site)
    {
        var ct = TestContext.Current.CancellationToken;
        using var file = new MemoryStream();
        await new ExportSite(node.Database, site.Key).RunAsync(() => file, _ => { }, ct);
        var lines = Encoding.UTF8.GetString(file.ToArray()).Split('\n').Length - 1;
        await using var import = await ImportFeed.OpenAsync(
            node.Database,
            $"{site.Key}-copy",
            isDry: false,
            ct
        );
        var problems = new List<FeedProblem>();

        var counts = await import.RunAsync(new MemoryStream(file.ToArray()), problems.Add, (_, _) => { }, ct);

        Assert.Empty(problems);
        Assert.Equal(new(lines, lines, 0, 0), counts);
    }
}
