namespace ThreadStore.History.Lakes;

/// <summary>An answer as people read it: numbers to the right, so that they can be compared, and each row one line.</summary>
public static class LakeTable
{
    public static void Write(LakeSql lake, string sql, TextWriter to)
    {
        IReadOnlyList<LakeColumn> columns = [];
        var rows = new List<string[]>();
        lake.Read(
            sql,
            named => columns = named,
            row => rows.Add(Array.ConvertAll(row, v => (v ?? "").ReplaceLineEndings(" ")))
        );
        var widths = columns
            .Select((c, i) => rows.Select(r => r[i].Length).Append(c.Name.Length).Max())
            .ToArray();
        string Line(IEnumerable<string> cells) =>
            string.Join(
                    "  ",
                    cells.Select((c, i) => columns[i].IsNumber ? c.PadLeft(widths[i]) : c.PadRight(widths[i]))
                )
                .TrimEnd();
        to.WriteLine(Line(columns.Select(c => c.Name)));
        to.WriteLine(Line(widths.Select(w => new string('-', w))));
        foreach (var row in rows)
            to.WriteLine(Line(row));
    }
}
