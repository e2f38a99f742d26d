using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Appending;
using ThreadStore.Articles;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Rows;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Appending;

public sealed class AppenderTests(Store store)
{
    /// <summary>A second is the aim; these machines are shared, and what waits for a command's time waits half a minute.</summary>
    static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Commands_of_a_batch_that_touch_one_stream_get_positions_in_the_order_of_decisions()
    {
        await using var node = await Node.StartAsync(store);
        var (site, other) = (await node.ASiteAsync(), await node.ASiteAsync());
        foreach (var s in (TestSite[])[site, other])
            (await s.PutArticleAsync("a")).Expect(201);
        (await site.PostAsync("a", "old", "Before")).Expect(201);
        var batch = await HeldBatch.StartAsync(node, new Nothing(site.Key));

        Task<long>[] written =
        [
            batch.PositionAsync(Revise(site, "One")),
            batch.PositionAsync(Say(other, "ada", "Elsewhere")),
            batch.PositionAsync(Say(site, "ada", "New here")),
            batch.PositionAsync(Say(site, "old", "Renamed", "Another name")),
            batch.PositionAsync(Revise(other, "Elsewhere")),
            batch.PositionAsync(Say(site, "ada", "Once more")),
            batch.PositionAsync(Revise(site, "Two")),
            batch.PositionAsync(Say(site, "ada", "Renamed twice", "Ada")),
            batch.PositionAsync(Say(site, "ben", "At last")),
        ];
        await batch.ReleaseAsync();

        var positions = await Task.WhenAll(written);
        Assert.Equal(positions.Order().Distinct(), positions);
        var article = await site.GetAsync("/articles/a");
        Assert.Equal("Two", article["title"].GetString());
        await node.AssertRowsFollowFromEventsAsync(500, 2);
    }

    [Fact]
    public async Task A_command_that_fails_in_the_database_costs_no_neighbour()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var batch = await HeldBatch.StartAsync(node, new Nothing(site.Key));

        var before = Enumerable.Range(0, 5).Select(i => batch.AddAsync(Say(site, $"b{i}", "x"))).ToArray();
        Task<Receipt<bool>>[] failing =
        [
            batch.AddAsync(new Colliding(site.Key)),
            batch.AddAsync(new Failing(site.Key, InNeed: true)),
            batch.AddAsync(new Failing(site.Key, InNeed: false)),
        ];
        var after = Enumerable.Range(0, 5).Select(i => batch.AddAsync(Say(site, $"a{i}", "x"))).ToArray();
        await batch.ReleaseAsync();

        Assert.All(await Task.WhenAll(failing), r => Assert.Equal("internal", r.Refusal?.Code));
        var receipts = await Task.WhenAll(before.Concat(after));
        Assert.All(receipts, r => Assert.Null(r.Refusal));
        var positions = receipts.Select(r => Assert.NotNull(r.Position)).ToList();
        Assert.Equal(positions.Order().Distinct(), positions);
        // and the loop goes on
        (await site.PostAsync("a", "ada", "Next")).Expect(201);
        await Walk.AssertLawOfCountsAsync(site, "a");
        // what was rolled back left gaps among the positions, behind which a rebuild must not stop
        await node.AssertRowsFollowFromEventsAsync(500);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_all_that_it_took_are_answered()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var batch = await HeldBatch.StartAsync(node, new Nothing(site.Key));
        var taken = Enumerable
            .Range(0, Appender.QueueLength)
            .Select(i => batch.AddAsync(new Nothing(site.Key)))
            .ToArray();

        // answered while those that were taken still wait
        var refused = await Task.WhenAll(
                Enumerable.Range(0, 20).Select(i => site.PostAsync("a", $"c{i}", "Too much"))
            )
            .WaitAsync(Patience);
        // readers don't wait for writers
        (await site.GetAsync("/articles/a/comments")).Expect(200);
        await batch.ReleaseAsync();

