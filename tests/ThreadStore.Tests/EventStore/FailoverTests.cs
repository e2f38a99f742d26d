using System.Collections.Concurrent;
using Npgsql;
using ThreadStore.Benchmarks;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.EventStore;

/// <summary>A primary and a standby, both real: what servers do before, while and after one takes the other's place.</summary>
public sealed class FailoverTests(Store store)
{
    const int Writers = 4;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_standby_is_refused_until_it_takes_over_and_then_nothing_is_lost()
    {
        var folder = Directory.CreateTempSubdirectory("threadstore-failover-").FullName;
        try
        {
            await using var primary = await EmbeddedPostgres.StartAsync(folder, _ => { });
            Assert.SkipUnless(
                CopiedCluster.IsPossible(folder),
                "These binaries of PostgreSQL have no pg_basebackup."
            );
            await using var standby = await CopiedCluster.CopyAsync(
                primary.ConnectionString,
                folder,
                follows: true
            );
            await standby.StartAsync();
            await FollowCloselyAsync(primary);
            var both = new NpgsqlConnectionStringBuilder(primary.ConnectionString);
            both.Host = $"127.0.0.1:{both.Port},127.0.0.1:{standby.Port}";
            await using var node = await Node.StartAsync(
                store,
                $"{both.ConnectionString};Target Session Attributes=primary"
            );
            await RefusedAsync(standby.ConnectionString, "is a standby, which takes no writes");
            await AssertPgpoolAsync(primary, standby);

            var site = await node.ASiteAsync();
            (await site.PutArticleAsync("a")).Expect(201);
            await using var live = await LiveReader.OpenAsync(
                node.Client,
                $"/v1/sites/{site.Key}/articles/a/live"
            );
            var load = new Load(site);
            using var stop = new CancellationTokenSource();
            var writing = Task.WhenAll(
                Enumerable.Range(0, Writers).Select(w => load.WriteAsync(w, stop.Token))
            );
            await load.UntilAsync(written: 40);
            await CopiedCluster.CrashAsync(folder);
            await load.UntilRefusedAsync();
            Assert.Equal(503, (int)(await node.Client.GetAsync("/health/ready", Ct)).StatusCode);

            await standby.ExecuteAsync("select pg_promote()");

            await load.UntilAsync(written: load.Count + 40);
            await stop.CancelAsync();
            await writing;
            await Until.TrueAsync(
                async () => (await node.Client.GetAsync("/health/ready", Ct)).IsSuccessStatusCode,
                "it is ready"
            );
            var thread = await Walk.ThreadAsync(site, "a", limit: 100, replies: 0);
            Assert.Empty(load.Written.Except(thread.Select(c => c.GetProperty("id").GetGuid())));
            // each of them was told, and the stream never said that it had lost something
            var told = new HashSet<Guid>();
            while (!load.Written.All(told.Contains))
            {
                var item = await live.NextAsync();
                Assert.NotEqual("resync", item.Name);
                if (item.Name == "comment-published")
                    told.Add(item.Comment);
            }
            await node.AssertRowsFollowFromEventsAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_database_that_takes_no_writes_is_unavailable_to_writers_until_it_does_again()
    {
        await using var node = await Node.StartAsync(store);
        var name = new NpgsqlConnectionStringBuilder(node.ConnectionString).Database;
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var comment = await site.ACommentAsync("a", "ada", "Before");

        Task<Reply>[] Writes() =>
            [
                site.PostAsync("a", "ada", $"While it takes none {Guid.NewGuid()}"),
                site.PutArticleAsync($"{Guid.NewGuid()}"),
                site.SendAsync(
                    "POST",
                    "/moderation/claims",
                    new { ids = new[] { comment } },
                    site.Token("m", Role.Moderator)
                ),
            ];
        async Task ExecuteAsync(string sql)
        {
            await using var command = store.Database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Ct);
        }

        await ExecuteAsync($"alter database {name} set default_transaction_read_only = on");
        // sessions that were there before may write on; pools renew theirs some time
        await ExecuteAsync(
            $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
        );
        var refused = 0;
        while (refused < 5)
            foreach (var reply in await Task.WhenAll(Writes()))
            {
                Assert.True(reply.Status is 200 or 201 or 503, $"{reply.Status} {reply.Text}");
                if (reply.Status == 503)
                    Assert.True(reply.Expect(503, "unavailable").Headers.ContainsKey("Retry-After"));
                refused = reply.Status == 503 ? refused + 1 : 0;
            }
        (await site.GetAsync($"/comments/{comment}")).Expect(200);
        await Until.TrueAsync(
            async () =>
            {
                using var ready = await node.Client.GetAsync("/health/ready", Ct);
                return (int)ready.StatusCode == 503
                    && (await ready.Content.ReadAsStringAsync(Ct)).Contains(
                        "default_transaction_read_only",
                        StringComparison.Ordinal
                    );
            },
            "it says why it is not ready"
        );

        await ExecuteAsync($"alter database {name} reset default_transaction_read_only");

        await Until.TrueAsync(
            async () => (await node.Client.GetAsync("/health/ready", Ct)).IsSuccessStatusCode,
            "it is ready"
        );
        foreach (var reply in await Task.WhenAll(Writes()))
            Assert.True(reply.Status is 200 or 201, $"{reply.Status} {reply.Text}");
    }

    static async Task FollowCloselyAsync(EmbeddedPostgres primary)
    {
        await using var database = NpgsqlDataSource.Create(primary.ConnectionString);
        await Until.TrueAsync(
            async () =>
            {
                await using var state = database.CreateCommand(
                    "select count(*) from pg_stat_replication where state = 'streaming'"
                );
                return await state.ExecuteScalarAsync(Ct) is 1L;
            },
            "the standby follows"
        );
        // what is acknowledged is there too
        foreach (
            var sql in (string[])
                ["alter system set synchronous_standby_names = '*'", "select pg_reload_conf()"]
        )
        {
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Ct);
        }
    }

