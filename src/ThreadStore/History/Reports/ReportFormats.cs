using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ThreadStore.History.Reports;

/// <summary>Reports as bytes: JSON, or CSV (RFC 4180) with a line of column names.</summary>
public static partial class ReportFormats
{
    public static ReadOnlyMemory<byte> Json(ReportTable table)
    {
        var json = new ArrayBufferWriter<byte>(16 * 1024);
        using var writer = new Utf8JsonWriter(json, new() { Encoder = Kernel.Json.Options.Encoder });
        JsonSerializer.Serialize(writer, table, Kernel.Json.Options);
        return json.WrittenMemory;
    }

    /// <summary>What a spreadsheet takes for the beginning of a formula, in any width.</summary>
    static readonly SearchValues<char> Formulas = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    /// <param name="withMark">A byte-order mark first, without which Excel takes UTF-8 for something else.</param>
    public static ReadOnlyMemory<byte> Csv(ReportTable table, bool withMark = false)
    {
        var csv = new StringBuilder(withMark ? "\uFEFF" : "");
        csv.AppendJoin(',', table.Columns).Append("\r\n");
        foreach (var row in table.Rows)
            csv.AppendJoin(',', row.Select(v => Quote(Cell(v)))).Append("\r\n");
        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    /// <summary>A value as people and programs read it; nothing for null.</summary>
    public static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    /// <summary>
    /// A value that no spreadsheet runs: titles and keys are what strangers wrote. An apostrophe before it says that it is
    /// text; numbers stay numbers.
    /// </summary>
    static string Cell(object? value)
    {
        var text = Text(value);
        var isFormula =
            value is string
            && text.Length > 0
            && (Formulas.Contains(text[0]) || text.TrimStart() is [var first, ..] && Formulas.Contains(first))
            && !Number().IsMatch(text);
        return isFormula ? $"'{text}" : text;
    }

    [GeneratedRegex(@"^[+-]?[0-9]+(\.[0-9]+)?$")]
    private static partial Regex Number();

    static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
