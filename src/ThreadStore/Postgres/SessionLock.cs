using System.Data;
using Npgsql;

namespace ThreadStore.Postgres;

/// <summary>
/// An advisory lock that a session holds, given back whatever happens: the pool would keep it, since its connections are
/// not reset (<see cref="TunedConnection.Of"/>).
/// </summary>
sealed class SessionLock : IAsyncDisposable
{
    readonly NpgsqlConnection connection;
    readonly string giveBack;

    SessionLock(NpgsqlConnection connection, string giveBack) =>
        (this.connection, this.giveBack) = (connection, giveBack);

    /// <param name="condition">As SQL, what must be so for it to be tried.</param>
    /// <param name="isShared">Others may share it: only who wants it alone waits.</param>
    /// <returns>Null: another session has it.</returns>
    public static async Task<SessionLock?> TryTakeAsync(
        NpgsqlConnection connection,
        long key,
        CancellationToken ct,
        string condition = "true",
        bool isShared = false
    )
    {
        var shared = isShared ? "_shared" : "";
        await using var command = new NpgsqlCommand(
            $"select case when {condition} then pg_try_advisory_lock{shared}({key}) else false end",
            connection
        );
        return await command.ExecuteScalarAsync(ct) is true
            ? new(connection, $"pg_advisory_unlock{shared}({key})")
            : null;
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
        return new(connection, $"pg_advisory_unlock({key})");
    }

    public async ValueTask DisposeAsync()
    {
        // with a session that is gone it is, too
        if (connection.State != ConnectionState.Open)
            return;
        await using var command = new NpgsqlCommand($"select {giveBack}", connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