        Assert.All(refused, r => Assert.True(r.Expect(503, "busy").Headers.ContainsKey("Retry-After")));
        Assert.All(await Task.WhenAll(taken).WaitAsync(Patience), r => Assert.Null(r.Refusal));
        (await site.PostAsync("a", "ada", "Now")).Expect(201);
    }

    [Fact]
    public async Task Two_nodes_that_write_at_once_share_the_order_and_the_counts()
    {
        await using var one = await Node.StartAsync(store);
        await using var two = await one.AnotherAsync();
        var site = await one.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var sides = new[] { site, two.Site(site.Key) };
        var root = await site.ACommentAsync("a", "root", "Root");

        var replies = await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(async i =>
                {
                    var posted = await sides[i % 2].PostAsync("a", $"c{i % 7}", $"Reply {i}", root);
                    var read = await sides[(i + 1) % 2]
                        .GetAsync(
                            $"/comments/{posted.Expect(201)["id"].GetGuid()}",
                            headers: ("ThreadStore-Min-Position", $"{posted.Position}")
                        );
                    read.Expect(200);
                    Assert.True(read.Position >= posted.Position);
                    return posted;
                })
        );

        Assert.Equal(60, replies.Select(r => r.Position).Distinct().Count());
        foreach (var side in sides)
        {
            Assert.Equal(60, (await side.GetAsync($"/comments/{root}"))["replyCount"].GetInt32());
            await Walk.AssertLawOfCountsAsync(side, "a");
        }
        await one.AssertRowsFollowFromEventsAsync();
    }

    [Fact]
    public async Task What_another_node_writes_while_a_command_waits_is_known_when_it_is_decided()
    {
        await using var one = await Node.StartAsync(store);
        await using var two = await one.AnotherAsync();
        var site = await one.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        // so that the node remembers all that the next one needs
        (await site.PostAsync("a", "ada", "Before")).Expect(201);

        var batch = await HeldBatch.StartAsync(two, new Closing(site.Key));
        var late = one.Appender.AppendAsync(
            Say(site, "ada", "Too late"),
            TestContext.Current.CancellationToken
        );
        await batch.UntilWaitingAsync(2);
        await batch.ReleaseAsync();

        Assert.Equal("discussion-closed", (await late).Refusal?.Code);
        await one.AssertRowsFollowFromEventsAsync(500);
    }

    [Fact]
    public async Task A_repeated_request_on_another_node_creates_nothing()
    {
        await using var one = await Node.StartAsync(store);
        await using var two = await one.AnotherAsync();
        var site = await one.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var sides = new[] { site, two.Site(site.Key) };

        var replies = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i => sides[i % 2].PostAsync("a", "ada", "Once", headers: ("Idempotency-Key", "k")))
        );

        Assert.Single(replies.Select(r => r.Expect(201)["id"].GetGuid()).Distinct());
        Assert.Single(await Walk.ThreadAsync(site, "a"));
    }

    [Fact]
    public async Task Requests_recover_by_themselves_when_all_connections_are_cut()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        (await site.PostAsync("a", "ada", "Before")).Expect(201);

        // asked before any of the node's connections is cut
        var name = await node.ScalarAsync("select current_database()::text");

        for (var round = 0; round < 3; round++)
        {
            var writers = Enumerable
                .Range(0, 8)
                .Select(i => RepeatUntilAsync(site, $"p{i}", $"Round {round}"))
                .ToArray();
            await using (
                var cut = store.Database.CreateCommand(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = $1"
                )
            )
            {
                cut.Parameters.Add(new() { Value = name });
                await cut.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }
            await Task.WhenAll(writers);
        }

        Assert.Equal(25, (await Walk.ThreadAsync(site, "a")).Count);
        await Walk.AssertLawOfCountsAsync(site, "a");
        await node.AssertRowsFollowFromEventsAsync(500);
    }

    [Fact]
    public async Task Without_its_database_a_server_says_so_at_once_and_goes_on_when_it_is_back()
    {
        var folder = Directory.CreateTempSubdirectory("threadstore-away-").FullName;
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(folder, _ => { });
            await using var node = await Node.StartAsync(store, postgres.ConnectionString);
            var site = await node.ASiteAsync();
            (await site.PutArticleAsync("a")).Expect(201);
            var first = (await site.PostAsync("a", "ada", "Before")).Expect(201);

            await KillAsync(folder);
            foreach (
                var path in (string[])["/articles/a/comments", "/articles/a", $"/comments/{Guid.NewGuid()}"]
            )
                await AssertUnavailableAsync(() => site.GetAsync(path));
            await AssertUnavailableAsync(() =>
                site.GetAsync("/articles/a", headers: ("ThreadStore-Min-Position", $"{first.Position + 1}"))
            );
            await AssertUnavailableAsync(() => site.PostAsync("a", "ada", "Lost"));
            await AssertUnavailableAsync(() => site.PutArticleAsync("b"));
            Assert.Equal(503, (await Store.SendAsync(node.Client, "GET", "/health/ready")).Status);
            Assert.Equal(200, (await Store.SendAsync(node.Client, "GET", "/health/live")).Status);

            // on the port that it had
            await using var again = await EmbeddedPostgres.StartAsync(folder, _ => { });
            Assert.Equal(postgres.ConnectionString, again.ConnectionString);
            await RepeatUntilAsync(site, "ada", "After");
            Assert.Equal(2, (await Walk.ThreadAsync(site, "a")).Count);
            // it listens again: what another node writes comes by itself
            await using var other = await node.AnotherAsync();
            var posted = (await other.Site(site.Key).PostAsync("a", "ben", "Heard?")).Expect(201);
            await UntilAsync(() => node.Positions.Newest >= posted.Position);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_database_whose_name_is_not_known_is_away_too_and_ends_no_server()
    {
        var app = await store.StartKestrelAsync("Host=no-such-host.invalid");
        var appender = app.Services.GetRequiredService<Appender>();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        var receipts = await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(_ => appender.AppendAsync(new Nothing("s"), TestContext.Current.CancellationToken))
        );

        Assert.All(receipts, r => Assert.Equal("unavailable", r.Refusal?.Code));
        (await Store.SendAsync(client, "GET", "/v1/sites/s/articles")).Expect(503, "unavailable");
        Assert.False(app.Lifetime.ApplicationStopping.IsCancellationRequested);
        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_server_knows_from_its_start_how_far_the_history_goes()
    {
        await using var one = await Node.StartAsync(store);
        var site = await one.ASiteAsync();
        var put = (await site.PutArticleAsync("a")).Expect(201);

        await using var two = await one.AnotherAsync();

        Assert.Equal(put.Position, (await two.Site(site.Key).GetAsync("/articles/a")).Position);
    }

    static async Task KillAsync(string folder)
    {
        var cluster = Assert.NotNull(ClusterFolder.Existing(Path.Combine(folder, "postgres"))).Folder;
        var postmaster = Assert.IsType<PostmasterFile>(PostmasterFile.Read(cluster));
        using var server = Process.GetProcessById(postmaster.Pid);
        server.Kill();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    static async Task AssertUnavailableAsync(Func<Task<Reply>> send)
    {
        var started = Stopwatch.GetTimestamp();
        var reply = (await send()).Expect(503, "unavailable");
        Assert.True(Stopwatch.GetElapsedTime(started) < AtOnce);
        Assert.True(reply.Headers.ContainsKey("Retry-After"));
    }

    /// <summary>As a client should: after a 503 again, with the same key.</summary>
    static async Task RepeatUntilAsync(TestSite site, string by, string text)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var reply = await site.PostAsync("a", by, text, headers: ("Idempotency-Key", text));
            if (reply.Status == 201)
                return;
            reply.Expect(503, "unavailable");
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, reply.Text);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "It did not happen in time.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    static Registration Revise(TestSite site, string title) =>
        new(site.Key, "a", new(title, null, null, null, null, null, null), "cms", DateTimeOffset.UtcNow);

    static Posting Say(TestSite site, string by, string text, string? name = null) =>
        new(
            site.Key,
            "a",
            Guid.CreateVersion7(),
            new PostComment(text),
            new Caller(by, name ?? by, null, site.Key, Role.None),
            DateTimeOffset.UtcNow,
            RequestHash: null
        );

    /// <summary>Has nothing to do.</summary>
    sealed record Nothing(string Site) : ISubmission<bool>
    {
        public void Need(WorkingSet set) { }

        public Decision Decide(WorkingSet known) => Decision.Nothing;

        public bool Answer(WorkingSet known, Decision decision) => true;
    }

    sealed record Closing(string Site) : ISubmission<bool>
    {
        Guid Article { get; } = StreamId.Article(Site, "a");

        public void Need(WorkingSet set) => set.Articles.Want(Site, Article);

        public Decision Decide(WorkingSet known) =>
            Decision.Append(
                new StreamEvent(Article, new DiscussionClosed("a", "editor", DateTimeOffset.UnixEpoch))
            );

        public bool Answer(WorkingSet known, Decision decision) => true;
    }

    /// <summary>Begins a stream that is there already; the store refuses it.</summary>
    sealed record Colliding(string Site) : ISubmission<bool>
    {
        public void Need(WorkingSet set) => set.Articles.Want(Site, StreamId.Article(Site, "new"));

        public Decision Decide(WorkingSet known) =>
            Decision.Append(
                StreamEvent.First<Article>(
                    StreamId.Article(Site, "a"),
                    new ArticleRegistered(
                        "new",
                        new("New", null, null, null, null, null, null),
                        "cms",
                        DateTimeOffset.UtcNow,
                        null
                    )
                )
            );

        public bool Answer(WorkingSet known, Decision decision) => true;
    }

    /// <summary>Has a bug.</summary>
    sealed record Failing(string Site, bool InNeed) : ISubmission<bool>
    {
        public void Need(WorkingSet set)
        {
            if (InNeed)
                throw new InvalidOperationException("A bug.");
        }

        public Decision Decide(WorkingSet known) => throw new InvalidOperationException("A bug.");

        public bool Answer(WorkingSet known, Decision decision) => true;
    }
}
