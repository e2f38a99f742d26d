namespace ThreadStore.History;

/// <summary>A table as people read it: numbers to the right, so that they can be compared, and each row one line.</summary>
static class TextTable
{
    /// <param name="columns">Names, and which of them are of numbers.</param>
    /// <param name="cells">Row by row, as many as there are columns.</param>
    public static void Write(
        TextWriter to,
        IReadOnlyList<(string Name, bool IsNumber)> columns,
        IEnumerable<IEnumerable<string>> cells
    )
    {
        var rows = cells.Select(row => row.Select(c => c.ReplaceLineEndings(" ")).ToArray()).ToList();
        var widths = columns
            .Select((c, i) => rows.Select(r => r[i].Length).Append(c.Name.Length).Max())
            .ToArray();
        string Line(IEnumerable<string> line) =>
            string.Join(
                    "  ",
                    line.Select((c, i) => columns[i].IsNumber ? c.PadLeft(widths[i]) : c.PadRight(widths[i]))
                )
                .TrimEnd();
        to.WriteLine(Line(columns.Select(c => c.Name)));
        to.WriteLine(Line(widths.Select(w => new string('-', w))));
        foreach (var row in rows)
            to.WriteLine(Line(row));
    }
}
