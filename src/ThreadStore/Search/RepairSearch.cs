using System.Diagnostics;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Search;

/// <summary>
/// Has search indexed anew beside running servers. Its rows stay, and each is written over from the events: readers find
/// what they found before all along. Only its progress begins again, which whichever node indexes notices.
/// </summary>
static class RepairSearch
{
    /// <summary>Without any progress for so long, nobody works on it.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <param name="indexer">Does it where no server runs.</param>
    /// <param name="progress">Told how many events more were indexed, now and then.</param>
    /// <exception cref="StartupException">It does not get on.</exception>
    public static async Task RunAsync(
        NpgsqlDataSource database,
        Indexer indexer,
        ProjectionProgress progress,
        Action<long> told,
        CancellationToken ct
    )
    {
        var end = await BeginAgainAsync(database, ct);
        await indexer.StartAsync(ct);
        try
        {
            var (last, moved) = (0L, Stopwatch.GetTimestamp());
            while (last < end)
            {
                await Task.Delay(Interval, ct);
                var position = await progress.ReadAsync(SearchRows.Name, ct);
                if (position > last)
                {
                    told(position - last);
                    (last, moved) = (position, Stopwatch.GetTimestamp());
                }
                else if (Stopwatch.GetElapsedTime(moved) > Patience)
                    throw new StartupException(
                        $"Search is at position {position} of {end}, and does not get on; see the server's log."
                    );
            }
        }
        finally
        {
            await indexer.StopAsync(ct);
        }
    }

    /// <returns>How far it had come: from there on it is as it was.</returns>
    static async Task<long> BeginAgainAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // a batch that is being indexed is finished first
        await RebuildBeside.ExecuteAsync(
            connection,
            $"lock table {SearchTables.Rows}, {SearchTables.Sites} in exclusive mode",
            ct
        );
        await RebuildBeside.ExecuteAsync(
            connection,
            $"""
            delete from {SearchTables.Rows} r where not exists (
              select 1 from {EventTables.Streams} s where s.tenant_id = r.site and s.id = r.id)
            """,
            ct
        );
        await using var command = new NpgsqlCommand(
            $"""
            with before as (
              {ProjectionProgress.StoredSql(SearchRows.Name)} for update
            ), again as (
              {ProjectionProgress.ForgetSql(SearchRows.Name)}
            )
            select coalesce((select last_seq_id from before), 0)
            """,
            connection
        );
        var end = (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
        await transaction.CommitAsync(ct);
        return end;
    }
}
