using Npgsql;
using NpgsqlTypes;

namespace ThreadStore.Postgres;

/// <summary>One statement over arrays, an element a row; <c>{0}</c> in the text stands for the arrays.</summary>
public sealed record RowStatement(string Sql, params (NpgsqlDbType Type, object Values)[] Columns)
{
    /// <summary>With numbered parameters in place of the arrays.</summary>
    public string Text() =>
        Sql.Replace(
            "{0}",
            string.Join(", ", Enumerable.Range(1, Columns.Length).Select(n => $"${n}")),
            StringComparison.Ordinal
        );

    public void AddTo(NpgsqlBatch batch)
    {
        var command = new NpgsqlBatchCommand(Text());
        foreach (var (type, values) in Columns)
            command.Parameters.Add(new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        batch.BatchCommands.Add(command);
    }

    public static (NpgsqlDbType, object) Column<TRow, T>(
        NpgsqlDbType type,
        List<TRow> rows,
        Func<TRow, T> value
    )
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(rows[i]);
        return (type, values);
    }
}
