using System.Globalization;
using Npgsql;

namespace ThreadStore.Storage;

/// <summary>
/// The way to the database of the Appender, and of whoever listens for it: however many read, neither ever waits for one
/// of their connections.
/// </summary>
public sealed class WriteConnections(NpgsqlDataSource others, string connectionString) : IAsyncDisposable
{
    // Its statements are few and go by keys. Left to itself, PostgreSQL plans them anew for each batch, since an array
    // of known length looks cheaper than one of any length: 0.4 ms for every batch.
    // And a plan made while a table was small would read all of it, to hash or to merge it, ever after.
    const string OnePlan =
        "-c plan_cache_mode=force_generic_plan -c enable_hashjoin=off -c enable_mergejoin=off";

    readonly NpgsqlDataSource own = NpgsqlDataSource.Create(Settings(connectionString));

    static NpgsqlConnectionStringBuilder Settings(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(ThreadStoreStore.Tune(connectionString))
        {
            MaxPoolSize = 2,
            MinPoolSize = 0,
        };
        settings.Options = $"{settings.Options} {OnePlan}";
        return settings;
    }

    /// <summary>On which the database listens.</summary>
    public IReadOnlySet<int> Ports { get; } = PortsOf(new NpgsqlConnectionStringBuilder(connectionString));

    /// <summary>Several servers may be named, each with a port or without.</summary>
    static HashSet<int> PortsOf(NpgsqlConnectionStringBuilder settings) =>
        [
            settings.Port,
            .. (settings.Host ?? "")
                .Split(',')
                .Select(host => host[(host.LastIndexOf(':') + 1)..])
                .Select(port =>
                    int.TryParse(port, CultureInfo.InvariantCulture, out var n) ? n : settings.Port
                ),
        ];

    public ValueTask<NpgsqlConnection> OpenAsync() => own.OpenConnectionAsync();

    /// <summary>The database went away: what connections there are, here and elsewhere, are dead.</summary>
    public void Clear()
    {
        own.Clear();
        others.Clear();
    }

    public ValueTask DisposeAsync() => own.DisposeAsync();
}
