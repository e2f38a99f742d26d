using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Postgres;

namespace ThreadStore.EventStore;

/// <summary>
/// Whether a database, and what stands between, can be what a server needs. Asked at start and by <c>doctor</c>, by
/// connections of its own.
/// </summary>
public sealed class DatabaseCheck : IAsyncDisposable
{
    public const int OldestVersion = 15;

    /// <summary>Beyond it, times that nodes write look out of order to readers.</summary>
    public static readonly TimeSpan NoticeableClock = TimeSpan.FromSeconds(2);

    /// <summary>Beyond it, tokens are refused that are good, and taken that are over (contract, section 11).</summary>
    public static readonly TimeSpan IntolerableClock = TimeSpan.FromSeconds(60);

    /// <summary>Connections that are compared. Of a pooler that sends each to one of two servers, one in 512 goes unseen.</summary>
    const int Probes = 10;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly NpgsqlDataSource probes;

    /// <summary>The way past a pooler; null: there is one way.</summary>
    readonly NpgsqlDataSource? sessions;

    public DatabaseCheck(string connectionString, string? sessions = null)
    {
        probes = sessions is null
            ? SessionSettings.Open(TunedConnection.Of(Small(connectionString)))
            : SessionSettings.OpenPooled(Small(connectionString));
        this.sessions = sessions is null ? null : SessionSettings.Open(TunedConnection.Of(Small(sessions)));
    }

    static string Small(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = Probes,
            MinPoolSize = 0,
        }.ConnectionString;

    /// <returns>How far this machine's clock is ahead of the database's.</returns>
    /// <exception cref="StartupException">It can't be used; one sentence says why, and what helps.</exception>
    public async Task<TimeSpan> RunAsync(CancellationToken ct)
    {
        TimeSpan ahead;
        await using (var connection = await probes.OpenConnectionAsync(ct))
        {
            await RefuseServerAsync(connection, ct);
            ahead = await CompareClocksAsync(connection, ct);
        }
        await RefuseMixAsync(ct);
        if (sessions is not null)
            await RefuseOtherSessionsAsync(sessions, ct);
        await using var listening = await (sessions ?? probes).OpenConnectionAsync(ct);
        await using (var listen = new NpgsqlCommand($"listen {Positions.Channel}", listening))
            await listen.ExecuteNonQueryAsync(ct);
        if (await SessionProof.ArrivesAsync(listening, () => probes.OpenConnectionAsync(ct), Patience, ct))
            return ahead;
        throw new StartupException(
            sessions is null ? SessionProof.Mend
            : await SessionProof.ArrivesAsync(listening, () => sessions.OpenConnectionAsync(ct), Patience, ct)
                ? "ConnectionStrings__ThreadStoreSession leads to another database than ConnectionStrings__ThreadStore: name the same one, past the pooler."
            : SessionProof.MendSession
        );
    }

    /// <summary>Through the pooler nothing can be set; past it, writers must be let write.</summary>
    async Task RefuseOtherSessionsAsync(NpgsqlDataSource past, CancellationToken ct)
    {
        await using (var pooled = await probes.OpenConnectionAsync(ct))
        {
            try
            {
                await using var transaction = await pooled.BeginTransactionAsync(ct);
                await SessionSettings.RefuseOthersAsync(pooled, ct);
            }
            catch (PostgresException e)
            {
                throw new StartupException(
                    $"The pooler allows no transactions ({e.MessageText}): set pool_mode = transaction, or session, for this database in PgBouncer."
                );
            }
        }
        await using var connection = await past.OpenConnectionAsync(ct);
        await RefuseServerAsync(connection, ct);
    }

    static async Task RefuseServerAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        string name;
        string encoding;
        bool isStandby;
        await using (
            var command = new NpgsqlCommand(
                "select current_database()::text, current_setting('server_encoding'), pg_is_in_recovery()",
                connection
            )
        )
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            (name, encoding, isStandby) = (reader.GetString(0), reader.GetString(1), reader.GetBoolean(2));
        }
        if (connection.PostgreSqlVersion.Major < OldestVersion)
            throw new StartupException(
                $"PostgreSQL {connection.PostgreSqlVersion} is older than ThreadStore can use: it needs {OldestVersion} or later."
            );
        if (encoding != "UTF8")
            throw new StartupException(
                $"The database {name} is encoded in {encoding}, which can't hold every text: make one by create database {name}_utf8 encoding 'UTF8' template template0, and name it in ConnectionStrings__ThreadStore."
            );
        if (isStandby)
            throw new StartupException(await DatabaseLook.WhyReadOnlyAsync(connection, ct));
    }

    static async Task<TimeSpan> CompareClocksAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select clock_timestamp()", connection);
        var sent = TimeProvider.System.GetUtcNow();
        var theirs = (DateTime)(await command.ExecuteScalarAsync(ct))!;
        var received = TimeProvider.System.GetUtcNow();
        return sent + (received - sent) / 2 - theirs;
    }

    /// <summary>A pooler that gives statements to one server or another takes apart what belongs together.</summary>
    async Task RefuseMixAsync(CancellationToken ct)
    {
        var open = new List<NpgsqlConnection>();
        try
        {
            var writers = 0;
            for (var n = 0; n < Probes; n++)
            {
                var connection = await probes.OpenConnectionAsync(ct);
                open.Add(connection);
                // of a kind that is sent to any server; what may write, such as pg_is_in_recovery, would go to the primary
                await using var command = new NpgsqlCommand(
                    $"select {DatabaseLook.IsReadOnlySql}",
                    connection
                );
                if (await command.ExecuteScalarAsync(ct) is false)
                    writers++;
            }
            if (writers is > 0 and < Probes)
                throw new StartupException(
                    $"Of {Probes} connections {writers} reach a server that takes writes, and the others one that takes none: a pooler in between shares statements out among servers. Set load_balance_mode = off in Pgpool-II, or name the primary itself in ConnectionStrings__ThreadStore."
                );
        }
        finally
        {
            foreach (var connection in open)
                await connection.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await probes.DisposeAsync();
        if (sessions is not null)
            await sessions.DisposeAsync();
    }
}
