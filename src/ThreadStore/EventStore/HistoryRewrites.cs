using Npgsql;

namespace ThreadStore.EventStore;

/// <summary>
/// Events are never changed, but where somebody is erased from them: whoever keeps what they said, or makes something of
/// them anew, compares how often that was.
/// </summary>
static class HistoryRewrites
{
    /// <summary>A row for each, and for those that are to come; see Privacy.ErasureTable.</summary>
    public const string Table = $"{EventTables.Schema}.erasures";

    public const string CountSql = $"select count(*) from {Table} where erased_at is not null";

    /// <summary>In this database.</summary>
    public static async Task<long> CountAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(CountSql, connection);
        return (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
    }
}
