using System.Net.Sockets;
using Marten;
using Npgsql;
using ThreadStore.Databases;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Setup;

namespace ThreadStore.Commands;

/// <summary>The server, put together on the configured database or on an embedded one, but not listening yet.</summary>
public sealed class Host : IAsyncDisposable
{
    readonly EmbeddedPostgres? embedded;
    readonly NamedDatabase told;

    /// <summary>Not as one of several databases.</summary>
    readonly bool isToldAlone;

    public WebApplication App { get; }

    /// <summary>Where the data lie, for people.</summary>
    public string Place { get; }

    public Http.SigningKeys SigningKeys { get; }

    public ServerOptions Options { get; }

    public IConfigurationManager Configuration { get; }

    Host(
        WebApplication app,
        EmbeddedPostgres? embedded,
        NamedDatabase told,
        bool isToldAlone,
        string place,
        Http.SigningKeys keys,
        ServerOptions options,
        IConfigurationManager configuration
    ) =>
        (App, this.embedded, this.told, this.isToldAlone, Place, SigningKeys, Options, Configuration) = (
            app,
            embedded,
            told,
            isToldAlone,
            place,
            keys,
            options,
            configuration
        );

    /// <summary>For commands that work on a history that is there, and answer nobody.</summary>
    /// <param name="migrate">As <see cref="SettleSchemaAsync"/> has it.</param>
    /// <param name="sites">Of several databases, the one of these; none: the one that is named.</param>
    public static async Task<Host> OpenHistoryAsync(bool migrate, CancellationToken ct, params string[] sites)
    {
        var host = await StartAsync(needsKey: false, onlyReads: true, answers: false, sites: sites, ct: ct);
        try
        {
            await host.SettleSchemaAsync(migrate, ct);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <param name="needsKey">Whether tokens will be checked or signed.</param>
    /// <param name="ownKey">A key is made where none is configured, in any environment.</param>
    /// <param name="embeddedOnly">The embedded database, whatever is configured.</param>
    /// <param name="configure">What this command has otherwise than others.</param>
    /// <param name="onlyReads">Where there is no embedded database yet, none is made.</param>
    /// <param name="listens">The addresses to listen on are looked at first. Of several databases it serves all.</param>
    /// <param name="sites">Of several databases, the one of these; none: the one that is named.</param>
    /// <param name="newSite">Of several databases, the one of this site, which gets a home where it has none.</param>
    /// <param name="answers">Requests may come: its endpoints are found, which takes time and memory.</param>
    public static async Task<Host> StartAsync(
        bool needsKey = true,
        bool ownKey = false,
        bool embeddedOnly = false,
        bool onlyReads = false,
        bool listens = false,
        bool answers = true,
        Action<WebApplicationBuilder>? configure = null,
        IReadOnlyList<string>? sites = null,
        string? newSite = null,
        CancellationToken ct = default
    )
    {
        var builder = WebApplication.CreateBuilder();
        configure?.Invoke(builder);
        var options = ServerOptions.Read(builder.Configuration, builder.Environment);
        if (listens)
        {
            Addresses.Check(builder.Configuration, options.MetricsUrls);
            _ = Http.PathPrefix.Of(options);
            _ = Http.TrustedProxies.Of(options);
        }
        // before the database, so that a server that may not start leaves nothing behind
        Http.SigningKeys keys = needsKey
            ? Http.SigningKeys.Find(options, ownKey || builder.Environment.IsDevelopment())
            : Http.SigningKeys.IfAny(options) ?? new byte[Http.KeyMaterial.MinBytes];
        var told = embeddedOnly ? null : Told(builder.Configuration);
        SeveralDatabases? several = null;
        var isToldAlone = told is not null;
        if (!embeddedOnly && options.Databases.Count > 0)
        {
            if (listens && isToldAlone)
                throw new StartupException(
                    "ConnectionStrings__ThreadStore names one database and ThreadStore__Databases__NAME several: set one of the two."
                );
            if (listens)
                several = new(
                    await FirstDatabase.FindAsync(options.Databases, ct),
                    options.Databases,
                    () => WebApplication.CreateBuilder()
                );
            // a command may be told just one
            told ??= several?.First ?? await ChosenDatabase.FindAsync(options, sites ?? [], newSite, ct);
        }
        EmbeddedPostgres? embedded = null;
        if (told is null)
        {
            if (onlyReads && !EmbeddedPostgres.IsThere(options.DataFolder))
                throw new StartupException(
                    $"There is no database in {options.DataFolder} yet: start the server once, or set ConnectionStrings__ThreadStore."
                );
            embedded = await EmbeddedPostgres.StartAsync(options.DataFolder, Console.Error.WriteLine, ct: ct);
            told = new("", embedded.ConnectionString);
        }
        try
        {
            // first, so that it stops last
            if (embedded is { } postgres)
                builder.Services.AddHostedService(services =>
                    ActivatorUtilities.CreateInstance<KeepPostgres>(services, postgres)
                );
            several?.AddTo(builder.Services);
            // few commands do without a session that lasts, and none is run a thousand times at once
            if (listens)
                builder.AddServer(told.ConnectionString, keys, sessions: told.Session);
            else
                builder.AddServer(told.Direct, keys);
            var app = builder.Build();
            // what is configured wrong is told before anything is reached
            if (needsKey)
                _ = app.Services.GetRequiredService<Http.Tokens>();
            // as long as the endpoints take to be found: another core's work meanwhile
            var reaching = Task.Run(() => ReachDatabaseAsync(app.Services, ct), ct);
            if (answers)
                app.UseServer();
            await reaching;
            return new(
                app,
                embedded,
                told,
                isToldAlone,
                embedded?.DataFolder
                    ?? (several is null ? "the configured database" : "the configured databases"),
                keys,
                options,
                builder.Configuration
            );
        }
        catch
        {
            if (embedded is not null)
                await embedded.DisposeAsync();
            throw;
        }
    }

    /// <summary>The one database, which has no name.</summary>
    /// <exception cref="StartupException">A way past a pooler is named, and the pooler is not.</exception>
    static NamedDatabase? Told(ConfigurationManager configuration)
    {
        string? Way(string name) =>
            configuration.GetConnectionString(name) is { Length: > 0 } told ? told : null;
        var session = Way(SessionConnections.Name);
        if (Way("ThreadStore") is { } connectionString)
            return new("", connectionString, session);
        if (session is not null)
            throw new StartupException(
                "ConnectionStrings__ThreadStoreSession is the way past the pooler that ConnectionStrings__ThreadStore names: set both, or only the latter; of several databases, ThreadStore__DatabaseSessions__NAME."
            );
        return null;
    }

    /// <summary>Makes the store and the first connection, which learns the database's types.</summary>
    static async Task ReachDatabaseAsync(IServiceProvider services, CancellationToken ct)
    {
        services.GetRequiredService<IDocumentStore>();
        try
        {
            await using var connection = await services
                .GetRequiredService<NpgsqlDataSource>()
                .OpenConnectionAsync(ct);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or SocketException)
        {
            // whoever asks it something is told
        }
    }

    /// <summary>Refuses a database that a server can't use; one of our own always can.</summary>
    /// <returns>How far this machine's clock is ahead of the database's.</returns>
    /// <exception cref="StartupException">It can't be used.</exception>
    public async Task<TimeSpan> CheckDatabaseAsync(CancellationToken ct)
    {
        if (embedded is not null)
            return TimeSpan.Zero;
        await using var check = new DatabaseCheck(told.ConnectionString, told.Session);
        return await check.RunAsync(ct);
    }

    /// <exception cref="StartupException">The database's role lacks a right.</exception>
    public async Task CheckRightsAsync(CancellationToken ct)
    {
        await using var connection = await App
            .Services.GetRequiredService<NpgsqlDataSource>()
            .OpenConnectionAsync(ct);
        await Rights.CheckAsync(connection, ct);
    }

    /// <summary>Of several databases, opens all but the first.</summary>
    /// <exception cref="StartupException">One is not what it should be.</exception>
    public Task OpenFurtherAsync(bool migrate, CancellationToken ct) =>
        App.Services.GetService<DatabasePool>()?.OpenAsync(migrate, ct) ?? Task.CompletedTask;

    /// <summary>For what makes sites: a database that is one of several is to be told as such. After the schema is settled.</summary>
    /// <exception cref="StartupException">It is one of several, and was told as if it stood alone.</exception>
    public async Task RefuseOneOfSeveralAsync(CancellationToken ct)
    {
        if (
            isToldAlone
            && await SiteHomes.IsOneOfSeveralAsync(App.Services.GetRequiredService<NpgsqlDataSource>(), ct)
        )
            throw new StartupException(
                "This database is one of several, and a site that is made in it alone would be found nowhere: name all of them by ThreadStore__Databases__NAME."
            );
    }

    /// <summary>Creates or updates the schema, or only checks it.</summary>
    public async Task SettleSchemaAsync(bool migrate, CancellationToken ct)
    {
        var store = App.Services.GetRequiredService<IDocumentStore>();
        await (migrate ? Schema.ApplyAsync(store, ct) : Schema.CheckAsync(store, ct));
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        if (embedded is not null)
            await embedded.DisposeAsync();
    }
}
