using CsCheck;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Tests.Rows;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Postgres;

/// <summary>A real PgBouncer between servers and PostgreSQL.</summary>
public sealed class PgBouncerTests(Store store)
{
    const string Past = "ConnectionStrings:ThreadStoreSession";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="mode">By transaction there is a way past the pooler, too.</param>
    [Theory]
    [InlineData("session")]
    [InlineData("transaction")]
    public async Task Servers_hear_each_other(string mode)
    {
        var direct = await store.CreateDatabaseAsync();
        await using var pooler = await Pooler.PgBouncerAsync(direct, mode);
        var past = mode == "session" ? null : direct;
        await using (var check = new DatabaseCheck(pooler.ConnectionString, past))
            Assert.True((await check.RunAsync(Ct)).Duration() < DatabaseCheck.NoticeableClock);
        await using var node = past is null
            ? await Node.StartAsync(store, pooler.ConnectionString)
            : await Node.StartAsync(store, pooler.ConnectionString, (Past, past));
        await using var other = await node.AnotherAsync();
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        await using var live = await LiveReader.OpenAsync(
            other.Client,
            $"/v1/sites/{site.Key}/articles/a/live"
        );

        for (var n = 0; n < 5; n++)
        {
            var posted = (await site.PostAsync("a", "ada", $"Comment {n}")).Expect(201);
            var read = await other
                .Site(site.Key)
                .GetAsync("/articles/a/comments", null, ("ThreadStore-Min-Position", $"{posted.Position}"));
            Assert.Equal(n + 1, read.Expect(200)["commentCount"].GetInt32());
            LiveItem item;
            while ((item = await live.NextAsync()).Name != "comment-published") { }
            Assert.Equal(posted["id"].GetGuid(), item.Comment);
        }

        // one of them indexes
        var found = await other
            .Site(site.Key)
            .GetAsync("/search?q=comment", null, ("ThreadStore-Min-Position", $"{node.Positions.Newest}"));
        Assert.Equal(5, found.Expect(200)["items"].GetArrayLength());
        if (past is null)
        {
            Assert.Equal("off", await node.ScalarAsync("show enable_seqscan"));
            Assert.Equal("10s", await node.ScalarAsync("show idle_in_transaction_session_timeout"));
        }
        Assert.Equal(200, (int)(await other.Client.GetAsync("/health/ready", Ct)).StatusCode);
    }

    [Fact]
    public async Task By_transaction_any_history_is_as_it_is_without_it()
    {
        var direct = await store.CreateDatabaseAsync();
        await using var pooler = await Pooler.PgBouncerAsync(direct, "transaction");
        await using (var node = await Node.StartAsync(store, pooler.ConnectionString, (Past, direct)))
            await RandomHistoryTests
                .Any.Array[4, 16]
                .Array[5, 8]
                .SampleAsync(
                    async groups =>
                    {
                        var run = await RandomHistoryTests.Run.StartAsync(node);
                        foreach (var group in groups)
                            await Task.WhenAll(group.Select(run.MakeAsync));
                    },
                    iter: 2,
                    threads: 1
                );

        using var program = new ThreadStoreProgram();
        (string, string?)[] ways =
        [
            ("ConnectionStrings__ThreadStore", pooler.ConnectionString),
            ("ConnectionStrings__ThreadStoreSession", direct),
        ];
        var served = await program.ServeAsync(ways);
        Assert.Equal(200, (int)(await served.Client.GetAsync("/health/ready", Ct)).StatusCode);
        Assert.Equal(0, await served.TerminateAsync(TimeSpan.FromSeconds(30)));
        foreach (
            var command in (string[][])
                [
                    ["doctor", "--full"],
                    ["rebuild"],
                    ["replay", "--all", "--out", "lake"],
                ]
        )
            (await program.RunAsync(command, ways)).Expect(0);
    }

