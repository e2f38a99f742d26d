using System.Diagnostics;
using Npgsql;
using ThreadStore.Storage;
using ThreadStore.Threads;

namespace ThreadStore.Search;

/// <summary>How far search is: up to which position it holds everything.</summary>
public sealed class SearchProgress(NpgsqlDataSource database)
{
    /// <summary>Marten's own record, written in the transaction of the rows.</summary>
    public const string Sql = $"""
        select coalesce(
          (select last_seq_id from {ReaderTables.Schema}.mt_event_progression where name = '{SearchRows.Name}:All'), 0)
        """;

    /// <summary>Between two looks: any node may be the one that indexes, and it tells nobody.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public async Task<long> ReadAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(Sql);
        return (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
    }

    /// <returns>False where it did not come within <see cref="Positions.Patience"/>.</returns>
    public async Task<bool> WaitForAsync(long position, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (await ReadAsync(ct) < position)
        {
            if (Stopwatch.GetElapsedTime(started) > Positions.Patience)
                return false;
            await Task.Delay(Interval, ct);
        }
        return true;
    }
}
