using System.Diagnostics;
using Npgsql;
using ThreadStore.Threads;

namespace ThreadStore.Storage;

/// <summary>How far what may lag has come: up to which position a projection holds everything.</summary>
public sealed class ProjectionProgress(NpgsqlDataSource database, WritingPace pace)
{
    /// <summary>Marten's own record, written in the transaction of the projection's rows.</summary>
    public static string Sql(string projection) =>
        $"select coalesce((select last_seq_id from {ReaderTables.Schema}.mt_event_progression where name = '{projection}:All'), 0)";

    /// <summary>Between two looks: any node may be the one that runs projections, and it tells nobody.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public async Task<long> ReadAsync(string projection, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Sql(projection));
        return (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
    }

    /// <returns>False where it did not come within the patience given.</returns>
    public async Task<bool> WaitForAsync(
        string projection,
        long position,
        TimeSpan patience,
        CancellationToken ct
    )
    {
        using var hurry = pace.Hurry();
        var started = Stopwatch.GetTimestamp();
        while (await ReadAsync(projection, ct) < position)
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
                return false;
            await Task.Delay(Interval, ct);
        }
        return true;
    }
}
