using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Postgres;
using ThreadStore.Search;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Search;

/// <summary>What a store of its own is needed for: another version's index, and a database that takes too long.</summary>
public class SearchRenewTests(Store store)
{
    const string Site = "/v1/sites/gazette";

    async Task<(WebApplication Node, HttpClient Client, NpgsqlDataSource Database)> ANodeAsync()
    {
        var connectionString = await store.CreateDatabaseAsync();
        await using (var app = store.Builder(connectionString).Build())
            await Schema.ApplyAsync(
                app.Services.GetRequiredService<IDocumentStore>(),
                CancellationToken.None
            );
        var node = await store.StartKestrelAsync(connectionString);
        var client = new HttpClient { BaseAddress = new(node.Urls.First()) };
        var admin = Store.Token("*", "root", Role.Admin);
        (await Store.SendAsync(client, "PUT", Site, new { }, admin)).Expect(201);
        (await Store.SendAsync(client, "PUT", $"{Site}/articles/a", new { title = "A" }, admin)).Expect(201);
        return (node, client, NpgsqlDataSource.Create(connectionString));
    }

    static async Task<long> PostAsync(HttpClient client, string body) =>
        (
            await Store.SendAsync(
                client,
                "POST",
                $"{Site}/articles/a/comments",
                new { body },
                Store.Token("*", "ada")
            )
        )
            .Expect(201)
            .Position;

    static Task<Reply> SearchAsync(HttpClient client, string q, long position) =>
        Store.SendAsync(client, "GET", $"{Site}/search?q={q}&minPosition={position}");

    static async Task<object?> RunAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    [Fact]
    public async Task A_store_that_another_version_indexed_is_indexed_anew_by_itself()
    {
        var (node, client, database) = await ANodeAsync();
        await using var both = node;
        await using var own = database;
        var position = await PostAsync(client, "on Trump/Vance");
        (await SearchAsync(client, "vance", position)).Expect(200);
        var indexer = node.Services.GetRequiredService<Indexer>();
        await indexer.StopAsync(CancellationToken.None);
        // as the version before left it
        await RunAsync(
            database,
            "update threadstore.search_rows set body = 'on Trump/Vance', words = to_tsvector('simple', 'on Trump/Vance')"
        );
        await RunAsync(database, "delete from threadstore.search_version");
        Assert.Empty((await SearchAsync(client, "vance", position)).Expect(200)["items"].EnumerateArray());

        await indexer.StartAsync(CancellationToken.None);

        await Until.TrueAsync(
            async () =>
                (await Store.SendAsync(client, "GET", $"{Site}/search?q=vance"))
                    .Expect(200)["items"]
                    .GetArrayLength() == 1,
            "the new index"
        );
        Assert.Equal(
            SearchRows.Version,
            await RunAsync(database, "select version from threadstore.search_version")
        );
        // once: the next start finds nothing to do
        await using var connection = await database.OpenConnectionAsync();
        Assert.False(await SearchVersion.RenewAsync(connection, CancellationToken.None));
    }

    [Fact]
    public async Task A_search_that_takes_too_long_is_busy_and_is_not_taken_for_an_outage()
    {
        var (node, client, database) = await ANodeAsync();
        await using var both = node;
        await using var own = database;
        (await SearchAsync(client, "plain", await PostAsync(client, "plain"))).Expect(200);
        const string connections =
            "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'threadstore'";
        var before = await RunAsync(database, connections);
        await using var holder = await database.OpenConnectionAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table threadstore.search_rows", holder, transaction))
            await hold.ExecuteNonQueryAsync();

        var busy = (await Store.SendAsync(client, "GET", $"{Site}/search?q=plain")).Expect(503, "busy");

        Assert.Equal("1", busy.Headers["Retry-After"]);
        // none was thrown away
        Assert.True((long)(await RunAsync(database, connections))! >= (long)before!);
        await transaction.RollbackAsync();
        (await Store.SendAsync(client, "GET", $"{Site}/search?q=plain")).Expect(200);
    }

    [Fact]
    public void A_timeout_is_told_from_an_outage()
    {
        PostgresException Refused(string state) => new("x", "ERROR", "ERROR", state);

        Assert.True(Outage.IsTimeout(Refused(PostgresErrorCodes.QueryCanceled)));
        Assert.True(Outage.IsTimeout(new InvalidOperationException("x", Refused("57014"))));
        Assert.False(Outage.IsTimeout(Refused(PostgresErrorCodes.AdminShutdown)));
        Assert.False(Outage.IsTimeout(new IOException()));
    }
}
