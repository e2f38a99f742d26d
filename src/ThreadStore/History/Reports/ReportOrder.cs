namespace ThreadStore.History.Reports;

/// <summary>Rows in the order that is asked for, as many as are asked for, and the totals last.</summary>
static class ReportOrder
{
    /// <summary>What the first cell of the totals says.</summary>
    public const string Total = "total";

    public static List<IReadOnlyList<object?>> Of(ReportQuery query, List<ReportRow> rows, object?[] totals)
    {
        IEnumerable<object?[]> shown = rows.Select(r => (object?[])[.. r.Group, .. r.Cells]);
        if (query.Sort is { } sort)
        {
            var column = query.Columns.IndexOf(sort.Column);
            // what is unknown comes last either way; among equals the report's own order stays
            var known = shown.OrderBy(r => r[column] is null);
            shown = sort.IsDescending
                ? known.ThenByDescending(r => r[column], Cells)
                : known.ThenBy(r => r[column], Cells);
        }
        if (query.Limit is { } limit && !query.Report.IsOfBest)
            shown = shown.Take(limit);
        object?[] last = [.. query.Heads.Select(_ => (object?)null), .. totals];
        last[0] = Total;
        return [.. shown, last];
    }

    static readonly Comparer<object?> Cells = Comparer<object?>.Create(
        (a, b) =>
            (a, b) switch
            {
                (string x, string y) => string.CompareOrdinal(x, y),
                (null, _) or (_, null) => 0,
                (string, _) => 1,
                (_, string) => -1,
                _ => Convert.ToDouble(a, null).CompareTo(Convert.ToDouble(b, null)),
            }
    );
}
