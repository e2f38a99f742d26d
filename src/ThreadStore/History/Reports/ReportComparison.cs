using ThreadStore.Kernel;

namespace ThreadStore.History.Reports;

/// <summary>
/// Two periods beside each other: each count and measure with what it was in the period before, and the difference. Rows
/// belong together by their keys; where these are intervals, by which of its period each is. What there was only before has a
/// row after the others, in which counts are 0.
/// </summary>
sealed class ReportComparison(ReportQuery query, ReportCalendar calendar)
{
    readonly IReadOnlyList<ReportColumn> layout = query.Report.Layout;

    public static IEnumerable<string> ColumnsOf(ReportQuery query) =>
        query.Compare is null ? [] : query.Report.Layout.Where(IsFigure).SelectMany(c => Names(c.Name));

    static string[] Names(string column) => [$"{column}Previous", $"{column}Difference"];

    static bool IsFigure(ReportColumn column) => column.Kind is ColumnKind.Count or ColumnKind.Measure;

    public (List<ReportRow> Rows, object?[] Totals) Of(ReportPeriod now, ReportPeriod before)
    {
        var earlier = new Dictionary<string, ReportRow>();
        foreach (var row in before.Rows)
            earlier[KeyOf(row, before)] = row;
        var rows = new List<ReportRow>(now.Rows.Count);
        foreach (var row in now.Rows)
        {
            earlier.Remove(KeyOf(row, now), out var then);
            rows.Add(row with { Cells = Beside(row.Cells, then?.Cells ?? Nothing()) });
        }
        foreach (var row in before.Rows)
            if (earlier.ContainsKey(KeyOf(row, before)) && Moved(row, now, before) is { } gone)
                rows.Add(row with { Cells = Beside(gone, row.Cells) });
        return (rows, Beside(now.Totals, before.Totals));
    }

    string KeyOf(ReportRow row, ReportPeriod period) =>
        string.Join(
            '\u0001',
            row.Group.Select(g => g is null ? "\u0002" : g)
                .Concat(
                    layout.Select(
                        (c, i) =>
                            c.Kind switch
                            {
                                ColumnKind.Key => row.Cells[i] is null
                                    ? "\u0002"
                                    : ReportFormats.Text(row.Cells[i]),
                                ColumnKind.Start => ReportFormats.Text(PlaceOf(row.Cells[i], period)),
                                _ => "",
                            }
                    )
                )
        );

    /// <summary>Which interval of its period it is.</summary>
    static int PlaceOf(object? start, ReportPeriod period)
    {
        if (start is not string text)
            return -1;
        var time = DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        return period.Starts.BinarySearch(time) - period.First;
    }

    /// <summary>A row of before as it would be now, with nothing in it; null where this period has no such interval.</summary>
    object?[]? Moved(ReportRow row, ReportPeriod now, ReportPeriod before)
    {
        var cells = Nothing();
        for (var i = 0; i < cells.Length; i++)
            switch (layout[i].Kind)
            {
                case ColumnKind.Start when row.Cells[i] is not null:
                    var place = PlaceOf(row.Cells[i], before) + now.First;
                    if (place >= now.Starts.Count)
                        return null;
                    cells[i] = Json.Format(now.Starts[place]);
                    // the clock stands beside it, as far as this report shows it
                    cells[i + 1] = ReportCells.Local(calendar, now.Starts[place])[
                        ..((string)row.Cells[i + 1]!).Length
                    ];
                    i++;
                    break;
                case ColumnKind.Key or ColumnKind.Label:
                    cells[i] = row.Cells[i];
                    break;
                default:
                    break;
            }
        return cells;
    }

    object?[] Nothing() => [.. layout.Select(c => c.Kind == ColumnKind.Count ? (object?)0L : null)];

    object?[] Beside(object?[] now, object?[] then) =>
        [
            .. now,
            .. layout.SelectMany(
                (c, i) => IsFigure(c) ? (object?[])[then[i], Difference(now[i], then[i])] : []
            ),
        ];

    static object? Difference(object? now, object? then) =>
        (now, then) switch
        {
            (long a, long b) => a - b,
            (null, _) or (_, null) => null,
            _ => Convert.ToDouble(now, null) - Convert.ToDouble(then, null),
        };
}
