using System.Globalization;
using Npgsql;
using ThreadStore.Kernel;

namespace ThreadStore.History.Reports;

/// <summary>Cells as reports show them.</summary>
static class ReportCells
{
    /// <summary>What the wall clock shows.</summary>
    public static string Local(ReportCalendar calendar, DateTimeOffset time) =>
        calendar.Local(time).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>All rows of a statement.</summary>
    public static async Task<List<IReadOnlyList<object?>>> ReadAsync(
        NpgsqlCommand command,
        CancellationToken ct
    )
    {
        var rows = new List<IReadOnlyList<object?>>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
                row[i] = reader.IsDBNull(i) ? null : Value(reader, i);
            rows.Add(row);
        }
        return rows;
    }

    static object Value(NpgsqlDataReader reader, int column) =>
        reader.GetValue(column) switch
        {
            DateTime time => Json.Format(new DateTimeOffset(time, TimeSpan.Zero)),
            int number => (long)number,
            // whom it belongs to: an array whose elements may be null
            Array => reader.GetFieldValue<string?[]>(column),
            var value => value,
        };
}
