using Npgsql;
using ThreadStore.EventStore;

namespace ThreadStore.History;

/// <summary>What a replay makes of the history: it is given every event once, in order.</summary>
public interface IFold
{
    /// <param name="e">Valid until this is done: whoever wants to keep something of it copies that.</param>
    ValueTask AddAsync(RecordedEvent e);
}

/// <summary>How far a pass over the history has come.</summary>
/// <param name="Events">Given to the folds so far.</param>
/// <param name="Position">Of the last.</param>
/// <param name="End">The last position that there is.</param>
public readonly record struct PassProgress(long Events, long Position, long End);

/// <summary>
/// One pass over the history, in one statement, for any number of folds: while they take some events, the next are read.
/// Memory holds these and no more, however long the history is.
/// </summary>
public static class Pass
{
    /// <summary>Events that are handed over together, and their bytes: few enough to stay in the processor's cache.</summary>
    const int BatchLength = 256;
    const int BatchBytes = 512 * 1024;

    /// <param name="until">The last position that is wanted; null: all.</param>
    /// <returns>How many events there were.</returns>
    public static async Task<long> RunAsync(
        NpgsqlConnection connection,
        EventFilter filter,
        long after,
        IReadOnlyList<IFold> folds,
        Action<PassProgress> progress,
        CancellationToken ct,
        long? until = null
    )
    {
        await using var newest = new NpgsqlCommand(Positions.NewestSql, connection);
        var end = until ?? (long)(await newest.ExecuteScalarAsync(ct) ?? 0L);
        await using var command = filter.Command(connection, after, limit: null, until);
        // from one event of a rare kind to the next it may be far
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (reading, given) = (NewBatch(), NewBatch());
        var (count, folding) = (0L, Task.CompletedTask);
        try
        {
            while (true)
            {
                var length = await ReadAsync(reader, reading, ct);
                await folding;
                if (length == 0)
                    break;
                (reading, given) = (given, reading);
                var batch = given.AsMemory(0, length);
                folding = Task.Run(() => GiveAsync(batch, folds), ct);
                count += length;
                progress(new(count, given[length - 1].Position, end));
            }
        }
        finally
        {
            // nobody may take a fold away from under it
            await folding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        progress(new(count, end, end));
        return count;
    }

    static RecordedEvent[] NewBatch() =>
        [.. Enumerable.Range(0, BatchLength).Select(static _ => new RecordedEvent())];

    static async Task<int> ReadAsync(NpgsqlDataReader reader, RecordedEvent[] batch, CancellationToken ct)
    {
        var (length, bytes) = (0, 0);
        while (length < batch.Length && bytes < BatchBytes && await reader.ReadAsync(ct))
        {
            batch[length].Read(reader);
            bytes += batch[length++].Data.Length;
        }
        return length;
    }

    static async Task GiveAsync(ReadOnlyMemory<RecordedEvent> batch, IReadOnlyList<IFold> folds)
    {
        for (var i = 0; i < batch.Length; i++)
            foreach (var fold in folds)
                await fold.AddAsync(batch.Span[i]);
    }
}
