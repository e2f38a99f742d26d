using Npgsql;
using ThreadStore.Postgres;

namespace ThreadStore.EventStore;

/// <summary>What the <see cref="Listener"/> asks the database, four times a second.</summary>
static class DatabaseLook
{
    public const string IsReadOnlySql = "current_setting('transaction_read_only') = 'on'";

    const string Sql = $"""
        select {IsReadOnlySql}, coalesce(e.seq_id, 0), e.id,
          (select l.id from {EventTables.Events} l where l.seq_id = $1)
        from (select 1) one left join lateral (
          select n.seq_id, n.id from {EventTables.Events} n order by n.seq_id desc limit 1
        ) e on true
        """;

    // what a database may not tell (a managed service, a role with few rights), it does not tell
    const string IdentitySql = """
        select system_identifier::text || '/' || case when pg_is_in_recovery() then ''
          else left(pg_walfile_name(pg_current_wal_lsn()), 8) end
        from pg_control_system()
        """;

    /// <param name="limit">Seconds; 0: whoever asks watches the time, and ends the connection.</param>
    public static async Task<HistoryEnd> AtEndAsync(
        NpgsqlConnection connection,
        Landmark? landmark,
        int limit = 0
    )
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            CommandTimeout = limit,
            Parameters = { new() { Value = landmark?.Position ?? 0L } },
        };
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        await reader.ReadAsync(CancellationToken.None);
        Guid? Id(int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);
        return new(reader.GetBoolean(0), reader.GetInt64(1), Id(2), Id(3));
    }

    /// <summary>Which cluster it is, and which of its timelines: a failover and a restored backup begin a new one.</summary>
    /// <returns>Null where it does not say.</returns>
    public static async Task<string?> IdentityAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        try
        {
            await using var command = new NpgsqlCommand(IdentitySql, connection);
            return await command.ExecuteScalarAsync(ct) as string;
        }
        catch (PostgresException e) when (!Outage.Is(e) || Rights.IsLacking(e))
        {
            return null;
        }
    }

    /// <summary>Why it takes no writes, and what helps.</summary>
    public static async Task<string> WhyReadOnlyAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select pg_is_in_recovery(), current_user::text, current_database()::text",
            connection
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return reader.GetBoolean(0)
            ? $"The database at {connection.Host}:{connection.Port} is a standby, which takes no writes: name the primary in ConnectionStrings__ThreadStore, or all servers with Target Session Attributes=primary, as in Host=a,b;Target Session Attributes=primary."
            : $"The database {reader.GetString(2)} takes no writes (default_transaction_read_only is on, as services set it where a disk is full): make room, and set it off for the server, the database and the role {reader.GetString(1)}.";
    }
}
