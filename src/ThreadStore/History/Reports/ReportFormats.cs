using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ThreadStore.History.Reports;

/// <summary>Reports as bytes: JSON, or CSV (RFC 4180) with a line of column names.</summary>
public static class ReportFormats
{
    public static ReadOnlyMemory<byte> Json(ReportTable table)
    {
        var json = new ArrayBufferWriter<byte>(16 * 1024);
        using var writer = new Utf8JsonWriter(json, new() { Encoder = Storage.Json.Options.Encoder });
        JsonSerializer.Serialize(writer, table, Storage.Json.Options);
        return json.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Csv(ReportTable table)
    {
        var csv = new StringBuilder();
        csv.AppendJoin(',', table.Columns).Append("\r\n");
        foreach (var row in table.Rows)
            csv.AppendJoin(',', row.Select(v => Quote(Text(v)))).Append("\r\n");
        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    /// <summary>A value as people and programs read it; nothing for null.</summary>
    public static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
