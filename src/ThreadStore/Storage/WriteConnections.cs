using Npgsql;

namespace ThreadStore.Storage;

/// <summary>
/// The Appender's own way to the database: however many read, its one loop never waits for one of their connections.
/// </summary>
public sealed class WriteConnections(NpgsqlDataSource others, string connectionString) : IAsyncDisposable
{
    // Its statements are few and go by keys. Left to itself, PostgreSQL plans them anew for each batch, since an array
    // of known length looks cheaper than one of any length: 0.4 ms for every batch.
    const string OnePlan = "-c plan_cache_mode=force_generic_plan";

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

    public ValueTask<NpgsqlConnection> OpenAsync() => own.OpenConnectionAsync();

    /// <summary>The database went away: what connections there are, here and elsewhere, are dead.</summary>
    public void Clear()
    {
        own.Clear();
        others.Clear();
    }

    public ValueTask DisposeAsync() => own.DisposeAsync();
}
