using System.Text;

namespace ThreadStore.Transfer.Formats;

/// <summary>A row of CSV (RFC 4180), with the line on which it begins.</summary>
public sealed record CsvRow(long Line, IReadOnlyList<string> Cells, string? Fault);

/// <summary>Reads CSV row by row: line ends within quotes belong to the text, quotes within them are doubled.</summary>
static class CsvRows
{
    /// <summary>In characters: a body of 1 MiB with what else belongs to it.</summary>
    const int MaxRow = Fields.MaxBody + 64 * 1024;

    public static IEnumerable<CsvRow> Read(TextReader text)
    {
        var (line, begun) = (1L, 1L);
        var (cells, cell, size) = (new List<string>(), new StringBuilder(), 0);
        var (inQuotes, wasQuoted, any) = (false, false, false);
        CsvRow Row(string? fault)
        {
            cells.Add(cell.ToString());
            var row = new CsvRow(begun, cells, size > MaxRow ? "it is longer than 1 MiB." : fault);
            cells = [];
            cell.Clear();
            (size, any, wasQuoted, begun) = (0, false, false, line);
            return row;
        }
        // a reader's own Peek says nothing at the end of its buffer
        int? ahead = null;
        int Next()
        {
            var c = ahead ?? text.Read();
            ahead = null;
            return c;
        }
        int Peek() => ahead ??= text.Read();
        while (Next() is >= 0 and var next)
        {
            var c = (char)next;
            if (c == '\n')
                line++;
            if (c == '"' && (inQuotes || cell.Length == 0 && !wasQuoted))
            {
                if (inQuotes && Peek() == '"')
                {
                    Next();
                    Add('"');
                }
                else
                    (inQuotes, wasQuoted) = (!inQuotes, true);
                any = true;
            }
            else if (inQuotes)
                Add(c);
            else if (c == ',')
            {
                cells.Add(cell.ToString());
                cell.Clear();
                (any, wasQuoted) = (true, false);
            }
            else if (c is '\n')
            {
                // an empty line is no row
                if (any)
                    yield return Row(null);
                begun = line;
            }
            else if (c is not '\r' || Peek() != '\n')
            {
                Add(c);
                any = true;
            }
        }
        if (any)
            yield return Row(inQuotes ? "the file ends within a quoted text: it was cut off." : null);

        void Add(char c)
        {
            if (++size <= MaxRow)
                cell.Append(c);
        }
    }
}
