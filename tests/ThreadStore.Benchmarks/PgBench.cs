using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Npgsql;

namespace ThreadStore.Benchmarks;

/// <summary>PostgreSQL's own load generator: how fast the database takes single rows, with no server before it.</summary>
static partial class PgBench
{
    /// <summary>With the row's header, its other columns and the text's length byte: 400 bytes on the page.</summary>
    const int TextLength = 360;

    const string SchemaSql = """
        create schema bench;
        create table bench.plain (
          id bigint generated always as identity primary key, article int not null, body text not null
        );
        create index on bench.plain (article, id);
        """;

    const string Script = """
        \set article random(1, 50)
        insert into bench.plain (article, body) values (:article, :body);
        """;

    /// <exception cref="BenchmarkException">There is none.</exception>
    public static async Task<string> FindAsync(CancellationToken ct)
    {
        await foreach (var folder in FoldersAsync(ct))
        {
            if (Path.Combine(folder, Name) is var path && File.Exists(path))
                return path;
        }
        throw new BenchmarkException(
            "pgbench was not found on PATH, below /usr/lib/postgresql or where pg_config points: install PostgreSQL's "
                + "own programs (Debian: postgresql), or leave it out by --sides crud threadstore."
        );
    }

    public static async Task PrepareAsync(string connectionString, CancellationToken ct)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(SchemaSql);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <param name="program">Its path.</param>
    /// <param name="connectionString">The prepared database.</param>
    /// <param name="clients">Connections.</param>
    /// <param name="time">Whole seconds.</param>
    /// <param name="ct">Ends the run.</param>
    /// <returns>Transactions a second, without the time to connect.</returns>
    public static async Task<double> RunAsync(
        string program,
        string connectionString,
        int clients,
        TimeSpan time,
        CancellationToken ct
    )
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script, ct);
            string[] arguments =
            [
                "-M",
                "prepared",
                "-n",
                "-c",
                Text(clients),
                "-j",
                Text(Math.Min(clients, 2)),
                "-T",
                Text((int)Math.Ceiling(time.TotalSeconds)),
                "-D",
                $"body={new string('x', TextLength)}",
                "-f",
                script,
            ];
            var (exitCode, output) = await RunAsync(program, arguments, connectionString, ct);
            // older ones write "excluding connections establishing" there
            var tps = TransactionsPerSecond().Match(output);
            return exitCode == 0 && tps.Success
                ? double.Parse(tps.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
                : throw new BenchmarkException($"pgbench failed:\n{output}");
        }
        finally
        {
            File.Delete(script);
        }
    }

    static async Task<(int ExitCode, string Output)> RunAsync(
        string program,
        string[] arguments,
        string connectionString,
        CancellationToken ct
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment(connectionString))
            start.Environment[name] = value;
        using var process =
            Process.Start(start) ?? throw new BenchmarkException($"{program} cannot be started.");
        using var canceled = ct.Register(process.Kill);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        ct.ThrowIfCancellationRequested();
        return (process.ExitCode, await output + errors);
    }

    /// <summary>libpq's variables: a password on the command line could be read by all.</summary>
    static Dictionary<string, string> Environment(string connectionString)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        return new Dictionary<string, string?>
        {
            ["PGHOST"] = database.Host,
            ["PGPORT"] = Text(database.Port),
            ["PGUSER"] = database.Username,
            ["PGPASSWORD"] = database.Password,
            ["PGDATABASE"] = database.Database,
            ["PGSSLMODE"] = database.SslMode switch
            {
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                var mode => mode.ToString().ToLowerInvariant(),
            },
        }
            .Where(v => !string.IsNullOrEmpty(v.Value))
            .ToDictionary(v => v.Key, v => v.Value ?? "");
    }

    static async IAsyncEnumerable<string> FoldersAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var onPath = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        foreach (var folder in onPath)
            yield return folder;
        // Debian links only some programs to PATH
        const string debian = "/usr/lib/postgresql";
        if (Directory.Exists(debian))
        {
            foreach (var version in Directory.EnumerateDirectories(debian).OrderDescending())
                yield return Path.Combine(version, "bin");
        }
        if (onPath.Select(f => Path.Combine(f, "pg_config")).FirstOrDefault(File.Exists) is { } config)
            yield return (await RunAsync(config, ["--bindir"], "", ct)).Output.Trim();
    }

    static string Name => OperatingSystem.IsWindows() ? "pgbench.exe" : "pgbench";

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^tps = ([0-9.]+) \((without|excluding) ", RegexOptions.Multiline)]
    private static partial Regex TransactionsPerSecond();
}
