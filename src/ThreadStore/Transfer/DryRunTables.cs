using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Rows;

namespace ThreadStore.Transfer;

/// <summary>Tables of one connection alone, in which an import is tried: they begin with what the site has.</summary>
static class DryRunTables
{
    static readonly string[] OfEvents = [EventTables.StreamsName, EventTables.EventsName];

    public static async Task CreateAsync(NpgsqlConnection connection, string site, CancellationToken ct)
    {
        foreach (var table in OfEvents)
            await RebuildBeside.ExecuteAsync(
                connection,
                $"create temp table {table} (like {ReaderTables.Schema}.{table} including all)",
                ct
            );
        await RebuildBeside.CreateAsync(connection, onCommit: "", ct);
        await CopyAsync(EventTables.StreamsName, "tenant_id");
        foreach (var table in ReaderTables.All)
            await CopyAsync(table, "site");

        async Task CopyAsync(string table, string owner)
        {
            await using var command = new NpgsqlCommand(
                $"insert into {RebuildBeside.Temporary}.{table} select * from {ReaderTables.Schema}.{table} where {owner} = $1",
                connection
            )
            {
                CommandTimeout = 0,
            };
            command.Parameters.Add(new() { Value = site });
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>The pool would keep the connection as it is.</summary>
    public static async Task DropAsync(NpgsqlConnection connection)
    {
        foreach (var table in OfEvents.Concat(ReaderTables.All))
            await RebuildBeside.ExecuteAsync(
                connection,
                $"drop table if exists {RebuildBeside.Temporary}.{table}",
                CancellationToken.None
            );
    }
}
