using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Privacy;
using ThreadStore.Rows;

namespace ThreadStore.History.Reports;

/// <summary>
/// Makes what reports are counted from once more beside the live rows, while they go on; then, with their tables locked
/// against whoever indexes, compares and puts right what differs. Readers see the rows before or after.
/// </summary>
static class RepairReports
{
    static readonly string[] Tables = [ReportTables.CommentsName, ReportTables.FactsName];

    /// <param name="progress">Told the number of events folded, now and then.</param>
    /// <returns>What differed, and no longer does.</returns>
    public static async Task<IReadOnlyList<RowDifference>> RunAsync(
        NpgsqlDataSource database,
        Action<long> progress,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        try
        {
            foreach (var table in Tables)
                await RebuildBeside.ExecuteAsync(
                    connection,
                    $"create temp table {table} (like {ReaderTables.Schema}.{table} including all)",
                    ct
                );
            // most of it takes its time beside the indexer, which only waits for the last of it
            var erased = await HistoryRewrites.CountAsync(connection, ct);
            var position = await ReportCheck.FoldAsync(connection, false, 0, progress, ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await RebuildBeside.ExecuteAsync(
                connection,
                $"select pg_advisory_xact_lock_shared({IndexedAsErased.Lock})",
                ct
            );
            if (await HistoryRewrites.CountAsync(connection, ct) != erased)
            {
                // what was folded holds somebody who was erased since
                foreach (var table in Tables)
                    await RebuildBeside.ExecuteAsync(
                        connection,
                        $"delete from {RebuildBeside.Temporary}.{table}",
                        ct
                    );
                position = 0;
            }
            await RebuildBeside.ExecuteAsync(
                connection,
                $"lock table {ReportTables.Comments}, {ReportTables.Facts} in exclusive mode",
                ct
            );
            await ReportCheck.FoldAsync(connection, false, position, progress, ct);
            await RebuildBeside.ExecuteAsync(connection, RebuildBeside.ForWholeTables, ct);
            var differences = new List<RowDifference>();
            foreach (var table in Tables)
                if (await RebuildBeside.DifferenceAsync(connection, table, "true", ct) is { } difference)
                {
                    differences.Add(difference);
                    await RepairRows.ReplaceAsync(connection, table, ct);
                }
            await transaction.CommitAsync(ct);
            return differences;
        }
        finally
        {
            // the pool keeps the connection as it is
            foreach (var table in Tables)
                await RebuildBeside.ExecuteAsync(
                    connection,
                    $"drop table if exists {RebuildBeside.Temporary}.{table}",
                    CancellationToken.None
                );
        }
    }
}
