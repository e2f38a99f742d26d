using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.Databases.Moves;
using ThreadStore.Http;
using ThreadStore.Rows;
using ThreadStore.Setup;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Databases;

/// <summary>An event as it is told apart from others, whatever its position.</summary>
sealed record Told(Guid Id, Guid Stream, long Version, string Type, DateTime At, string Data);

/// <summary>Two databases, <c>main</c> and <c>news</c>, and the program that sees to them.</summary>
sealed class TwoDatabases(Store store, NamedDatabase[] databases) : IAsyncDisposable
{
    /// <summary>On the article that <see cref="FillAsync"/> fills.</summary>
    public const int Comments = 60;

    /// <summary>Of these.</summary>
    public const int Rejected = Comments / 10;

    readonly Dictionary<string, NpgsqlDataSource> sources = databases.ToDictionary(
        d => d.Name,
        d => NpgsqlDataSource.Create(d.ConnectionString)
    );

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ThreadStoreProgram Program { get; } = new();

    public NpgsqlDataSource First => sources["main"];

    public NpgsqlDataSource this[string name] => sources[name];

    public static async Task<TwoDatabases> CreateAsync(Store store) =>
        new(
            store,
            [new("main", await store.CreateDatabaseAsync()), new("news", await store.CreateDatabaseAsync())]
        );

    public Task<SeveralNode> NodeAsync() => SeveralNode.StartAsync(store, databases);

    public (string, string?)[] Environment =>
        [.. databases.Select(d => ($"ThreadStore__Databases__{d.Name}", (string?)d.ConnectionString))];

    public Task<Ran> MoveAsync(string site, string to) => Program.RunAsync(Move(site, to), Environment);

    public static string[] Move(string site, string to) => ["databases", "move", "--site", site, "--to", to];

    /// <summary>What people write, with replies, edits, reactions and decisions.</summary>
    public static async Task FillAsync(TestSite site, string article, int comments = Comments)
    {
        var moderator = site.Token("mod", Role.Moderator);
        Guid? parent = null;
        for (var n = 0; n < comments; n++)
        {
            var by = string.Create(CultureInfo.InvariantCulture, $"p{n % 7}");
            var id = await site.ACommentAsync(
                article,
                by,
                $"Number {n}, by {by}",
                n % 3 == 0 ? null : parent
            );
            if (n % 10 == 0)
                (
                    await site.SendAsync("POST", $"/comments/{id}/reject", new { reason = "spam" }, moderator)
                ).Expect(200);
            else
                parent = id;
        }
    }

    public async Task<IReadOnlyList<Told>> EventsAsync(string database, string site)
    {
        await using var command = sources[database]
            .CreateCommand(
                """
                select id, stream_id, version, type, timestamp, data::text from threadstore.mt_events
                where tenant_id = $1 order by seq_id
                """
            );
        command.Parameters.Add(new() { Value = site });
        var events = new List<Told>();
        await using var reader = await command.ExecuteReaderAsync(Ct);
        while (await reader.ReadAsync(Ct))
            events.Add(
                new(
                    reader.GetGuid(0),
                    reader.GetGuid(1),
                    reader.GetInt64(2),
                    reader.GetString(3),
                    reader.GetDateTime(4),
                    reader.GetString(5)
                )
            );
        return events;
    }

    /// <summary>How many rows of any table a site has in a database.</summary>
    public async Task<(string, long)> RowsAsync(string database, string site)
    {
        var rows = 0L;
        foreach (
            var (table, column) in SiteTables
                .Events.Select(t => (t, "tenant_id"))
                .Concat(SiteTables.OfEvents.Select(t => (t, "site")))
                .Concat(SiteTables.Moved.Select(t => (t.Name, "site")))
        )
            rows += (long)
                (await ScalarAsync(database, $"select count(*) from {table} where {column} = '{site}'"))!;
        return (database, rows);
    }

    /// <summary>The last event that a site's webhook has heard of.</summary>
    public async Task<object?> WebhookAsync(string database, string site) =>
        await ScalarAsync(
            database,
            $"""
            select e.id from threadstore.webhooks w join threadstore.mt_events e on e.tenant_id = w.site and e.seq_id <= w.position
            where w.site = '{site}' order by e.seq_id desc limit 1
            """
        );

    public async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var command = sources[database].CreateCommand(sql);
        return await command.ExecuteScalarAsync(Ct);
    }

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var command = sources[database].CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    /// <summary>Reader rows of both databases agree with their events.</summary>
    public static async Task CompareAsync(SeveralNode node)
    {
        foreach (var (_, services) in node.Pool.All)
            Assert.Empty(
                await RebuildBeside.CompareAsync(
                    services!.GetRequiredService<NpgsqlDataSource>(),
                    null,
                    _ => { },
                    Ct
                )
            );
    }

    /// <summary>Both databases agree with their events in all that is made of them.</summary>
    public async Task CheckAsync()
    {
        foreach (var named in databases)
            (await Program.RunAsync(["doctor", "--full", "--database", named.Name], Environment)).Expect(0);
    }

    public async ValueTask DisposeAsync()
    {
        Program.Dispose();
        foreach (var source in sources.Values)
            await source.DisposeAsync();
    }
}
