using Npgsql;

namespace ThreadStore.Postgres;

/// <summary>
/// The way to the database of the Appender, and of whoever listens for it: however many read, neither ever waits for one
/// of their connections.
/// </summary>
public sealed class WriteConnections : IAsyncDisposable
{
    /// <summary>Whoever writes at least as often as this finds out in time by itself.</summary>
    static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(1);

    readonly NpgsqlDataSource own;
    readonly NpgsqlDataSource others;
    readonly TimeProvider clock;
    long lastUsed;
    int opened;

    /// <param name="connectionString">Past a pooler, where there is one.</param>
    /// <param name="pooled">The way of the others, where that is another one.</param>
    public WriteConnections(
        NpgsqlDataSource others,
        string connectionString,
        TimeProvider clock,
        string? pooled = null
    )
    {
        (this.others, this.clock) = (others, clock);
        var settings = new NpgsqlConnectionStringBuilder(TunedConnection.Of(connectionString))
        {
            MaxPoolSize = 2,
            MinPoolSize = 0,
        };
        own = SessionSettings.Open(
            settings.ConnectionString,
            SessionSettings.OnePlan,
            () => Interlocked.Increment(ref opened)
        );
        Servers = ServerAddresses.Of(settings);
        if (pooled is not null)
            Servers = Servers.And(ServerAddresses.Of(new(TunedConnection.Of(pooled))));
    }

    /// <summary>Where the database listens, and a pooler before it.</summary>
    public ServerAddresses Servers { get; }

    /// <summary>
    /// Connections that were made so far. What was read by one of them is no knowledge of what another one reaches: a
    /// server that took the place of the first may have another history.
    /// </summary>
    public int Opened => Volatile.Read(ref opened);

    /// <summary>
    /// A connection that answers. One that nobody used for a while is asked first, since nothing that was sent by one that
    /// turns out dead may be sent again: it may have been done.
    /// </summary>
    public async ValueTask<NpgsqlConnection> OpenAsync()
    {
        var now = clock.GetTimestamp();
        var last = Interlocked.Exchange(ref lastUsed, now);
        var connection = await own.OpenConnectionAsync();
        if (clock.GetElapsedTime(last, now) < LongestIdle || await connection.AnswersAsync())
            return connection;
        await connection.DisposeAsync();
        Clear();
        return await own.OpenConnectionAsync();
    }

    /// <summary>The database went away: what connections there are, here and elsewhere, are dead.</summary>
    public void Clear()
    {
        own.Clear();
        others.Clear();
    }

    /// <summary>Ends these sessions alone: what the database sets new ones to may have changed.</summary>
    public void Renew() => own.Clear();

    public ValueTask DisposeAsync() => own.DisposeAsync();
}
