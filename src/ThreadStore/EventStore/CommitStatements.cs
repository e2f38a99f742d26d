using Npgsql;
using ThreadStore.Kernel;

namespace ThreadStore.EventStore;

/// <summary>
/// Leaves out the positions that were told to somebody before the history went back (a failover or a restored backup that
/// lost its tail), so that none is given to two events. Only under the append lock, before anything takes a position.
/// </summary>
static class SkipPositions
{
    /// <summary>Beyond the highest that this node knows: others may have told of later ones.</summary>
    const int Margin = 1_000;

    const string Sequence = EventTables.Sequence;

    // by taking them, which needs no right that appending does not need
    const string Sql = $"""
        select count(nextval('{Sequence}'))
        from generate_series(1, $1 - (select last_value from {Sequence}))
        """;

    /// <param name="highest">The highest that this node ever knew.</param>
    public static async Task RunAsync(NpgsqlConnection connection, long highest)
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters = { new() { Value = highest + Margin } },
        };
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Tells all nodes, at commit, the last position that this transaction appended.</summary>
static class NotifyPosition
{
    const string Sql =
        $"select pg_notify('{Positions.Channel}', currval('{EventTables.Sequence}')::text || $1)";

    /// <param name="changed">Whose discussions changed; null: nobody knows, so any.</param>
    public static void AddTo(NpgsqlBatch batch, IReadOnlyCollection<Guid>? changed) =>
        batch.Add(Sql, Heard.Suffix(changed));
}
