using System.Net.Http.Headers;
using System.Text.Json;
using Alba;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using ThreadStore.Deliveries;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using Xunit;

[assembly: AssemblyFixture(typeof(ThreadStore.Tests.Support.Store))]

namespace ThreadStore.Tests.Support;

/// <summary>
/// One PostgreSQL and one server, in memory by Alba, for all tests. Each test works on a site of its own, so that tests
/// may run beside each other.
/// </summary>
public sealed class Store : IAsyncLifetime
{
    public static readonly byte[] Key = "a key for tests that has 32 bytes"u8.ToArray();

    /// <summary>A database with the schema and nothing else, which new ones are copied from.</summary>
    const string Template = "prepared";

    readonly string folder = Path.Combine(Path.GetTempPath(), $"threadstore-tests-{Guid.NewGuid():N}");
    EmbeddedPostgres? postgres;
    IAlbaHost? host;

    public IAlbaHost Host => host ?? throw new InvalidOperationException("Not started.");
    public IServiceProvider Services => Host.Services;
    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();
    public IDocumentStore Documents => Services.GetRequiredService<IDocumentStore>();
    public string ConnectionString => postgres!.ConnectionString;

    public async ValueTask InitializeAsync()
    {
        await using (var untuned = await EmbeddedPostgres.StartAsync(folder, _ => { }))
            await TuneAsync(untuned.ConnectionString);
        postgres = await EmbeddedPostgres.StartAsync(folder, _ => { });
        await PrepareAsync();
        host = await AlbaHost.For(Builder(), app => app.UseServer());
    }

    /// <summary>Dozens of nodes share it, and hundreds of databases, for each of which autovacuum would start a worker each minute.</summary>
    static async Task TuneAsync(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create($"{connectionString};Pooling=false");
        foreach (var setting in (string[])["max_connections = 1000", "autovacuum_naptime = '1d'"])
        {
            await using var command = database.CreateCommand($"alter system set {setting}");
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>
    /// The schema is made once, as the command line does it, and copied: what runs beside the requests expects its tables.
    /// </summary>
    async Task PrepareAsync()
    {
        await using var administration = NpgsqlDataSource.Create($"{On("postgres")};Pooling=false");
        async Task RunAsync(string sql)
        {
            await using var command = administration.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
        await RunAsync($"create database {Template}");
        await using (var app = Builder(On(Template)).Build())
        {
            // given to the services as it is, so not theirs to dispose
            await using var database = app.Services.GetRequiredService<NpgsqlDataSource>();
            await Schema.ApplyAsync(
                app.Services.GetRequiredService<IDocumentStore>(),
                CancellationToken.None
            );
        }
        // autovacuum stays away, too: nobody may be connected to what is copied
        await RunAsync($"alter database {Template} allow_connections false");
        var main = new NpgsqlConnectionStringBuilder(ConnectionString).Database;
        await RunAsync($"drop database {main}");
        await RunAsync($"create database {main} template {Template}");
    }

    string On(string database) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database }.ConnectionString;

    /// <param name="before">What comes before the server is put together.</param>
    public WebApplicationBuilder Builder(
        string? connectionString = null,
        Action<WebApplicationBuilder>? before = null
    )
    {
        var builder = Unfinished();
        before?.Invoke(builder);
        builder.AddServer(
            Modest(connectionString ?? ConnectionString),
            Key,
            sessions: builder.Configuration[$"ConnectionStrings:{SessionConnections.Name}"]
        );
        builder.Logging.ClearProviders();
        return builder;
    }

    /// <summary>Many nodes share one PostgreSQL here.</summary>
    public static string Modest(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = 15,
            // a session costs PostgreSQL more than most tests do
            ConnectionIdleLifetime = 120,
        }.ConnectionString;

    /// <summary>Configured as tests need it, and nothing added yet.</summary>
    public static WebApplicationBuilder Unfinished()
    {
        var builder = WebApplication.CreateBuilder();
        // tests post hundreds of comments a minute as one person
        builder.Configuration["ThreadStore:RateLimits:Enabled"] = "false";
        // who is called here is on this machine
        builder.Configuration[PublicAddresses.Setting] = "true";
        // the machine may be so busy that PostgreSQL has no turn for a second
        builder.Configuration["ThreadStore:SilenceMilliseconds"] = "30000";
        return builder;
    }

    /// <summary>Another node on the same database, listening on a port of its own.</summary>
    public async Task<WebApplication> StartKestrelAsync(string? connectionString = null)
    {
        var builder = Builder(connectionString);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseServer();
        await app.StartAsync();
        return app;
    }

    /// <summary>A database of its own, for what looks at all sites at once. It has the schema already.</summary>
    public Task<string> CreateDatabaseAsync() => CreateDatabaseAsync(Template);

    /// <summary>One without a schema, for what makes it.</summary>
    public Task<string> CreateEmptyDatabaseAsync() => CreateDatabaseAsync("template1");

    async Task<string> CreateDatabaseAsync(string template)
    {
        var name = $"t{Guid.NewGuid():N}";
        await using var command = Database.CreateCommand($"create database {name} template {template}");
        // every file is copied, and the disk is shared with all other tests
        command.CommandTimeout = 120;
        await command.ExecuteNonQueryAsync();
        return On(name);
    }

    /// <summary>As restoring a backup does.</summary>
    /// <param name="from">Nobody is connected to it.</param>
    /// <param name="to">An empty database, which is made anew.</param>
    public async Task CopyDatabaseAsync(string from, string to)
    {
        static string? NameOf(string connectionString) =>
            new NpgsqlConnectionStringBuilder(connectionString).Database;
        await using var drop = Database.CreateCommand($"drop database {NameOf(to)}");
        // it waits for a checkpoint
        drop.CommandTimeout = 120;
        await drop.ExecuteNonQueryAsync();
        await using var copy = Database.CreateCommand(
            $"create database {NameOf(to)} template {NameOf(from)}"
        );
        // every file is copied, and the disk is shared with all other tests
        copy.CommandTimeout = 120;
        await copy.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        if (postgres is not null)
            await postgres.DisposeAsync();
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    public static string Token(
        string site,
        string sub,
        Role roles = Role.None,
        string? name = null,
        TimeSpan? life = null
    ) =>
        Authentication.Sign(
            Key,
            site,
            sub,
            name,
            [
                .. Enum.GetValues<Role>()
                    .Where(r => r != Role.None && roles.HasFlag(r))
                    .Select(r => r.ToString().ToLowerInvariant()),
            ],
            life ?? TimeSpan.FromMinutes(10)
        );

    /// <summary>Sends a request and reads the answer whole.</summary>
    public async Task<Reply> SendAsync(
        string method,
        string path,
        object? body = null,
        string? token = null,
        params (string Name, string Value)[] headers
    )
    {
        var client = Host.Server.CreateClient();
        return await SendAsync(client, method, path, body, token, headers);
    }

    public static async Task<Reply> SendAsync(
        HttpClient client,
        string method,
        string path,
        object? body = null,
        string? token = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
        {
            request.Content = body switch
            {
                byte[] bytes => new ByteArrayContent(bytes),
                string text => new StringContent(text),
                _ => new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, Json.Options)),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var all = response
            .Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        var answer =
            response.Content.Headers.ContentType?.MediaType == "text/event-stream"
                ? await ReadOpeningAsync(response)
                : await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, answer, all);
    }

    /// <summary>Of a stream that never ends, what it begins with.</summary>
    static async Task<string> ReadOpeningAsync(HttpResponseMessage response)
    {
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        return $"{await lines.ReadLineAsync()}\n\n";
    }

    /// <summary>A site of its own for a test, with default settings but those given.</summary>
    public async Task<TestSite> ASiteAsync(object? settings = null)
    {
        var site = new TestSite(this, $"s{Guid.NewGuid():N}");
        (await SendAsync("PUT", site.Path, settings ?? new { }, Token("*", "root", Role.Admin))).Expect(
            StatusCodes.Status201Created
        );
        return site;
    }
}

/// <summary>An answer, read whole.</summary>
public sealed record Reply(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);
    public string? Code => Json.GetProperty("code").GetString();
    public long Position => long.Parse(Headers["ThreadStore-Position"], null);
    public string ETag => Headers["ETag"];
    public JsonElement this[string member] => Json.GetProperty(member);

    public Reply Expect(int status, string? code = null)
    {
        Assert.True(Status == status, $"Expected {status} {code}, got {Status}: {Text}");
        if (code is not null)
            Assert.Equal(code, Code);
        return this;
    }
}

/// <summary>A site that one test has to itself, and the shortest ways to fill it.</summary>
public sealed record TestSite(Store Store, string Key)
{
    /// <summary>To another node, or another program, than the one that all tests share.</summary>
    public HttpClient? Client { get; init; }

