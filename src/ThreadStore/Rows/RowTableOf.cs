using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using static ThreadStore.Rows.RowChange;

namespace ThreadStore.Rows;

/// <inheritdoc cref="RowTable"/>
/// <typeparam name="TRow">The state that a row holds.</typeparam>
/// <remarks>Columns are declared in the order that they have in the table: by name, what a row's has of the state, and the
/// changes with which that is written, of which <see cref="RowChange.Added"/> is the making of the row.</remarks>
public sealed class RowTable<TRow>(string name, string key = "site, id") : RowTable(name, key)
{
    readonly Dictionary<Column, Func<List<TRow>, (NpgsqlDbType, object)>> values = [];

    public Column<string> Text(string name, Func<TRow, string> value, RowChange written = Added) =>
        Declare(name, "text", NpgsqlDbType.Text, value, written, (r, at) => r.GetString(at));

    public Column<string?> TextOrNull(string name, Func<TRow, string?> value, RowChange written = Added) =>
        Declare(name, "text", NpgsqlDbType.Text, value, written, (r, at) => r.Text(at), mayBeNull: true);

    /// <summary>A value of an enumeration, by the word of the contract.</summary>
    public Column<T> Word<T>(string name, Func<TRow, T> value, RowChange written = Added)
        where T : struct, Enum =>
        Declare(
            name,
            "text",
            NpgsqlDbType.Text,
            row => value(row).Word(),
            written,
            (r, at) => Words.Parse<T>(r.GetString(at))
        );

    /// <inheritdoc cref="Word{T}"/>
    public Column<T?> WordOrNull<T>(string name, Func<TRow, T?> value, RowChange written = Added)
        where T : struct, Enum =>
        Declare<T?, string?>(
            name,
            "text",
            NpgsqlDbType.Text,
            row => value(row)?.Word(),
            written,
            (r, at) => r.Text(at) is { } word ? Words.Parse<T>(word) : null,
            mayBeNull: true
        );

    public Column<Guid> Id(string name, Func<TRow, Guid> value, RowChange written = Added) =>
        Declare(name, "uuid", NpgsqlDbType.Uuid, value, written, (r, at) => r.GetGuid(at));

    public Column<Guid?> Id(string name, Func<TRow, Guid?> value, RowChange written = Added) =>
        Declare(name, "uuid", NpgsqlDbType.Uuid, value, written, (r, at) => r.Id(at), mayBeNull: true);

    public Column<int> Number(string name, Func<TRow, int> value, RowChange written = Added) =>
        Declare(name, "integer", NpgsqlDbType.Integer, value, written, (r, at) => r.GetInt32(at));

    public Column<int?> Number(string name, Func<TRow, int?> value, RowChange written = Added) =>
        Declare<int?, int?>(
            name,
            "integer",
            NpgsqlDbType.Integer,
            value,
            written,
            (r, at) => r.IsDBNull(at) ? null : r.GetInt32(at),
            mayBeNull: true
        );

    public Column<long> Bigint(string name, Func<TRow, long> value, RowChange written = Added) =>
        Declare(name, "bigint", NpgsqlDbType.Bigint, value, written, (r, at) => r.GetInt64(at));

    public Column<double?> Fraction(string name, Func<TRow, double?> value, RowChange written = Added) =>
        Declare(
            name,
            "double precision",
            NpgsqlDbType.Double,
            value,
            written,
            (r, at) => r.IsDBNull(at) ? null : (double?)r.GetDouble(at),
            mayBeNull: true
        );

    public Column<bool> Flag(string name, Func<TRow, bool> value, RowChange written = Added) =>
        Declare(name, "boolean", NpgsqlDbType.Boolean, value, written, (r, at) => r.GetBoolean(at));

    public Column<DateTimeOffset> Time(
        string name,
        Func<TRow, DateTimeOffset> value,
        RowChange written = Added
    ) =>
        Declare(
            name,
            "timestamptz",
            NpgsqlDbType.TimestampTz,
            value,
            written,
            (r, at) => r.GetFieldValue<DateTimeOffset>(at)
        );

