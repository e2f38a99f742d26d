using System.Globalization;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using ThreadStore.History.Replays;
using ThreadStore.Kernel;

namespace ThreadStore.History.Lakes;

/// <summary>A column of an answer.</summary>
/// <param name="IsNumber">So it stands to the right.</param>
public readonly record struct LakeColumn(string Name, bool IsNumber);

/// <summary>
/// DuckDB over a folder that <c>replay</c> wrote, with a view for each table. It reads the files that the manifest names
/// and nothing else: no other file, no network, no extension; and it runs queries alone, one at a time.
/// </summary>
public sealed class LakeSql : IDisposable
{
    readonly DuckDBConnection duck;
    readonly string outcome = Path.Combine(
        Directory.CreateTempSubdirectory("threadstore-sql-").FullName,
        "answer"
    );

    LakeSql(DuckDBConnection duck) => this.duck = duck;

    /// <exception cref="StartupException">It is no folder of this version, or DuckDB is not here.</exception>
    public static LakeSql Open(string folder)
    {
        var path = Path.GetFullPath(folder);
        // where a run was cut off while it put files into place, all are there, some still beside
        var (manifest, place) = ReplayFolder.Look(path);
        if (manifest is null)
            throw new StartupException(
                $"{folder} holds no {Manifest.FileName}: write it by threadstore replay --out {folder}."
            );
        if ((manifest.SchemaVersion, manifest.Format) != (Manifest.CurrentSchema, ReplayFormat.Parquet))
            throw new StartupException(
                $"{folder} was written as {manifest.Format}, schema {manifest.SchemaVersion}, and this version reads {ReplayFormat.Parquet}, schema {Manifest.CurrentSchema}: replay into a new folder."
            );
        var lake = new LakeSql(DuckDbLibrary.Open());
        try
        {
            lake.Prepare(place, manifest);
            return lake;
        }
        catch (DuckDBException e)
        {
            lake.Dispose();
            throw new StartupException($"{folder} can't be read: {FirstLine(e)}");
        }
        catch
        {
            lake.Dispose();
            throw;
        }
    }

    void Prepare(Func<string, string> place, Manifest manifest)
    {
        Execute("set TimeZone = 'UTC'");
        // what does not fit into memory goes beside the answer, and away with it
        Execute($"set temp_directory = {Quote(Path.Combine(Path.GetDirectoryName(outcome)!, "spill"))}");
        var allowed = new List<string> { outcome };
        foreach (var table in manifest.Files.GroupBy(f => f.Table))
        {
            var files = table.Select(f => place(f.Path)).ToList();
            Execute(
                $"create view {table.Key} as select * from read_parquet([{string.Join(',', files.Select(Quote))}], "
                    + "hive_partitioning = true, hive_types = {'site': varchar, 'day': date})"
            );
            allowed.AddRange(files);
        }
        Execute($"set allowed_paths = [{string.Join(',', allowed.Select(Quote))}]");
        Execute("set autoinstall_known_extensions = false");
        Execute("set autoload_known_extensions = false");
        Execute("set enable_external_access = false");
        Execute("set lock_configuration = true");
    }

    /// <summary>Gives the columns, then row by row the values as DuckDB writes them.</summary>
    /// <exception cref="StartupException">It is no query, or DuckDB refuses it.</exception>
    public void Read(string sql, Action<IReadOnlyList<LakeColumn>> columns, Action<string?[]> row) =>
        Guard(() =>
        {
            var query = Only(sql);
            var names = new List<LakeColumn>();
            using (var described = Command($"describe {query}"))
            using (var reader = described.ExecuteReader())
                while (reader.Read())
                    names.Add(new(reader.GetString(0), IsNumber(reader.GetString(1))));
            columns(names);
            using var command = Command($"select columns(*)::varchar from ({query})");
            command.UseStreamingMode = true;
            using var values = command.ExecuteReader();
            while (values.Read())
            {
                var cells = new string?[names.Count];
                for (var i = 0; i < cells.Length; i++)
                    cells[i] = values.IsDBNull(i) ? null : values.GetString(i);
                row(cells);
            }
        });

    /// <summary>Writes the answer as a file, by DuckDB itself.</summary>
    /// <param name="format">Of its own: <c>csv</c> or <c>parquet</c>.</param>
    public void Copy(string sql, string format, Stream to)
    {
        var options =
            format == "csv"
                ? "format csv, header, use_tmp_file false"
                : "format parquet, compression zstd, use_tmp_file false";
        Guard(() => Execute($"copy ({Only(sql)}) to {Quote(outcome)} ({options})"));
        using var file = File.OpenRead(outcome);
        file.CopyTo(to);
    }

    /// <summary>
    /// The query as a part of one of ours, where nothing but a query can stand. That it is one statement still keeps
    /// anybody from ending ours and beginning another.
    /// </summary>
    string Only(string sql)
    {
        var text = sql.Trim().TrimEnd(';');
        if (text.Length == 0)
            throw new StartupException(
                "There is no query: give one, such as \"select count(*) from comments\"."
            );
        var query = $"select * from (\n{text}\n)";
        if (Count(query) == 1)
            return query;
        if (Count(text) == 0)
            // says what it does not understand
            Execute(text);
        throw new StartupException(
            Count(text) > 1
                ? "One query at a time: there are several statements here."
                : "Only queries are run here, such as select, with or from: the history is read, and nothing is written."
        );
    }

    int Count(string sql)
    {
        var count = NativeMethods.ExtractStatements.DuckDBExtractStatements(
            duck.NativeConnection,
            sql,
            out var statements
        );
        using (statements)
            return (int)count;
    }

    static void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (DuckDBException e)
        {
            throw new StartupException($"DuckDB refused: {FirstLine(e)}");
        }
    }

    static string FirstLine(Exception e) => e.Message.Split('\n')[0].Trim();

    static bool IsNumber(string type) =>
        type.StartsWith("DECIMAL", StringComparison.Ordinal)
        || type
            is "TINYINT"
                or "SMALLINT"
                or "INTEGER"
                or "BIGINT"
                or "HUGEINT"
                or "UTINYINT"
                or "USMALLINT"
                or "UINTEGER"
                or "UBIGINT"
                or "UHUGEINT"
                or "FLOAT"
                or "DOUBLE";

    static string Quote(string text) =>
        string.Create(CultureInfo.InvariantCulture, $"'{text.Replace("'", "''", StringComparison.Ordinal)}'");

    DuckDBCommand Command(string sql)
    {
        var command = duck.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    void Execute(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        duck.Dispose();
        Directory.Delete(Path.GetDirectoryName(outcome)!, recursive: true);
    }
}
