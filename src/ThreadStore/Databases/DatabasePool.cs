using System.Collections.Concurrent;
using Marten;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.Databases.Moves;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Live;
using ThreadStore.Postgres;
using ThreadStore.Setup;

namespace ThreadStore.Databases;

/// <summary>
/// The servers of all databases but the first, whose server this is part of; which of them a site's requests go to. One
/// that is away keeps its sites away and nothing else, and is tried again; one that is added is found while all run.
/// </summary>
public sealed class DatabasePool(
    IServiceProvider services,
    SeveralDatabases several,
    NpgsqlDataSource first,
    Vault vault,
    SigningKeys signingKeys,
    Limits limits,
    RateBuckets buckets,
    Search.IndexShare indexShare,
    IHostApplicationLifetime lifetime,
    ILogger<DatabasePool> log
) : BackgroundService
{
    /// <summary>Between two looks at what is new or away.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public SiteHomes Homes { get; } = new(first);

    /// <summary>Whether this server may bring schemas up to its version.</summary>
    bool migrates;

    readonly ConcurrentDictionary<string, DatabaseServer> servers = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, string> known = new(StringComparer.Ordinal);
    readonly HashSet<string> told = new(StringComparer.Ordinal);

    /// <summary>Sites that are being moved, which live elsewhere from one moment to the next: what is remembered is not enough.</summary>
    readonly ConcurrentDictionary<string, bool> moving = new(StringComparer.Ordinal);

    /// <summary>The name of the database that says where sites live.</summary>
    public string First => several.First.Name;

    /// <summary>Those of the databases beside the first, reached or not, by name.</summary>
    public IReadOnlyList<DatabaseServer> Others =>
        [.. servers.Values.OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>What the servers of all consist of, the first one's first; null: it was not reached yet.</summary>
    public IReadOnlyList<(string Name, IServiceProvider? Services)> All =>
        [(First, services), .. Others.Select(o => (o.Name, o.Answer is null ? null : o.App?.Services))];

    /// <summary>Whether a site lives in the first database, as far as this node remembers.</summary>
    public bool IsOfFirst(string site) =>
        known.TryGetValue(site, out var name) && name == First && !moving.ContainsKey(site);

    /// <summary>The server of a site's database; null for the first one's, and for a site that lives nowhere.</summary>
    /// <returns>Known is false while the first database is away and this node does not remember.</returns>
    public async Task<(DatabaseServer? Home, bool IsKnown)> HomeAsync(string site)
    {
        if (!known.TryGetValue(site, out var name) || moving.ContainsKey(site))
        {
            try
            {
                name = await Homes.FindAsync(site, CancellationToken.None);
            }
            catch (Exception e) when (Outage.Is(e))
            {
                // where it lived a moment ago nothing is written for it once it left
                if (name is null)
                    return (null, false);
            }
            if (name is null)
                return (null, true);
            Learn(site, name);
        }
        return name == First ? (null, true)
            : servers.TryGetValue(name, out var server) ? (server, true)
            : (null, false);
    }

    /// <summary>Remembers where a site lives; who follows it where it lived is to come back.</summary>
    internal void Learn(string site, string name)
    {
        if (known.TryGetValue(site, out var before) && before != name)
            All.FirstOrDefault(d => d.Name == before).Services?.GetRequiredService<Departures>().Leave(site);
        known[site] = name;
    }

    /// <summary>Gives a new site its home.</summary>
    /// <returns>Where it lives; null: there is no such database, or none has room.</returns>
    public async Task<string?> AssignAsync(string site, string? wanted, CancellationToken ct)
    {
        if (known.TryGetValue(site, out var home))
            return home;
        // one that is away would take the new site with it
        var name = await Homes.AssignAsync(
            site,
            wanted,
            [.. All.Where(d => d.Services is not null).Select(d => d.Name)],
            ct
        );
        return name is null ? null : known[site] = name;
    }

    /// <summary>Before anybody listens: opens all that can be reached.</summary>
    /// <param name="migrate">Their schemas are brought up to this version; otherwise only checked.</param>
    /// <exception cref="StartupException">One is not what it should be.</exception>
    public async Task OpenAsync(bool migrate, CancellationToken ct)
    {
        migrates = migrate;
        await Homes.TakeInAsync(First, first, ways: null, ct);
        foreach (var named in several.Configured.Where(d => d.Name != First))
            servers.TryAdd(named.Name, new(named.Name));
        await LookAsync(refuses: true, ct);
        foreach (var (site, name) in await Homes.AllAsync(ct))
            known[site] = name;
        await LookAtMovesAsync(ct);
        // what has no end is to end, so that the server that listens can
        lifetime.ApplicationStopping.Register(EndStreams);
    }

    /// <summary>Learns which sites are on the move, and lets writers and workers to those whose mover was cut off.</summary>
    async Task LookAtMovesAsync(CancellationToken ct)
    {
        foreach (var (site, name, to) in await Homes.MovingAsync(ct))
        {
            if (to is not null)
                moving[site] = true;
            Learn(site, name);
            if (to is null)
                moving.TryRemove(site, out _);
        }
        foreach (var (name, services) in All)
            if (services?.GetRequiredService<NpgsqlDataSource>() is { } database)
                await LowerFencesAsync(name, database, ct);
        foreach (var site in moving.Keys)
            if (await Homes.IsMovingAsync(site, ct) is false)
            {
                // it may have been switched since they were listed
                if (await Homes.FindAsync(site, ct) is { } home)
                    Learn(site, home);
                moving.TryRemove(site, out _);
            }
    }

    async Task LowerFencesAsync(string name, NpgsqlDataSource database, CancellationToken ct)
    {
        try
        {
            foreach (var site in await SiteFence.AllUpAsync(database, ct))
                if (
                    known.TryGetValue(site, out var home)
                    && home == name
                    && await Homes.LowerFenceAsync(site, name, database, ct)
                )
                    log.LogWarning("The site {Site} lives in {Name}: its move was cut off", site, name);
        }
        // the next look finds it back
        catch (Exception e) when (Outage.Is(e)) { }
    }

    /// <summary>Opens what is new or was away.</summary>
    /// <param name="refuses">One that is not what it should be ends it; otherwise it is logged, and the others are opened.</param>
    async Task LookAsync(bool refuses, CancellationToken ct)
    {
        var pool = await Homes.PoolAsync(ct);
        var added = pool.Where(p => p.Name != First && several.Configured.All(d => d.Name != p.Name));
        foreach (
            var named in several
                .Configured.Where(d => d.Name != First)
                .Concat(added.Select(Unseal).OfType<NamedDatabase>())
        )
        {
            var ways = pool.FirstOrDefault(p => p.Name == named.Name)?.Ways;
            var server = servers.GetOrAdd(named.Name, static name => new(name));
            if (server.Answer is not null)
                continue;
            try
            {
                var isOld = ways is not null && vault.CanSeal && ways.IsOfOldKey(vault);
                await OpenAsync(server, named, isOld ? EncryptedConnections.Of(named, vault) : null, ct);
                told.Remove(named.Name);
            }
            catch (StartupException e) when (!refuses)
            {
                if (told.Add(e.Message))
                    log.LogWarning("The database {Name} can't be used: {Reason}", named.Name, e.Message);
            }
            catch (Exception e) when (Outage.Is(e))
            {
                if (told.Add(named.Name))
                    log.LogWarning(
                        "The database {Name} can't be reached ({Reason}): its sites are unavailable until it can",
                        named.Name,
                        e.Message
                    );
            }
        }
    }

    NamedDatabase? Unseal(PooledDatabase pooled)
    {
        if (pooled.Ways?.Open(pooled.Name, vault) is { } named)
            return named;
        if (told.Add(pooled.Name))
            log.LogWarning(
                "Where the database {Name} is found, this server is not told: set ThreadStore__Databases__{Name}, or the key that encrypted it",
                pooled.Name,
                pooled.Name
            );
        return null;
    }

    /// <param name="ways">As they are to be kept from now on; null: as they are.</param>
    async Task OpenAsync(
        DatabaseServer server,
        NamedDatabase named,
        EncryptedConnections? ways,
        CancellationToken ct
    )
    {
        await using (var check = new DatabaseCheck(named.ConnectionString, named.Session))
            await check.RunAsync(ct);
        var builder = several.Builder();
        builder.Services.AddSingleton<IServer>(server);
        builder.AddServer(named.ConnectionString, signingKeys, tellsMetrics: false, sessions: named.Session);
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime>(new NoLifetime()));
        // everybody may ask as often, and have as many streams, as with one database
        builder.Services.Replace(ServiceDescriptor.Singleton(limits));
        builder.Services.Replace(ServiceDescriptor.Singleton(buckets));
        builder.Services.Replace(ServiceDescriptor.Singleton(indexShare));
        builder.Services.AddSingleton(this);
        builder.Services.AddSingleton<ISiteForwarding, SiteForwarding>();
        var app = builder.Build();
        try
        {
            var store = app.Services.GetRequiredService<IDocumentStore>();
            await (migrates ? Schema.ApplyAsync(store, ct) : Schema.CheckAsync(store, ct));
            var database = app.Services.GetRequiredService<NpgsqlDataSource>();
            await using (var connection = await database.OpenConnectionAsync(ct))
                await Rights.CheckAsync(connection, ct);
            await Homes.TakeInAsync(named.Name, database, ways, ct);
            app.UseServer();
            server.App = app;
            await app.StartAsync(ct);
        }
        catch
        {
            server.App = null;
            await app.DisposeAsync();
            throw;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(refuses: false, stoppingToken);
                await LookAtMovesAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (told.Add(e.Message))
                    log.LogWarning("A further database can't be used: {Reason}", e.Message);
            }
        }
    }

    /// <summary>After the server that listens has ended what was under way.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var app in Others.Select(s => s.App).OfType<WebApplication>())
        {
            await app.StopAsync(cancellationToken);
            await app.DisposeAsync();
        }
    }

    void EndStreams()
    {
        foreach (var server in Others)
            server.App?.Lifetime.StopApplication();
    }
}

/// <summary>That there are several databases, which one says where sites live, and which the configuration names.</summary>
/// <param name="Builder">Makes what a server on a further one is built with.</param>
public sealed record SeveralDatabases(
    NamedDatabase First,
    IReadOnlyList<NamedDatabase> Configured,
    Func<WebApplicationBuilder> Builder
)
{
    /// <summary>Makes the server that is built here the one that listens for all.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton(this);
        services.AddSingleton<DatabasePool>();
        services.AddHostedService(s => s.GetRequiredService<DatabasePool>());
        services.AddSingleton<ISiteForwarding, SiteForwarding>();
        SiteRouter.AddTo(services);
    }
}
