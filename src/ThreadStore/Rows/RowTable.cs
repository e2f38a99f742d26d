using Weasel.Postgresql.Tables;

namespace ThreadStore.Rows;

/// <summary>An index of a reader table.</summary>
/// <param name="Columns">Parted by commas.</param>
/// <param name="Where">Which rows are in it; null: all.</param>
/// <param name="IsGin">By the elements of a list.</param>
public sealed record RowIndex(string Name, string Columns, string? Where = null, bool IsGin = false);

/// <summary>
/// A reader table as it is described: its columns, in their order, from which follow its definition, what is selected to
/// read a row, and the statements that write rows, each over arrays, an element a row.
/// </summary>
/// <param name="key">The columns of its primary key, parted by commas.</param>
public abstract class RowTable(string name, string key)
{
    readonly List<Column> columns = [];
    bool isSelected;

    public string Name => name;

    /// <summary>The columns of its primary key.</summary>
    public IReadOnlyList<string> Key { get; } = key.Split(", ");

    public IReadOnlyList<RowIndex> Indexes { get; init; } = [];

    /// <summary>In percent; null: as PostgreSQL has it.</summary>
    public int? FillFactor { get; init; }

    /// <summary>Rows are counted as they come, by <c>u.n</c>.</summary>
    public bool IsNumbered { get; init; }

    public IReadOnlyList<Column> Columns => columns;

    /// <summary>How many columns <see cref="Selected"/> gives.</summary>
    public int SelectedCount => Read(ColumnReading.WithRow).Count();

    /// <summary>The columns of a row <c>r</c> that it is read from.</summary>
    /// <param name="instead">What is selected in a column's place, as SQL.</param>
    public string Selected(params (Column Column, string Sql)[] instead)
    {
        isSelected = true;
        return string.Join(
            ", ",
            Read(ColumnReading.WithRow)
                .Select(c => instead.FirstOrDefault(i => i.Column == c).Sql ?? $"r.{c.Name}")
        );
    }

    /// <summary>Those of a row <c>r</c> that are read apart.</summary>
    public string SelectedApart() => string.Join(", ", Read(ColumnReading.Apart).Select(c => $"r.{c.Name}"));

    /// <summary>Selects rows by their sites, <c>$1</c>, and ids, <c>$2</c>.</summary>
    public string ById(string schema) =>
        $"""
            select {Selected()}
            from unnest($1, $2) as w(site, id) join {schema}.{Name} r on r.site = w.site and r.id = w.id
            """;

    /// <summary>The table as the schema has it.</summary>
    public Table Definition()
    {
        var table = new Table($"{ReaderTables.Schema}.{Name}");
        foreach (var column in columns)
        {
            var defined = table.AddColumn(column.Name, column.Type);
            if (IsKey(column))
                defined.AsPrimaryKey();
            else if (!column.MayBeNull)
                defined.NotNull();
            if (column.Otherwise is { } sql)
                defined.DefaultValueByExpression(sql);
        }
        foreach (var index in Indexes)
        {
            var defined = new IndexDefinition(index.Name).AgainstColumns(index.Columns.Split(", "));
            if (index.Where is { } where)
                defined.Predicate = where;
            if (index.IsGin)
                defined.Method = IndexMethod.gin;
            table.Indexes.Add(defined);
        }
        if (FillFactor is { } percent)
            table.WithFillFactor(percent);
        return table;
    }

    private protected T Add<T>(T column)
        where T : Column
    {
        // static fields are made in the order in which they stand
        if (isSelected)
            throw new InvalidOperationException($"{Name}: {column.Name} is declared below what is selected.");
        columns.Add(column);
        return column;
    }

    /// <summary>What a statement is sent for a change: keys, what is written with it, and what that is computed from.</summary>
    private protected List<Column> Sent(RowChange change)
    {
        var written = Written(change);
        return
        [
            .. columns.Where(c =>
                c.IsSent && (IsKey(c) || written.Contains(c) || written.Any(w => w.Needs.Contains(c)))
            ),
        ];
    }

    /// <summary>Adds rows that are not there.</summary>
    private protected string InsertSql(string schema)
    {
        var sent = Sent(RowChange.Added);
        List<Column> added = [.. sent, .. Written(RowChange.Added).Where(c => !c.IsSent)];
        // in the order in which they are sent, as they are
        IEnumerable<string> values =
            IsNumbered || sent.Any(c => c.Made is not null)
                ? added.Select(c => Value(c, schema))
                : ["u.*", .. added.Skip(sent.Count).Select(c => Value(c, schema))];
        return $"""
            insert into {schema}.{Name} as r ({Names(added)})
            select {string.Join(", ", values)}
            from {From(sent)}
            """;
    }

    /// <summary>Adds rows; of those that are there, writes what changes with the whole.</summary>
    private protected string UpsertSql(string schema) =>
        $"""
            {InsertSql(schema)}
            on conflict ({string.Join(", ", Key)}) do update set {string.Join(
                ", ",
                Written(RowChange.Whole).Select(c => $"{c.Name} = excluded.{c.Name}")
            )}
            """;

    /// <summary>Writes, of rows that are there, what changes in one way.</summary>
    private protected string UpdateSql(string schema, RowChange change) =>
        $"""
            update {schema}.{Name} r set {string.Join(
                ", ",
                Written(change).Select(c => $"{c.Name} = {Value(c, schema)}")
            )}
            from {From(Sent(change))}
            where {string.Join(" and ", Key.Select(k => $"r.{k} = u.{k}"))}
            """;

    string From(List<Column> sent) =>
        IsNumbered
            ? $$"""unnest({0}) with ordinality as u({{Names(sent)}}, n)"""
            : $$"""unnest({0}) as u({{Names(sent)}})""";

    static string Value(Column column, string schema) => column.Made?.Invoke(schema) ?? $"u.{column.Name}";

    static string Names(IEnumerable<Column> columns) => string.Join(", ", columns.Select(c => c.Name));

    bool IsKey(Column column) => Key.Contains(column.Name);

    List<Column> Written(RowChange change) => [.. columns.Where(c => (c.Written & change) != 0)];

    IEnumerable<Column> Read(ColumnReading reading) => columns.Where(c => c.Reading == reading);
}
