using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Storage;
using ThreadStore.Threads;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>A server on a port of its own, on a database that a test chooses.</summary>
public sealed class Node : IAsyncDisposable
{
    readonly Store store;
    readonly WebApplication app;
    readonly string connectionString;

    readonly (string, string)[] settings;

    Node(Store store, WebApplication app, string connectionString, (string, string)[] settings)
    {
        (this.store, this.app, this.connectionString, this.settings) = (
            store,
            app,
            connectionString,
            settings
        );
        // who is sent on is seen to be, and a client that followed would leave its token out
        Client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(app.Urls.First()),
        };
    }

    public Store Store => store;
    public HttpClient Client { get; }
    public string ConnectionString => connectionString;
    public IServiceProvider Services => app.Services;
    public NpgsqlDataSource Database => app.Services.GetRequiredService<NpgsqlDataSource>();
    public DocumentStore Documents => (DocumentStore)app.Services.GetRequiredService<IDocumentStore>();
    public Appender Appender => app.Services.GetRequiredService<Appender>();
    public Positions Positions => app.Services.GetRequiredService<Positions>();

    /// <param name="connectionString">Null: a database of its own.</param>
    /// <param name="settings">As in the environment, with colons.</param>
    public static Task<Node> StartAsync(
        Store store,
        string? connectionString = null,
        params (string Name, string Value)[] settings
    ) => StartAsync(store, connectionString, log: null, settings);

    /// <param name="log">Told all that the server and its libraries log, from Debug on.</param>
    public static Task<Node> StartLoggedAsync(Store store, ILoggerProvider log) =>
        StartAsync(store, connectionString: null, log, []);

    static async Task<Node> StartAsync(
        Store store,
        string? connectionString,
        ILoggerProvider? log,
        (string Name, string Value)[] settings
    )
    {
        connectionString ??= await store.CreateDatabaseAsync();
        var builder = store.Builder(
            connectionString,
            b =>
            {
                b.WebHost.UseUrls("http://127.0.0.1:0");
                // which may name another address
                foreach (var (name, value) in settings)
                    b.Configuration[name] = value;
            }
        );
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
            builder.Services.PostConfigure<LoggerFilterOptions>(o =>
            {
                foreach (
                    var rule in o.Rules.Where(r => !Server.RequestLogs.Contains(r.CategoryName)).ToList()
                )
                    o.Rules.Remove(rule);
                o.MinLevel = LogLevel.Debug;
            });
        }
        var app = builder.Build();
        app.UseServer();
        await Schema.ApplyAsync(
            app.Services.GetRequiredService<IDocumentStore>(),
            TestContext.Current.CancellationToken
        );
        await app.StartAsync();
        return new(store, app, connectionString, settings);
    }

    /// <summary>Another server on the same database.</summary>
    public Task<Node> AnotherAsync() => StartAsync(store, connectionString, settings);

    public TestSite Site(string key) => new(store, key) { Client = Client };

    public async Task<TestSite> ASiteAsync(object? settings = null)
    {
        var site = Site($"s{Guid.NewGuid():N}");
        (await site.SendAsync("PUT", "", settings ?? new { }, Store.Token("*", "root", Role.Admin))).Expect(
            201
        );
        return site;
    }

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The laws of reader rows: they equal what the events say, and what Marten's rebuild makes of them.</summary>
    /// <param name="batchSizes">Of the rebuilds: how many events are folded together.</param>
    public async Task AssertRowsFollowFromEventsAsync(params int[] batchSizes)
    {
        var ct = TestContext.Current.CancellationToken;
        foreach (var length in batchSizes.DefaultIfEmpty(500))
        {
            // whole, and as "doctor" looks at a sample
            foreach (var sample in (int?[])[null, 2])
            {
                var differences = await RebuildBeside.CompareAsync(Database, sample, _ => { }, ct, length);
                Assert.True(differences.Count == 0, string.Join('\n', differences));
            }
        }
        var live = await DumpAsync();
        Assert.True(Documents.Options.Projections.TryFindProjection(ThreadRows.Name, out var projection));
        foreach (var size in batchSizes)
        {
            projection.Options.BatchSize = size;
            // as the command "projections rebuild" does
            using var daemon = await Documents.BuildProjectionDaemonAsync();
            await daemon.RebuildProjectionAsync(ThreadRows.Name, ct);
            Assert.Equal(live, await DumpAsync());
        }
    }

    /// <summary>All reader rows, as text.</summary>
    async Task<string> DumpAsync()
    {
        var tables = ReaderTables.All.Select(t =>
            $"select coalesce(string_agg(r::text, e'\\n' order by r::text), '') from {ReaderTables.Schema}.{t} r"
        );
        var dumps = new List<string>();
        foreach (var sql in tables)
            dumps.Add((string)(await ScalarAsync(sql))!);
        return string.Join("\n\n", dumps);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        // given to the services as it is, so not theirs to dispose
        await using var database = Database;
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
