using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThreadStore.EventStore;
using ThreadStore.Http;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>A server on a port of its own, on a database that a test chooses.</summary>
public sealed class Node : Place, IAsyncDisposable
{
    readonly Store store;
    readonly WebApplication app;
    readonly string connectionString;

    readonly (string, string)[] settings;

    Node(Store store, WebApplication app, string connectionString, (string, string)[] settings)
        : base(app.Services)
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

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        // given to the services as it is, so not theirs to dispose
        await using var database = Database;
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
