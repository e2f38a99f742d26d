using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Http.Hot;
using ThreadStore.Rows;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http.Hot;

public sealed class HotPagesTests(Store store)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    static readonly string[] Articles = ["a", "b/ü"];

    /// <summary>What anybody may read; each as it is, and what makes it an address of its own that is not kept.</summary>
    static readonly string[] Pages =
    [
        "/articles/a/comments",
        "/articles/a/comments?sort=best&limit=2",
        "/articles/b%2F%C3%BC/comments?replies=1",
        "/counts?article=a&article=b%2F%C3%BC&article=nowhere",
    ];

    const string Cold = "minPosition=0";

    /// <param name="Node">Which of two takes it.</param>
    /// <param name="What">From 0 to 9; a post most of the time.</param>
    /// <param name="Which">Of the comments so far.</param>
    public sealed record Move(int Node, int What, int Article, int Which);

    static readonly Gen<Move[]> Moves = Gen.Select(
        Gen.Int[0, 1],
        Gen.Int[0, 9],
        Gen.Int[0, 1],
        Gen.Int[0, 30],
        (n, w, a, c) => new Move(n, w, a, c)
    ).Array[40];

    [Fact]
    public async Task Hot_and_cold_answers_are_equal_whatever_two_nodes_write()
    {
        await using var one = await Node.StartAsync(store);
        await using var two = await one.AnotherAsync();
        await UntilAsync(() => Hot(one).Begin("/") is not null && Hot(two).Begin("/") is not null);
        // while it goes on: the last move may leave both articles withdrawn, and such pages are not kept
        var (oneKept, twoKept) = (false, false);

        await Moves.SampleAsync(
            async moves =>
            {
                var site = await one.ASiteAsync();
                TestSite[] sides = [site, two.Site(site.Key)];
                foreach (var article in Articles)
                    (await site.PutArticleAsync(article)).Expect(201);
                var comments = new List<(string Article, Guid Id)>();
                foreach (var move in moves)
                {
                    var written = await DoAsync(sides[move.Node], move, comments);
                    // who wrote reads it there at once, and elsewhere by its position
                    await AssertFreshAsync(sides[move.Node]);
                    if (written is not null)
                        await AssertFreshAsync(
                            sides[1 - move.Node],
                            (Gate.MinPositionHeader, $"{written.Position}")
                        );
                    oneKept |= Hot(one).Count > 0;
                    twoKept |= Hot(two).Count > 0;
                }
                await AssertFreshAfterStormAsync(sides, comments);
            },
            iter: 3,
            threads: 1
        );

        Assert.True(oneKept && twoKept);
    }

    /// <summary>Readers and writers on both nodes at once; when it is over and heard of, nothing old is left.</summary>
    static async Task AssertFreshAfterStormAsync(TestSite[] sides, List<(string Article, Guid Id)> there)
    {
        var last = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async n =>
                {
                    var mine = there.ToList();
                    Reply? written = null;
                    for (var i = 0; i < 10; i++)
                    {
                        await Task.WhenAll(Pages.Select(p => sides[(n + i) % 2].GetAsync(p)));
                        written =
                            await DoAsync(sides[n % 2], new(0, (n + i) % 10, i % 2, n * i), mine, $"{n}/{i}")
                            ?? written;
                    }
                    return written?.Position ?? 0;
                })
        );
        foreach (var side in sides)
            await AssertFreshAsync(side, (Gate.MinPositionHeader, $"{last.Max()}"));
    }

    static async Task AssertFreshAsync(TestSite side, params (string, string)[] headers)
    {
        foreach (var page in Pages)
        {
            var cold = await side.GetAsync($"{page}{(page.Contains('?') ? '&' : '?')}{Cold}", null, headers);
            var first = await side.GetAsync(page, null, headers);
            var hot = await side.GetAsync(page, null, headers);
            if (cold.Status == 404)
            {
                first.Expect(404);
                continue;
            }
            Assert.Equal(cold.Expect(200).Text, first.Text);
            Assert.Equal(cold.Text, hot.Text);
            Assert.Equal(Told(cold), Told(hot));
            var again = await side.GetAsync(page, null, [.. headers, ("If-None-Match", hot.ETag)]);
            Assert.Equal(304, again.Status);
        }
    }

    /// <summary>Headers, without those that say when.</summary>
    static IEnumerable<string> Told(Reply reply) =>
        reply
            .Headers.Where(h =>
                h.Key is not "Date" && !h.Key.StartsWith("ThreadStore-", StringComparison.Ordinal)
            )
            .Select(h => $"{h.Key}: {h.Value}")
            .Order();

    static async Task<Reply?> DoAsync(
        TestSite site,
        Move move,
        List<(string Article, Guid Id)> comments,
        string? text = null
    )
    {
        var article = Articles[move.Article];
        var path = $"/articles/{Uri.EscapeDataString(article)}";
        var (there, id) = comments.Count > 0 ? comments[^(move.Which % comments.Count + 1)] : default;
        var service = site.Token("cms", Role.Service);
        switch (move.What)
        {
            case 0 when there is not null:
                return Written(
                    await site.SendAsync("PUT", $"/comments/{id}/reactions/like", null, site.Token("fan"))
                );
            case 1 when there is not null:
                return Written(
                    await site.SendAsync("DELETE", $"/comments/{id}", null, site.Token("mod", Role.Moderator))
                );
            case 2 when there is not null:
                return Written(
                    await site.SendAsync(
                        "PATCH",
                        $"/comments/{id}",
                        new { body = $"Edited {text} {comments.Count} {move}" },
                        site.Token("ada")
                    )
                );
            case 3:
                return Written(
                    await site.SendAsync("POST", $"{path}/withdraw", null, site.Token("cms", Role.Service))
                );
            case 4 or 5:
                return Written(await site.SendAsync("POST", $"{path}/publish", null, service));
            default:
                var posted = await site.SendAsync(
                    "POST",
                    $"{path}/comments",
                    new
                    {
                        body = $"Text {text} {comments.Count} {move}",
                        parentId = move.What < 8 && there == article ? id : (Guid?)null,
                    },
                    site.Token("ada")
                );
                if (posted.Status == 201)
                    comments.Add((article, posted["id"].GetGuid()));
                return Written(posted);
        }
    }

    static Reply? Written(Reply reply) => reply.Status is 200 or 201 or 204 ? reply : null;

    [Fact]
    public async Task A_node_that_hears_nothing_keeps_nothing_until_it_hears_again()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        await UntilAsync(async () => (await site.GetAsync(Pages[0])).Status == 200 && Hot(node).Count == 1);

        await UntilAsync(async () =>
        {
            // again and again: what listens shows by its last statement, the look at the history's end
            await node.ScalarAsync(
                """
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
                  and (query like 'listen %' or query like '%from threadstore.mt_events l where l.seq_id%')
                """
            );
            return Hot(node).Count == 0;
        });
        await UntilAsync(async () => (await site.GetAsync(Pages[0])).Status == 200 && Hot(node).Count == 1);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("identity", null)]
    [InlineData("br;q=0.5, gzip", "gzip")]
    [InlineData("*", "br")]
    public async Task A_hot_page_travels_as_a_cold_one(string? accepted, string? encoding)
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", "ada", string.Join(' ', Enumerable.Repeat("Long enough", 100)));
        await UntilAsync(async () => (await site.GetAsync(Pages[0])).Status == 200 && Hot(node).Count == 1);
        using var client = new HttpClient { BaseAddress = node.Client.BaseAddress };
        async Task<(string?, string, string?)> GetAsync(string query)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{site.Path}{Pages[0]}{query}");
            if (accepted is not null)
                request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return (
                response.Content.Headers.ContentEncoding.SingleOrDefault(),
                Convert.ToHexString(
                    await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)
                ),
                response.Headers.ETag?.ToString()
            );
        }

        var (cold, hot) = (await GetAsync($"?{Cold}"), await GetAsync(""));

        Assert.Equal(cold, hot);
        Assert.Equal(encoding, hot.Item1);
    }

    [Fact]
    public void What_changed_while_it_was_read_is_not_kept()
    {
        var pages = new HotPages();
        var (article, other) = (Guid.Parse("00000001-0000-0000-0000-000000000000"), Guid.NewGuid());
        Assert.Null(pages.Begin("/deaf"));
        pages.Listen(10);
        var (late, same, all) = (pages.Begin("/late"), pages.Begin("/same"), pages.Begin("/all"));

        pages.Keep(same, [article], 10, [1], "\"e\"");
        Assert.NotNull(pages.Find("/same", 10));
        Assert.Null(pages.Find("/same", 11));
        pages.Hear(new(11, [Heard.Mark(article)]));
        Assert.Null(pages.Find("/same", null));
        pages.Keep(late, [article], 10, [1], "\"e\"");
        Assert.Null(pages.Find("/late", null));
        pages.Wrote(12, null);
        pages.Keep(all, [other], 12, [1], "\"e\"");
        Assert.Equal(0, pages.Count);
        pages.Keep(pages.Begin("/late"), [article], 12, [1], "\"e\"");
        // its own commit, which it knew of before
        pages.Hear(new(12, null));
        Assert.NotNull(pages.Find("/late", 12));
        pages.Knew(12);
        Assert.Equal(1, pages.Count);
        pages.Knew(13);
        Assert.Equal(0, pages.Count);
    }

    [Fact]
    public void What_speaks_of_several_articles_is_dropped_with_any_and_leaves_nothing_behind()
    {
        var pages = new HotPages(capacity: 100_000);
        pages.Listen(1);
        Guid[] articles = [Guid.NewGuid(), Guid.NewGuid()];
        for (var n = 2; n < 1_000; n++)
        {
            pages.Keep(pages.Begin("/counts"), articles, n, [1], "\"e\"");
            pages.Keep(pages.Begin("/other"), [articles[0]], n, [1], "\"e\"");
            Assert.NotNull(pages.Find("/counts", n));
            pages.Hear(new(n, [Heard.Mark(articles[n % 2])]));
            Assert.Null(pages.Find("/counts", null));
            Assert.Equal(n % 2, pages.Count);
        }
        pages.Hear(new(1_000, [.. articles.Select(Heard.Mark)]));
        Assert.Equal((0, 0L), (pages.Count, pages.Bytes));
    }

    [Fact]
    public void Memory_is_bounded_and_what_is_asked_for_stays()
    {
        var pages = new HotPages(capacity: 100_000);
        pages.Listen(1);
        for (var n = 0; n < 10_000; n++)
        {
            pages.Keep(pages.Begin($"/{n}"), [Guid.NewGuid()], 1, new byte[300], "\"e\"");
            Assert.NotNull(pages.Find("/0", null));
        }

        Assert.InRange(pages.Count, 10, 110);
    }

    static HotPages Hot(Node node) => node.Services.GetRequiredService<HotPages>();

    static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(
                System.Diagnostics.Stopwatch.GetElapsedTime(started) < Patience,
                "It did not happen in time."
            );
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