    [Fact]
    public async Task By_statement_it_is_refused_with_a_way_past_it_too()
    {
        var direct = await store.CreateDatabaseAsync();
        await using var pooler = await Pooler.PgBouncerAsync(direct, "statement");
        await using var check = new DatabaseCheck(pooler.ConnectionString, direct);

        var refused = await Assert.ThrowsAsync<StartupException>(() => check.RunAsync(Ct));

        Assert.Contains("pool_mode = transaction", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default_transaction_isolation", "serializable")]
    [InlineData("statement_timeout", "300")]
    public async Task What_can_not_be_set_through_it_must_not_be_set_elsewhere(string setting, string value)
    {
        var direct = await store.CreateDatabaseAsync();
        await using (var database = NpgsqlDataSource.Create(direct))
        await using (
            var alter = database.CreateCommand(
                $"alter database {new NpgsqlConnectionStringBuilder(direct).Database} set {setting} = '{value}'"
            )
        )
            await alter.ExecuteNonQueryAsync(Ct);
        await using var pooler = await Pooler.PgBouncerAsync(direct, "transaction");
        await using var check = new DatabaseCheck(pooler.ConnectionString, direct);

        var refused = await Assert.ThrowsAsync<StartupException>(() => check.RunAsync(Ct));

        Assert.Contains(setting, refused.Message, StringComparison.Ordinal);
        Assert.Contains("alter role", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_way_past_it_that_leads_elsewhere_or_is_pooled_itself_is_refused()
    {
        await using var pooler = await Pooler.PgBouncerAsync(
            await store.CreateDatabaseAsync(),
            "transaction"
        );
        foreach (
            var (past, said) in (IEnumerable<(string, string)>)
                [(await store.CreateDatabaseAsync(), "another database"), (pooler.ConnectionString, "too")]
        )
        {
            await using var check = new DatabaseCheck(pooler.ConnectionString, past);

            var refused = await Assert.ThrowsAsync<StartupException>(() => check.RunAsync(Ct));

            Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("statement")]
    public async Task By_transaction_or_statement_it_is_refused_with_the_mode_that_is_needed(string mode)
    {
        await using var pooler = await Pooler.PgBouncerAsync(await store.CreateDatabaseAsync(), mode);
        await using var check = new DatabaseCheck(pooler.ConnectionString);

        var refused = await Assert.ThrowsAsync<StartupException>(() => check.RunAsync(Ct));

        Assert.Contains("pool_mode = session", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__ThreadStoreSession", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_and_doctor_refuse_it_in_one_line()
    {
        await using var pooler = await Pooler.PgBouncerAsync(
            await store.CreateDatabaseAsync(),
            "transaction"
        );
        using var program = new ThreadStoreProgram();
        foreach (var command in (string[])["serve", "doctor"])
        {
            var ran = await program.RunAsync(
                [command],
                ("ConnectionStrings__ThreadStore", pooler.ConnectionString)
            );
            Assert.Contains(
                "pool_mode = session",
                Assert.Single(ran.Expect(1).ErrorLines),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_server_that_comes_to_be_pooled_by_transaction_is_not_ready()
    {
        var connectionString = await store.CreateDatabaseAsync();
        await using (await Node.StartAsync(store, connectionString)) { }
        await using var pooler = await Pooler.PgBouncerAsync(connectionString, "transaction");
        await using var node = await Node.StartAsync(
            store,
            // without prepared statements it looks healthy
            $"{pooler.ConnectionString};Max Auto Prepare=0",
            ("ThreadStore:SilenceMilliseconds", "2000")
        );

        await Until.TrueAsync(
            async () =>
            {
                var ready = await node.Client.GetAsync("/health/ready", Ct);
                return (int)ready.StatusCode == 503
                    && (await ready.Content.ReadAsStringAsync(Ct)).Contains(
                        "pool_mode",
                        StringComparison.Ordinal
                    );
            },
            "it says that it does not hear"
        );
    }
}
