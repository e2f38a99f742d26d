using DuckDB.NET.Data;
using Npgsql;
using ThreadStore.History.Replays;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>A folder that replays write, as somebody with DuckDB sees it.</summary>
public sealed class Lake : IDisposable
{
    readonly DirectoryInfo parent = Directory.CreateTempSubdirectory("threadstore-lake-");
    readonly DuckDBConnection duck = new("DataSource=:memory:");

    public Lake() => duck.Open();

    /// <summary>It is not there before the first replay.</summary>
    public string Folder => Path.Combine(parent.FullName, "lake");

    public Task<Manifest> ReplayAsync(
        NpgsqlDataSource database,
        string? site,
        long? after = null,
        ReplayFormat format = ReplayFormat.Parquet
    ) =>
        new Replay(database, new(site, Folder, after, format)).RunAsync(
            _ => { },
            TestContext.Current.CancellationToken
        );

    /// <summary>All files of a table, as SQL names them.</summary>
    public string Table(string name) =>
        $"read_parquet('{Folder}/{name}/**/*.parquet', hive_partitioning = true)";

    /// <param name="sql">With tables in braces, as in <c>select count(*) from {events}</c>.</param>
    public List<object?[]> Query(string sql)
    {
        foreach (var table in Tables)
            sql = sql.Replace($"{{{table}}}", Table(table), StringComparison.Ordinal);
        using var command = duck.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
            rows.Add([
                .. Enumerable
                    .Range(0, reader.FieldCount)
                    .Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i)),
            ]);
        return rows;
    }

    public static readonly string[] Tables =
    [
        "events",
        "articles",
        "commenters",
        "comments",
        "reactions",
        "decisions",
    ];

    /// <summary>Every file with its bytes.</summary>
    public SortedDictionary<string, string> Files() =>
        new(
            Directory
                .EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
                .ToDictionary(
                    f => Path.GetRelativePath(Folder, f),
                    f =>
                        Convert.ToHexString(
                            System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f))
                        )
                ),
            StringComparer.Ordinal
        );

    public void Dispose()
    {
        duck.Dispose();
        parent.Delete(recursive: true);
    }
}
