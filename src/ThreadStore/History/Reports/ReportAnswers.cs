using Microsoft.Extensions.Caching.Memory;

namespace ThreadStore.History.Reports;

/// <summary>
/// What was counted before, for as long as nothing more has happened on its sites: whoever opens a dashboard asks what
/// others have asked, and a year of a large site takes seconds to count.
/// </summary>
public sealed class ReportAnswers : IDisposable
{
    /// <summary>Of all that is kept: some 50 MB.</summary>
    const int MaxCells = 1_000_000;

    /// <summary>A larger report would drive many small ones out.</summary>
    const int MaxCellsOfOne = 100_000;

    /// <summary>Rows that were put right by a rebuild are shown after that at the latest.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    readonly MemoryCache kept = new(new MemoryCacheOptions { SizeLimit = MaxCells });

    /// <param name="newest">The last event of its sites, which decides what all rows say.</param>
    public IReadOnlyList<IReadOnlyList<object?>>? Find(ReportQuery query, long newest) =>
        kept.Get<IReadOnlyList<IReadOnlyList<object?>>>((query.Question, newest));

    /// <inheritdoc cref="Find"/>
    public void Keep(ReportQuery query, long newest, IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        var cells = rows.Count * query.Columns.Count;
        if (cells > MaxCellsOfOne)
            return;
        kept.Set(
            (query.Question, newest),
            rows,
            new MemoryCacheEntryOptions { Size = cells, AbsoluteExpirationRelativeToNow = Longest }
        );
    }

    public void Dispose() => kept.Dispose();
}
