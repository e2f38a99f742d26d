using Microsoft.Data.Sqlite;

namespace ThreadStore.Transfer.Staging;

/// <summary>
/// A database in a temporary file, in which an import's records wait until all are known: so that nothing need be in any
/// order, and memory does not grow with what is read. It is gone with the import; a second try reads the files again.
/// </summary>
sealed class StagedFile : IDisposable
{
    const string Schema = """
        create table refs(ref text primary key, article integer not null) without rowid;
        create table articles(
          seq integer primary key, id text not null unique, implied integer not null, file integer not null,
          line integer not null, url text, title text, published integer, closed integer not null, hidden integer not null,
          body text, address text);
        create table people(
          seq integer primary key, key text not null unique, listed integer not null, name text, picture text,
          joined integer, blocked integer not null, until integer, role text);
        create table comments(
          seq integer primary key, id text not null, n integer not null, ref text not null, article integer,
          parent text, parent_seq integer, depth integer, author integer not null, name text, hash integer not null,
          posted integer, place integer, file integer not null, line integer not null,
          settled integer not null default 0, unique (id, n));
        -- beside them: they are never changed, and make what is changed long
        create table texts(seq integer primary key, data blob not null);
        create table reactions(
          seq integer primary key, comment text not null, comment_seq integer, person integer not null,
          up integer not null, at integer, file integer not null, line integer not null, unique (comment, person));
        create table flags(
          seq integer primary key, comment text not null, comment_seq integer, person integer not null,
          reason text not null, note text, at integer, unique (comment, person));
        """;

    public StagedFile()
    {
        Database = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                // a file without a name, which is gone with the process, however that ends
                DataSource = "",
                Pooling = false,
            }.ConnectionString
        );
        Database.Open();
        // nobody reads it after a crash
        Run("pragma journal_mode = off; pragma synchronous = off; pragma locking_mode = exclusive");
        Run("pragma temp_store = file; pragma cache_size = -8192");
        Run(Schema);
        Run("begin");
    }

    public SqliteConnection Database { get; }

    public void Run(string sql)
    {
        using var command = Database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public long Number(string sql)
    {
        using var command = Database.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    /// <summary>A statement that runs often; parameters are $1, $2, …</summary>
    public Prepared Prepare(string sql) => new(Database, sql);

    public void Dispose() => Database.Dispose();
}

sealed class Prepared : IDisposable
{
    readonly SqliteCommand command;

    public Prepared(SqliteConnection database, string sql)
    {
        command = database.CreateCommand();
        command.CommandText = sql;
    }

    public int Run(params ReadOnlySpan<object?> values) => Bound(values).ExecuteNonQuery();

    /// <summary>The first column of the first row; null where there is none.</summary>
    public object? Value(params ReadOnlySpan<object?> values) =>
        Bound(values).ExecuteScalar() is { } value and not DBNull ? value : null;

    public SqliteDataReader Rows(params ReadOnlySpan<object?> values) => Bound(values).ExecuteReader();

    SqliteCommand Bound(ReadOnlySpan<object?> values)
    {
        if (command.Parameters.Count == 0)
            for (var i = 0; i < values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    public void Dispose() => command.Dispose();
}
