using System.Diagnostics;
using Npgsql;
using ThreadStore.Rows;

namespace ThreadStore.EventStore;

/// <summary>How far what may lag has come: up to which position a projection holds everything.</summary>
public sealed class ProjectionProgress(NpgsqlDataSource database, WritingPace pace)
{
    /// <summary>Marten's own record, written in the transaction of the projection's rows.</summary>
    public static string Sql(string projection) =>
        $"select coalesce((select last_seq_id from {ReaderTables.Schema}.mt_event_progression where name = '{projection}:All'), 0)";

    /// <summary>Between two looks: any node may be the one that runs projections, and it tells nobody.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Between two words to hurry.</summary>
    static readonly TimeSpan Reminder = TimeSpan.FromSeconds(1);

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
        var started = Stopwatch.GetTimestamp();
        var reminded = TimeSpan.MinValue;
        while (await ReadAsync(projection, ct) < position)
        {
            var waited = Stopwatch.GetElapsedTime(started);
            if (waited > patience)
                return false;
            if (waited - Reminder > reminded)
            {
                await HurryAsync(ct);
                reminded = waited;
            }
            await Task.Delay(Interval, ct);
        }
        return true;
    }

    /// <summary>Has whichever node runs projections put nothing off for a while.</summary>
    async Task HurryAsync(CancellationToken ct)
    {
        pace.Hurry();
        await using var command = database.CreateCommand(
            $"select pg_notify('{Positions.Channel}', '{Heard.Hurry}')"
        );
        await command.ExecuteNonQueryAsync(ct);
    }
}
