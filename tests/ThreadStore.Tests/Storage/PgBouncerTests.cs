using ThreadStore.Storage;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Storage;

/// <summary>A real PgBouncer between servers and PostgreSQL.</summary>
public sealed class PgBouncerTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task By_session_servers_hear_each_other_and_have_their_own_settings()
    {
        await using var pooler = await Pooler.PgBouncerAsync(await store.CreateDatabaseAsync(), "session");
        await using (var check = new DatabaseCheck(pooler.ConnectionString))
            Assert.True((await check.RunAsync(Ct)).Duration() < DatabaseCheck.NoticeableClock);
        await using var node = await Node.StartAsync(store, pooler.ConnectionString);
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

        Assert.Equal("off", await node.ScalarAsync("show enable_seqscan"));
        Assert.Equal("10s", await node.ScalarAsync("show idle_in_transaction_session_timeout"));
        Assert.Equal(200, (int)(await other.Client.GetAsync("/health/ready", Ct)).StatusCode);
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