    public string Path => $"/v1/sites/{Key}";

    /// <param name="path">Below the site's.</param>
    public Task<Reply> SendAsync(
        string method,
        string path,
        object? body = null,
        string? token = null,
        params (string Name, string Value)[] headers
    ) =>
        Client is null
            ? Store.SendAsync(method, Path + path, body, token, headers)
            : Store.SendAsync(Client, method, Path + path, body, token, headers);

    public string Token(string sub, Role roles = Role.None, string? name = null) =>
        Store.Token(Key, sub, roles, name);

    public Task<Reply> GetAsync(
        string path,
        string? token = null,
        params (string Name, string Value)[] headers
    ) => SendAsync("GET", path, null, token, headers);

    public Task<Reply> PutArticleAsync(string key, object? content = null) =>
        SendAsync(
            "PUT",
            $"/articles/{Uri.EscapeDataString(key)}",
            content ?? new { title = $"About {key}" },
            Token("cms", Role.Service)
        );

    public async Task<string> AnArticleAsync()
    {
        var key = $"article-{Guid.NewGuid():N}";
        (await PutArticleAsync(key)).Expect(StatusCodes.Status201Created);
        return key;
    }

    public Task<Reply> PostAsync(
        string article,
        string by,
        string body,
        Guid? parent = null,
        params (string Name, string Value)[] headers
    ) =>
        SendAsync(
            "POST",
            $"/articles/{article}/comments",
            new { body, parentId = parent },
            Token(by),
            headers
        );

    public async Task<Guid> ACommentAsync(string article, string by, string body, Guid? parent = null) =>
        (await PostAsync(article, by, body, parent)).Expect(StatusCodes.Status201Created)["id"].GetGuid();

    /// <summary>How many events the site has: what is refused must leave none.</summary>
    public async Task<long> CountEventsAsync()
    {
        await using var command = Store.Database.CreateCommand(
            "select count(*) from threadstore.mt_events where tenant_id = $1"
        );
        command.Parameters.Add(new() { Value = Key });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
