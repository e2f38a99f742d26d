using System.Diagnostics;
using Npgsql;

namespace ThreadStore.EventStore;

/// <summary>How far what may lag has come: up to which position a projection holds everything.</summary>
public sealed class ProjectionProgress(NpgsqlDataSource database, WritingPace pace)
{
    /// <summary>Marten's own record, written in the transaction of the projection's rows.</summary>
    public static string Sql(string projection) => SqlOf(ShardOf(projection));

    /// <param name="shard">As Marten calls what it runs.</param>
    /// <inheritdoc cref="Sql"/>
    public static string SqlOf(string shard) =>
        $"select coalesce((select last_seq_id from {EventTables.Progression} where name = '{shard}'), 0)";

    /// <summary>The same, and no row where it has not begun.</summary>
    public static string StoredSql(string projection) =>
        $"select last_seq_id from {EventTables.Progression} where name = '{ShardOf(projection)}'";

    /// <summary>Has it begun from the start: not set to 0, since who begins there makes the row, and fails where it is.</summary>
    public static string ForgetSql(string projection) =>
        $"delete from {EventTables.Progression} where name = '{ShardOf(projection)}'";

    /// <summary>Marten's name for all of a projection.</summary>
    public static string ShardOf(string projection) => $"{projection}:All";

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
