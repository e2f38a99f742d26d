using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer.Staging;

/// <summary>Some records of a file, in its order.</summary>
/// <param name="Share">How much of the file was read with them; 0 to 1.</param>
/// <param name="Torn">Why nothing comes after them, where that is not the file's end.</param>
sealed record ReadRecords(
    IReadOnlyList<ForeignRecord> Records,
    double Share,
    ExceptionDispatchInfo? Torn = null
);

/// <summary>
/// Reads a file on a thread of its own, a little ahead of whoever stages what it says. One after the other, a core would
/// be idle: PostgreSQL has nothing to do yet.
/// </summary>
static class RecordsAhead
{
    const int MaxRecords = 100;

    /// <summary>Characters of comments after which records are handed on; a single one has up to a million.</summary>
    const int MaxText = 64 * 1024;

    /// <summary>Handed on, and not taken yet.</summary>
    const int MaxWaiting = 4;

    /// <param name="share">Asked by the thread that reads.</param>
    public static IEnumerable<ReadRecords> Of(
        IEnumerable<ForeignRecord> records,
        Func<double> share,
        CancellationToken ct
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var waiting = new BlockingCollection<ReadRecords>(MaxWaiting);
        var reading = Task.Run(() => Read(records, share, waiting, stop.Token), CancellationToken.None);
        try
        {
            foreach (var read in waiting.GetConsumingEnumerable(ct))
                yield return read;
        }
        finally
        {
            stop.Cancel();
            // the file must not be closed while it is read
            reading.Wait(CancellationToken.None);
        }
    }

    static void Read(
        IEnumerable<ForeignRecord> records,
        Func<double> share,
        BlockingCollection<ReadRecords> waiting,
        CancellationToken ct
    )
    {
        var (some, text) = (new List<ForeignRecord>(), 0L);
        ExceptionDispatchInfo? torn = null;
        try
        {
            try
            {
                foreach (var record in records)
                {
                    some.Add(record);
                    text += LengthOf(record);
                    if (some.Count < MaxRecords && text < MaxText)
                        continue;
                    waiting.Add(new(some, share()), ct);
                    (some, text) = ([], 0);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                torn = ExceptionDispatchInfo.Capture(e);
            }
            waiting.Add(new(some, share(), torn), ct);
        }
        catch (OperationCanceledException)
        {
            // nobody waits for more
        }
        finally
        {
            waiting.CompleteAdding();
        }
    }

    static long LengthOf(ForeignRecord record) =>
        record is ForeignComment c ? c.Body.Length + (c.Later?.Sum(l => (long)l.Body.Length) ?? 0) : 0;
}
