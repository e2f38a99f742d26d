using System.Diagnostics;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Search;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Databases;

/// <summary>Nodes share out whose search and reports they make, and do the work of one that is no more.</summary>
public sealed class HandoverTests(Store store)
{
    /// <summary>From the death of a node until another does its work.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    const string Holder = """
        select a.application_name from pg_locks l join pg_stat_activity a using (pid)
        where l.locktype = 'advisory' and l.granted and a.datname = current_database()
          and (l.classid::bigint << 32 | l.objid::bigint) = $1
        """;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_killed_node_indexed_another_indexes_within_ten_seconds_in_each_database()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        string[] databases = [await store.CreateDatabaseAsync(), await store.CreateDatabaseAsync()];
        using var program = new ThreadStoreProgram();
        async Task<ServerProcess> ServeAsync(string name) =>
            await program.ServeAsync([
                .. databases.Select(
                    (d, n) =>
                        ($"ThreadStore__Databases__{(n == 0 ? "main" : "news")}", (string?)Named(d, name))
                ),
            ]);
        async Task<string?> HolderAsync(string connectionString)
        {
            await using var database = NpgsqlDataSource.Create(Named(connectionString, "test"));
            await using var command = database.CreateCommand(Holder);
            command.Parameters.Add(new() { Value = Indexer.Lock });
            return await command.ExecuteScalarAsync(Ct) as string;
        }
        Task UntilHeldByAsync(params string[] names) =>
            Until.TrueAsync(
                async () =>
                {
                    var holders = new[] { await HolderAsync(databases[0]), await HolderAsync(databases[1]) };
                    return holders.Order().SequenceEqual(names);
                },
                $"{string.Join(" and ", names)} index"
            );
        var first = await ServeAsync("first");
        await UntilHeldByAsync("first", "first");
        var second = await ServeAsync("second");
        // who came later takes its part
        await UntilHeldByAsync("first", "second");
        var sites = new List<(TestSite Site, string Article)>();
        foreach (var name in (string[])["main", "news"])
        {
            var site = new TestSite(store, $"s{Guid.NewGuid():N}") { Client = second.Client };
            (
                await site.SendAsync("PUT", "", new { database = name }, Store.Token("*", "root", Role.Admin))
            ).Expect(201);
            sites.Add((site, await site.AnArticleAsync()));
        }

        await first.KillAsync();

        var died = Stopwatch.GetTimestamp();
        foreach (var (site, article) in sites)
        {
            var posted = (await site.PostAsync(article, "ada", "The bridge is closed")).Expect(201);
            await Until.TrueAsync(
                async () =>
                    await site.GetAsync(
                        "/search?q=bridge",
                        null,
                        ("ThreadStore-Min-Position", $"{posted.Position}")
                    )
                        is { Status: 200 } found
                    && found["items"].GetArrayLength() == 1,
                "the comment is found",
                Limit - Stopwatch.GetElapsedTime(died)
            );
        }
        await UntilHeldByAsync("second", "second");
    }

    static string Named(string connectionString, string name) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = name,
            MaxPoolSize = 15,
        }.ConnectionString;
}
