using NpgsqlTypes;
using ThreadStore.Postgres;

namespace ThreadStore.Rows;

/// <summary>A statement that writes rows, in one schema.</summary>
/// <param name="columns">What it is sent of them.</param>
public sealed class RowWriting<TRow>(string sql, Func<List<TRow>, (NpgsqlDbType, object)>[] columns)
{
    public RowStatement Of(List<TRow> rows)
    {
        var values = new (NpgsqlDbType, object)[columns.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = columns[i](rows);
        return new(sql, values);
    }
}
