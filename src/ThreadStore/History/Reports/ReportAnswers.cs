using System.Diagnostics;
using Microsoft.Extensions.Caching.Memory;

namespace ThreadStore.History.Reports;

/// <summary>A report as it was counted.</summary>
/// <param name="Position">What it holds: everything up to this position.</param>
/// <param name="Newest">The last event of its sites then; null: it lagged behind that.</param>
/// <param name="Erasures">How often somebody had been erased by then.</param>
/// <param name="IsDear">It took long, on a large store.</param>
public sealed record CountedReport(
    IReadOnlyList<IReadOnlyList<object?>> Rows,
    string Zone,
    long Position,
    long? Newest,
    long Erasures,
    TimeSpan Took,
    bool IsDear
)
{
    /// <summary>How many times longer than it takes it is shown before it is counted again.</summary>
    const int Rest = 4;

    readonly long at = Stopwatch.GetTimestamp();

    public bool IsOld => Stopwatch.GetElapsedTime(at) > Rest * Took;
}

/// <summary>
/// What was counted before. As long as nothing more has happened on its sites it is what would be counted now: whoever
/// opens a dashboard asks what others have asked. On a large store, what takes longer than a look is shown for some minutes
/// even so, by its own position, and is counted again meanwhile.
/// </summary>
/// <param name="dear">From when on a report takes long; 50 ms unless given.</param>
/// <param name="large">How many bytes it must have been counted from; 30 MB unless given, of some 90,000 comments.</param>
public sealed class ReportAnswers(TimeSpan? dear = null, long large = 30_000_000) : IDisposable
{
    /// <summary>Of all that is kept: some 50 MB.</summary>
    const int MaxCells = 1_000_000;

    /// <summary>A larger report would drive many small ones out.</summary>
    const int MaxCellsOfOne = 100_000;

    /// <summary>Rows that were put right by a rebuild are shown after that at the latest.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    readonly TimeSpan dear = dear ?? TimeSpan.FromMilliseconds(50);
    readonly MemoryCache kept = new(new MemoryCacheOptions { SizeLimit = MaxCells });
    readonly CancellationTokenSource ended = new();
    readonly SemaphoreSlim renewal = new(1);

    /// <param name="bytes">Of the tables that it was counted from.</param>
    public bool IsDear(TimeSpan took, long bytes) => took >= dear && bytes >= large;

    public CountedReport? Find(ReportQuery query) => kept.Get<CountedReport>(query.Question);

    public void Keep(ReportQuery query, CountedReport counted)
    {
        var cells = counted.Rows.Count * query.Columns.Count;
        if (cells > MaxCellsOfOne)
            return;
        kept.Set(
            query.Question,
            counted,
            new MemoryCacheEntryOptions { Size = cells, AbsoluteExpirationRelativeToNow = Longest }
        );
    }

    /// <summary>Has a report counted again while others read it as it was; one at a time.</summary>
    public void Renew(Func<CancellationToken, Task> countAsync)
    {
        if (!renewal.Wait(0))
            return;
        _ = Task.Run(async () =>
        {
            try
            {
                await countAsync(ended.Token);
            }
            catch (Exception)
            {
                // whoever asks after this one is too old meets the same, and is told
            }
            finally
            {
                renewal.Release();
            }
        });
    }

    public void Dispose()
    {
        ended.Cancel();
        kept.Dispose();
    }
}
