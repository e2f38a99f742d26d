using Npgsql;
using ThreadStore.Kernel;

namespace ThreadStore.Rows;

/// <summary>When a column is read into the state that its row holds.</summary>
enum ColumnReading
{
    /// <summary>Whenever its row is.</summary>
    WithRow,

    /// <summary>By who asks for more than the row.</summary>
    Apart,

    /// <summary>Never: pages alone look at it.</summary>
    Never,
}

/// <summary>A column of a reader table: all that who defines, writes or reads it must know, said once.</summary>
public class Column
{
    readonly RowTable table;

    /// <param name="type">PostgreSQL's.</param>
    /// <param name="written">The changes of its row with which it is written.</param>
    internal Column(RowTable table, string name, string type, bool mayBeNull, RowChange written)
    {
        (this.table, Name, Type, MayBeNull, Written) = (table, name, type, mayBeNull, written);
        ReadAs(ColumnReading.WithRow);
    }

    public string Name { get; }

    internal string Type { get; }
    internal bool MayBeNull { get; }
    internal RowChange Written { get; }

    /// <summary>For rows that were there before the column was, as SQL.</summary>
    internal string? Otherwise { get; private protected set; }

    internal ColumnReading Reading { get; private set; }

    /// <summary>Among those that are read with it, from 0 on.</summary>
    protected int Place { get; private set; }

    /// <summary>What is stored, as SQL over the row <c>u</c> of what was sent, by schema; null: what was sent.</summary>
    internal Func<string, string>? Made { get; init; }

    /// <summary>Values are sent for it; otherwise PostgreSQL computes it.</summary>
    internal bool IsSent { get; init; } = true;

    /// <summary>What must be sent to compute it.</summary>
    internal IReadOnlyList<Column> Needs { get; init; } = [];

    /// <inheritdoc cref="ColumnReading.Never"/>
    public Column Unread()
    {
        ReadAs(ColumnReading.Never);
        return this;
    }

    private protected void ReadAs(ColumnReading reading)
    {
        Place = table.Columns.Count(c => c != this && c.Reading == reading);
        Reading = reading;
    }
}

/// <inheritdoc cref="Column"/>
/// <typeparam name="T">As the state has it.</typeparam>
public sealed class Column<T> : Column
{
    readonly Func<NpgsqlDataReader, int, T> read;

    internal Column(
        RowTable table,
        string name,
        string type,
        RowChange written,
        Func<NpgsqlDataReader, int, T> read,
        bool mayBeNull
    )
        : base(table, name, type, mayBeNull, written) => this.read = read;

    /// <param name="first">The first of the columns that are read with it.</param>
    public T Read(NpgsqlDataReader r, int first = 0) => read(r, first + Place);

    /// <summary>Its text, where a query may leave it out.</summary>
    public string? TextOrNull(NpgsqlDataReader r) => r.Text(Place);

    /// <summary>Rows that are there when it comes have this, and so does what is written without it.</summary>
    /// <param name="sql">An expression.</param>
    public Column<T> Or(string sql)
    {
        Otherwise = sql;
        return this;
    }

    /// <inheritdoc cref="ColumnReading.Apart"/>
    public Column<T> Apart()
    {
        ReadAs(ColumnReading.Apart);
        return this;
    }
}
