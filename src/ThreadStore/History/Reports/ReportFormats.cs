using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ThreadStore.Kernel;

namespace ThreadStore.History.Reports;

/// <summary>Reports as bytes: JSON, or CSV (RFC 4180) with a line of column names.</summary>
public static class ReportFormats
{
    public static ReadOnlyMemory<byte> Json(ReportTable table)
    {
        var json = new ArrayBufferWriter<byte>(16 * 1024);
        using var writer = new Utf8JsonWriter(json, new() { Encoder = Kernel.Json.Options.Encoder });
        JsonSerializer.Serialize(writer, table, Kernel.Json.Options);
        return json.WrittenMemory;
    }

    /// <param name="withMark">A byte-order mark first, without which Excel takes UTF-8 for something else.</param>
    public static ReadOnlyMemory<byte> Csv(ReportTable table, bool withMark = false)
    {
        var csv = new StringBuilder(withMark ? "\uFEFF" : "");
        csv.AppendJoin(',', table.Columns).Append("\r\n");
        foreach (var row in table.Rows)
            csv.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    /// <summary>A value as people and programs read it; nothing for null.</summary>
    public static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    /// <summary>Titles and keys are what strangers wrote.</summary>
    static string Cell(object? value) =>
        value is string text ? CsvCell.Text(text) : CsvCell.Quote(Text(value));
}