    static async Task RefusedAsync(string connectionString, string sentence)
    {
        await using var check = new DatabaseCheck(connectionString);
        var refused = await Assert.ThrowsAsync<StartupException>(() => check.RunAsync(Ct));
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Where there is Pgpool-II: it is refused while it shares statements out, and good while it does not.</summary>
    static async Task AssertPgpoolAsync(EmbeddedPostgres primary, CopiedCluster standby)
    {
        if (!Pooler.HasPgpool)
            return;
        await TrustAsync(primary.ConnectionString);
        await TrustAsync(standby.ConnectionString);
        await using (
            var sharing = await Pooler.PgpoolAsync(primary.ConnectionString, standby.Port, sharesOut: true)
        )
            await RefusedAsync(sharing.ConnectionString, "load_balance_mode = off");
        await using var plain = await Pooler.PgpoolAsync(
            primary.ConnectionString,
            standby.Port,
            sharesOut: false
        );
        await using var check = new DatabaseCheck(plain.ConnectionString);
        await check.RunAsync(Ct);
    }

    /// <summary>Pgpool-II would need the password's own copy.</summary>
    static async Task TrustAsync(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand("show hba_file");
        var file = (string)(await command.ExecuteScalarAsync(Ct))!;
        await File.WriteAllTextAsync(
            file,
            $"host all all 127.0.0.1/32 trust\n{await File.ReadAllTextAsync(file, Ct)}",
            Ct
        );
        await using var reload = database.CreateCommand("select pg_reload_conf()");
        await reload.ExecuteNonQueryAsync(Ct);
    }

    /// <summary>Writers who are told 201 or 503 and nothing else.</summary>
    sealed class Load(TestSite site)
    {
        readonly ConcurrentDictionary<Guid, bool> written = new();
        int refused;

        public IEnumerable<Guid> Written => written.Keys;
        public int Count => written.Count;

        public async Task WriteAsync(int writer, CancellationToken stop)
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                var reply = await site.PostAsync("a", $"w{writer}", $"Comment {n} {Guid.NewGuid()}");
                if (reply.Status == 201)
                    written[reply["id"].GetGuid()] = true;
                else
                {
                    Assert.True(reply.Expect(503, "unavailable").Headers.ContainsKey("Retry-After"));
                    Interlocked.Increment(ref refused);
                }
            }
        }

        public Task UntilAsync(int written) =>
            Until.TrueAsync(
                () => Task.FromResult(Count >= written),
                "comments are written",
                TimeSpan.FromMinutes(1)
            );

        public Task UntilRefusedAsync() =>
            Until.TrueAsync(
                () => Task.FromResult(Volatile.Read(ref refused) > Writers),
                "writers are refused"
            );
    }
}