    public Column<DateTimeOffset?> Time(
        string name,
        Func<TRow, DateTimeOffset?> value,
        RowChange written = Added
    ) =>
        Declare(
            name,
            "timestamptz",
            NpgsqlDbType.TimestampTz,
            value,
            written,
            (r, at) => r.Time(at),
            mayBeNull: true
        );

    // arrays of arrays must be rectangular in PostgreSQL: lists travel as JSON
    public Column<IReadOnlyList<string>> Texts(
        string name,
        Func<TRow, IReadOnlyList<string>> value,
        RowChange written = Added
    ) =>
        Declare<IReadOnlyList<string>, string>(
            name,
            "text[]",
            NpgsqlDbType.Text,
            row => JsonSerializer.Serialize(value(row), Json.Options),
            written,
            (r, at) => r.GetFieldValue<string[]>(at),
            made: _ => $"array(select json_array_elements_text(u.{name}::json))"
        );

    /// <inheritdoc cref="Texts"/>
    public Column<IReadOnlyList<string>?> TextsOrNull(
        string name,
        Func<TRow, IReadOnlyList<string>?> value,
        RowChange written = Added
    ) =>
        Declare<IReadOnlyList<string>?, string?>(
            name,
            "text[]",
            NpgsqlDbType.Text,
            row => value(row) is { } texts ? JsonSerializer.Serialize(texts, Json.Options) : null,
            written,
            (r, at) => r.IsDBNull(at) ? null : r.GetFieldValue<string[]>(at),
            mayBeNull: true,
            made: _ =>
                $"case when u.{name} is not null then array(select json_array_elements_text(u.{name}::json)) end"
        );

    /// <inheritdoc cref="Texts"/>
    public Column<IReadOnlyList<Guid>> Ids(
        string name,
        Func<TRow, IReadOnlyList<Guid>> value,
        RowChange written = Added
    ) =>
        Declare<IReadOnlyList<Guid>, string>(
            name,
            "uuid[]",
            NpgsqlDbType.Text,
            row => JsonSerializer.Serialize(value(row), Json.Options),
            written,
            (r, at) => r.GetFieldValue<Guid[]>(at),
            made: _ => $"array(select json_array_elements_text(u.{name}::json)::uuid)"
        );

    /// <summary>What PostgreSQL computes when it writes.</summary>
    /// <param name="sql">Over the row <c>u</c> of what was sent, by the schema that the table is in.</param>
    /// <param name="needs">Columns that must be sent for it also where they are not written.</param>
    public Column Computed(
        string name,
        string type,
        Func<string, string> sql,
        RowChange written = Added,
        params Column[] needs
    ) =>
        Add(
                new Column(this, name, type, mayBeNull: false, written)
                {
                    Made = sql,
                    IsSent = false,
                    Needs = needs,
                }
            )
            .Unread();

    /// <summary>Adds rows that are not there.</summary>
    public RowWriting<TRow> Insert(string schema) => Writing(InsertSql(schema), Added);

    /// <summary>Adds rows; of those that are there, writes what changes with <see cref="RowChange.Whole"/>.</summary>
    public RowWriting<TRow> Upsert(string schema) => Writing(UpsertSql(schema), Added);

    /// <summary>Writes, of rows that are there, what changes in one way.</summary>
    public RowWriting<TRow> Update(string schema, RowChange change) =>
        Writing(UpdateSql(schema, change), change);

    RowWriting<TRow> Writing(string sql, RowChange change) =>
        new(sql, [.. Sent(change).Select(c => values[c])]);

    Column<T> Declare<T, TSent>(
        string name,
        string type,
        NpgsqlDbType sent,
        Func<TRow, TSent> value,
        RowChange written,
        Func<NpgsqlDataReader, int, T> read,
        bool mayBeNull = false,
        Func<string, string>? made = null
    )
    {
        var column = Add(new Column<T>(this, name, type, written, read, mayBeNull) { Made = made });
        values[column] = rows => RowStatement.Column(sent, rows, value);
        return column;
    }
}
