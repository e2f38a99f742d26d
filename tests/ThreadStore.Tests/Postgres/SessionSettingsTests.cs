using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Postgres;

/// <summary>Roles and databases as others have set them up.</summary>
public sealed class SessionSettingsTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_role_is_set_to_does_not_reach_our_sessions()
    {
        var (connectionString, role) = await ARoleAsync("superuser");
        foreach (
            var setting in (string[])
                [
                    "default_transaction_isolation = 'serializable'",
                    "statement_timeout = '20s'",
                    "lock_timeout = '20s'",
                    "idle_session_timeout = '20s'",
                    "idle_in_transaction_session_timeout = '20s'",
                    "quote_all_identifiers = on",
                ]
        )
            await ScalarAsync($"alter role {role} set {setting}");
        await using var node = await Node.StartAsync(store, connectionString);
        await Schema.CheckAsync(node.Documents, Ct);

        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", "ada", "Good");

        var connections = node.Services.GetRequiredService<WriteConnections>();
        await using var writer = await connections.OpenAsync();
        await using var reader = await node.Database.OpenConnectionAsync(Ct);
        foreach (var connection in (NpgsqlConnection[])[writer, reader])
        foreach (
            var (name, value) in ((string, string)[])
                [
                    ("default_transaction_isolation", "read committed"),
                    ("statement_timeout", "0"),
                    ("lock_timeout", "0"),
                    ("idle_session_timeout", "0"),
                    ("idle_in_transaction_session_timeout", "10s"),
                    ("quote_all_identifiers", "off"),
                    ("enable_seqscan", "off"),
                ]
        )
        {
            await using var command = new NpgsqlCommand($"show {name}", connection);
            Assert.Equal((name, value), (name, await command.ExecuteScalarAsync(Ct)));
        }
    }

    [Fact]
    public async Task What_the_connection_string_sets_itself_stays()
    {
        await using var database = SessionSettings.Open(
            TunedConnection.Of($"{store.ConnectionString};Options=-c jit=on -c statement_timeout=7s")
        );
        await using var command = database.CreateCommand(
            "select current_setting('jit') || current_setting('statement_timeout') || current_setting('enable_seqscan')"
        );

        Assert.Equal("on7soff", await command.ExecuteScalarAsync(Ct));
    }

    [Fact]
    public async Task What_is_asked_by_somebody_who_is_gone_is_not_worked_on()
    {
        var asked = $"select pg_sleep(3600) /* {Guid.NewGuid()} */";
        // who loses patience breaks the connection, without a word
        await using (
            var database = SessionSettings.Open(
                TunedConnection.Of($"{store.ConnectionString};Cancellation Timeout=-1;Command Timeout=1")
            )
        )
        {
            await using var command = database.CreateCommand(asked);
            await Assert.ThrowsAsync<NpgsqlException>(() => command.ExecuteScalarAsync(Ct));
        }

        await Until.TrueAsync(
            async () =>
                await ScalarAsync(
                    $"select count(*) from pg_stat_activity where query = '{asked}' and state = 'active'"
                )
                    is 0L,
            "the end of the statement"
        );
    }

    [Theory]
    [InlineData("a,b:5433", "a:5432,b:5433")]
    [InlineData("a:1,b:2", "a:1,b:2")]
    [InlineData("a,b", "a:5432,b:5432")]
    [InlineData("/var/run/postgresql,b", "/var/run/postgresql,b:5432")]
    [InlineData("a", "a")]
    public void Each_of_several_hosts_has_its_port(string given, string tuned) =>
        Assert.Equal(
            tuned,
            new NpgsqlConnectionStringBuilder(TunedConnection.Of($"Host={given};Database=t")).Host
        );

    [Fact]
    public async Task Connections_that_were_cut_while_idle_cost_no_write()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var all = $"""
            from pg_stat_activity where datname = '{new NpgsqlConnectionStringBuilder(
                node.ConnectionString
            ).Database}'
            """;
        // of the one that listens nobody need find out: it looks four times a second
        const string listener = "query like '%mt_events l%'";
        const string writer = "(query like '%currval%' or query = 'commit')";
        for (var n = 0; n < 4; n++)
        {
            await Until.TrueAsync(
                async () =>
                {
                    // on a busy machine the pool may have closed the last one meanwhile
                    if (await ScalarAsync($"select count(*) {all} and {writer}") is 0L)
                        (await site.PostAsync("a", "ada", $"Another {Guid.NewGuid()}")).Expect(201);
                    return await ScalarAsync(
                        $"select count(*) {all} and {writer} and clock_timestamp() - state_change > '1.2 s'"
                    )
                        is >= 1L;
                },
                "nobody has written for a while"
            );
            await ScalarAsync($"select count(pg_terminate_backend(pid)) {all} and not {listener}");

            (await site.PostAsync("a", "ada", $"Comment {n}")).Expect(201);
        }
    }

    [Fact]
    public async Task A_database_that_is_not_in_UTF8_is_refused()
    {
        await ScalarAsync("create database latin encoding 'LATIN1' locale 'C' template template0");
        await using var check = new DatabaseCheck(
            new NpgsqlConnectionStringBuilder(store.ConnectionString) { Database = "latin" }.ConnectionString
        );

        var refused = await Assert.ThrowsAsync<StartupException>(() => check.RunAsync(Ct));

        Assert.Contains("encoding 'UTF8'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_make_the_schema_is_told_which_right_it_lacks()
    {
        var (connectionString, role) = await ARoleAsync("nosuperuser");

        var refused = await Assert.ThrowsAsync<StartupException>(() =>
            Node.StartAsync(store, connectionString)
        );

        var grant =
            $"grant create on database {new NpgsqlConnectionStringBuilder(connectionString).Database} to {role}";
        Assert.Contains(grant, refused.Message, StringComparison.Ordinal);
        await ScalarAsync(grant);
        await using var node = await Node.StartAsync(store, connectionString);
        await node.ASiteAsync();
    }

    [Fact]
    public async Task A_role_that_may_not_use_all_of_the_schema_is_told_what_to_grant_and_then_works()
    {
        var (connectionString, role) = await ARoleAsync("nosuperuser");
        var owner = new NpgsqlConnectionStringBuilder(store.ConnectionString)
        {
            Database = new NpgsqlConnectionStringBuilder(connectionString).Database,
        }.ConnectionString;
        await using (await Node.StartAsync(store, owner)) { }
        await using var app = store.Builder(connectionString).Build();
        var documents = app.Services.GetRequiredService<IDocumentStore>();

        var refused = await Assert.ThrowsAsync<StartupException>(() => Schema.CheckAsync(documents, Ct));

        Assert.Contains($"{role} lacks USAGE on schema", refused.Message, StringComparison.Ordinal);
        await using (var database = NpgsqlDataSource.Create(owner))
        await using (
            var command = database.CreateCommand(
                refused.Message[refused.Message.IndexOf("grant ", StringComparison.Ordinal)..^1]
            )
        )
            await command.ExecuteNonQueryAsync(Ct);
        await Schema.CheckAsync(documents, Ct);
        await using var node = await Node.StartAsync(store, connectionString);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", "ada", "Good");
        await node.AssertRowsFollowFromEventsAsync();
    }

    [Fact]
    public async Task A_clock_that_is_minutes_off_is_told_by_doctor_and_by_serve()
    {
        const string fake = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
        Assert.SkipUnless(File.Exists(fake), "There is no libfaketime on this machine.");
        using var program = new ThreadStoreProgram();
        (string, string?) database = ("ConnectionStrings__ThreadStore", await store.CreateDatabaseAsync());

        var late = await program.ServeAsync(database, ("LD_PRELOAD", fake), ("FAKETIME", "+20s"));
        Assert.Contains("20 s ahead of the database's", late.Said, StringComparison.Ordinal);
        await late.KillAsync();

        var ran = await program.RunAsync(["doctor"], database, ("LD_PRELOAD", fake), ("FAKETIME", "-2m"));
        Assert.Contains(
            "The clocks are too far apart",
            Assert.Single(ran.Expect(1).ErrorLines),
            StringComparison.Ordinal
        );
    }

    async Task<(string ConnectionString, string Role)> ARoleAsync(string attribute)
    {
        var role = $"r{Guid.NewGuid():N}";
        await ScalarAsync($"create role {role} login {attribute} password 'secret'");
        return (
            new NpgsqlConnectionStringBuilder(await store.CreateEmptyDatabaseAsync())
            {
                Username = role,
                Password = "secret",
            }.ConnectionString,
            role
        );
    }

    async Task<object?> ScalarAsync(string sql)
    {
        await using var command = store.Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Ct);
    }
}
