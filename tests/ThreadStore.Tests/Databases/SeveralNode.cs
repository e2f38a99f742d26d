using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Databases;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Setup;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Databases;

/// <summary>A server on several databases, put together as the command <c>serve</c> does it.</summary>
sealed class SeveralNode(Store store, WebApplication app) : IAsyncDisposable
{
    static string Root => Store.Token("*", "root", Role.Admin);

    // a client that followed who is sent on would leave its token out
    public HttpClient Client { get; } =
        new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };

    public DatabasePool Pool => app.Services.GetRequiredService<DatabasePool>();

    /// <summary>The first one first, the others by name.</summary>
    public IReadOnlyList<(string Name, Place Place)> Places =>
        [.. Pool.All.Select(d => (d.Name, new Place(d.Services!)))];

    public static Task<SeveralNode> StartAsync(Store store, params NamedDatabase[] databases) =>
        StartAsync(store, databases, []);

    /// <param name="settings">As in the environment, with colons.</param>
    public static async Task<SeveralNode> StartAsync(
        Store store,
        NamedDatabase[] databases,
        (string Name, string Value)[] settings
    )
    {
        var ct = TestContext.Current.CancellationToken;
        NamedDatabase[] modest =
        [
            .. databases.Select(d => d with { ConnectionString = Store.Modest(d.ConnectionString) }),
        ];
        var several = new SeveralDatabases(
            await FirstDatabase.FindAsync(modest, ct),
            modest,
            () => Quiet(settings)
        );
        var builder = store.Builder(
            several.First.ConnectionString,
            b =>
            {
                Set(b, settings);
                several.AddTo(b.Services);
            }
        );
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseServer();
        await Schema.ApplyAsync(app.Services.GetRequiredService<IDocumentStore>(), ct);
        await app.Services.GetRequiredService<DatabasePool>().OpenAsync(migrate: true, ct);
        await app.StartAsync(ct);
        return new(store, app);
    }

    static void Set(WebApplicationBuilder builder, (string Name, string Value)[] settings)
    {
        foreach (var (name, value) in settings)
            builder.Configuration[name] = value;
    }

    static WebApplicationBuilder Quiet((string Name, string Value)[] settings)
    {
        var builder = Store.Unfinished();
        Set(builder, settings);
        foreach (var category in (string[])["Default", "Microsoft", "Marten", "Wolverine"])
            builder.Configuration[$"Logging:LogLevel:{category}"] = "None";
        return builder;
    }

    public TestSite Site(string key) => new(store, key) { Client = Client };

    /// <summary>A new site, in the database that is named or in any.</summary>
    public async Task<TestSite> ASiteAsync(string? database = null)
    {
        var site = Site($"s{Guid.NewGuid():N}");
        (await PutAsync(site, new { database })).Expect(201);
        return site;
    }

    public static Task<Reply> PutAsync(TestSite site, object settings) =>
        site.SendAsync("PUT", "", settings, Root);

    public Task<Reply> GetAsync(string path) => Store.SendAsync(Client, "GET", path, null, Root);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
