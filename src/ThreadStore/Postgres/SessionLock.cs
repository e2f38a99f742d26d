using System.Data;
using Npgsql;

namespace ThreadStore.Postgres;

/// <summary>
/// An advisory lock that a session holds, given back whatever happens: the pool would keep it, since its connections are
/// not reset (<see cref="ThreadStoreStore.Tune"/>).
/// </summary>
sealed class SessionLock : IAsyncDisposable
{
    readonly NpgsqlConnection connection;
    readonly long key;

    SessionLock(NpgsqlConnection connection, long key) => (this.connection, this.key) = (connection, key);

    /// <param name="condition">As SQL, what must be so for it to be tried.</param>
    /// <returns>Null: another session has it.</returns>
    public static async Task<SessionLock?> TryTakeAsync(
        NpgsqlConnection connection,
        long key,
        CancellationToken ct,
        string condition = "true"
    )
    {
        await using var command = new NpgsqlCommand(
            $"select case when {condition} then pg_try_advisory_lock({key}) else false end",
            connection
        );
        return await command.ExecuteScalarAsync(ct) is true ? new(connection, key) : null;
    }

    /// <summary>Waits for as long as another session has it.</summary>
    public static async Task<SessionLock> TakeAsync(
        NpgsqlConnection connection,
        long key,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand($"select pg_advisory_lock({key})", connection);
        await command.ExecuteNonQueryAsync(ct);
        return new(connection, key);
    }

    public async ValueTask DisposeAsync()
    {
        // with a session that is gone it is, too
        if (connection.State != ConnectionState.Open)
            return;
        await using var command = new NpgsqlCommand($"select pg_advisory_unlock({key})", connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
