using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Postgres;

namespace ThreadStore.Rows;

/// <summary>
/// Makes all reader rows anew beside the live ones, while servers read and write; then, under the append lock, compares
/// and puts right what differs, all in one transaction: a reader sees the rows before or after.
/// </summary>
/// <remarks>Writers wait while whole tables are compared: some seconds for each million rows. Readers never do.</remarks>
public static class RepairRows
{
    const string Temporary = RebuildBeside.Temporary;

    /// <param name="progress">Told the number of events folded, now and then.</param>
    /// <returns>What differed, and no longer does.</returns>
    public static async Task<IReadOnlyList<RowDifference>> RunAsync(
        NpgsqlDataSource database,
        Action<long> progress,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var source = await database.OpenConnectionAsync(ct);
        try
        {
            await RebuildBeside.CreateAsync(connection, onCommit: "", ct);
            // most of it takes its time beside the writers, who only wait for the last of it
            var (position, erased) = await FoldAsync(connection, source, progress, ct);
            return await SwitchAsync(connection, source, position, erased, progress, ct);
        }
        finally
        {
            // the pool keeps the connection as it is
            foreach (var table in ReaderTables.All)
                await RebuildBeside.ExecuteAsync(
                    connection,
                    $"drop table if exists {Temporary}.{table}",
                    CancellationToken.None
                );
        }
    }

    /// <summary>Folds the history; once more from the beginning, where somebody is erased from it meanwhile.</summary>
    static async Task<(long Position, long Erased)> FoldAsync(
        NpgsqlConnection connection,
        NpgsqlConnection source,
        Action<long> progress,
        CancellationToken ct
    )
    {
        for (var tries = 1; ; tries++)
        {
            var erased = await HistoryRewrites.CountAsync(connection, ct);
            try
            {
                var position = await RebuildBeside.FoldAsync(
                    connection,
                    source,
                    0,
                    chosen: false,
                    progress,
                    ct
                );
                if (await HistoryRewrites.CountAsync(connection, ct) == erased)
                    return (position, erased);
            }
            catch (Exception e) when (!ct.IsCancellationRequested && !Outage.Is(e))
            {
                // what came first was about somebody whom what comes later does not know any more
                if (tries == MaxTries || await HistoryRewrites.CountAsync(connection, ct) == erased)
                    throw;
            }
            await EmptyAsync(connection, ct);
        }
    }

    const int MaxTries = 5;

    static async Task EmptyAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        foreach (var table in ReaderTables.All)
            await RebuildBeside.ExecuteAsync(connection, $"delete from {Temporary}.{table}", ct);
    }

    static async Task<IReadOnlyList<RowDifference>> SwitchAsync(
        NpgsqlConnection connection,
        NpgsqlConnection source,
        long position,
        long erased,
        Action<long> progress,
        CancellationToken ct
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await RebuildBeside.ExecuteAsync(connection, AppendLock.Sql, ct);
        if (await HistoryRewrites.CountAsync(connection, ct) != erased)
        {
            // what was folded holds somebody who was erased since
            await EmptyAsync(connection, ct);
            position = 0;
        }
        await RebuildBeside.FoldAsync(connection, source, position, chosen: false, progress, ct);
        await RebuildBeside.ExecuteAsync(connection, RebuildBeside.ForWholeTables, ct);
        var differences = new List<RowDifference>();
        foreach (var table in ReaderTables.All)
        {
            if (await RebuildBeside.DifferenceAsync(connection, table, "true", ct) is not { } difference)
                continue;
            differences.Add(difference);
            await ReplaceAsync(connection, table, ct);
        }
        if (differences.Count > 0)
            await Tombstone.AppendAsync(connection, ct);
        await transaction.CommitAsync(ct);
        return differences;
    }

    internal static async Task ReplaceAsync(NpgsqlConnection connection, string table, CancellationToken ct)
    {
        var key = await RebuildBeside.KeyAsync(connection, table, ct);
        var isSame = string.Join(" and ", key.Select(c => $"l.{c} = r.{c}"));
        var (live, rebuilt) = ($"{ReaderTables.Schema}.{table}", $"{Temporary}.{table}");
        await RebuildBeside.ExecuteAsync(
            connection,
            $"delete from {live} l where not exists (select 1 from {rebuilt} r where {isSame} and r *= l)",
            ct
        );
        await RebuildBeside.ExecuteAsync(
            connection,
            $"insert into {live} select r.* from {rebuilt} r where not exists (select 1 from {live} l where {isSame})",
            ct
        );
    }
}
