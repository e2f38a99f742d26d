using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.Transfer;

namespace ThreadStore.Benchmarks;

/// <summary>
/// Exports of Disqus and WordPress are imported into empty stores, beside the same discussions as our own history (R6),
/// each by the command as its users run it.
/// </summary>
static class Imports
{
    const string Own = "threadstore";
    const double MostMegabytes = 300;
    const double LeastRatio = 0.8;

    public static Command Command()
    {
        var comments = new Option<int[]>("--comments")
        {
            Description = "In each file; several numbers show whether memory grows with them",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [100_000],
        };
        var rounds = RunOptions.Number("--rounds", "Rounds; a ratio counts from 3 on", 3);
        var connectionString = RunOptions.Database();
        var server = RunOptions.Program();
        var command = new Command("imports", "Import exports of other systems, beside our own")
        {
            comments,
            rounds,
            connectionString,
            server,
        };
        command.SetAction(
            (parsed, ct) =>
                RunAsync(
                    parsed.GetRequiredValue(comments),
                    parsed.GetValue(rounds),
                    Path.GetFullPath(parsed.GetRequiredValue(server)),
                    parsed.GetValue(connectionString),
                    ct
                )
        );
        return command;
    }

    static async Task RunAsync(
        int[] counts,
        int rounds,
        string program,
        string? connectionString,
        CancellationToken ct
    )
    {
        var load = Machine.LoadAverage;
        await using var cluster = await Cluster.OpenAsync(
            connectionString,
            connections: 20,
            RunOptions.Log,
            ct
        );
        foreach (var comments in counts)
            await RunAsync(cluster, load, comments, rounds, program, ct);
    }

    static async Task RunAsync(
        Cluster cluster,
        double? load,
        int comments,
        int rounds,
        string program,
        CancellationToken ct
    )
    {
        var folder = Directory.CreateTempSubdirectory("threadstore-bench-").FullName;
        try
        {
            RunOptions.Log($"Making files of {comments:N0} comments.");
            var files = await MakeAsync(cluster, program, folder, comments, ct);
            var figures = files.Keys.ToDictionary(f => f, _ => new List<ImportFigures>());
            foreach (var round in Enumerable.Range(1, rounds))
            foreach (var (format, file) in files)
            {
                var target = await EmptyAsync(cluster, $"{format}{comments}_{round}", ct);
                await cluster.CheckpointAsync(ct);
                var one = await ImportCommand.RunAsync(program, target, format, file, comments, ct);
                figures[format].Add(one);
                RunOptions.Log(
                    $"round {round}: {format} {Report.Text(one.PerSecond, 0)} comments/s, {Report.Text(one.PeakMegabytes, 0)} MB"
                );
            }
            Write(cluster, load, comments, files, figures);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A database of its own for each import: it is dropped at the end.</summary>
    static async Task<string> EmptyAsync(Cluster cluster, string name, CancellationToken ct)
    {
        var target = await cluster.CreateDatabaseAsync(name, ct);
        await using var app = await ReadyDatabase.OpenAsync(target, ct);
        await using var database = app.Services.GetRequiredService<NpgsqlDataSource>();
        return target;
    }

    /// <summary>Our own file is what comes out when that of Disqus was imported: the same comments.</summary>
    static async Task<Dictionary<string, string>> MakeAsync(
        Cluster cluster,
        string program,
        string folder,
        int comments,
        CancellationToken ct
    )
    {
        var made = new GeneratedExports(comments, seed: 1);
        var files = new Dictionary<string, string>
        {
            [Own] = Path.Combine(folder, "site.ndjson"),
            ["disqus"] = Path.Combine(folder, "disqus.xml"),
            ["wordpress"] = Path.Combine(folder, "wordpress.xml"),
        };
        await made.DisqusAsync(files["disqus"]);
        await made.WordPressAsync(files["wordpress"]);
        var target = await EmptyAsync(cluster, $"source{comments}", ct);
        await ImportCommand.RunAsync(program, target, "disqus", files["disqus"], comments, ct);
        await using var database = NpgsqlDataSource.Create(target);
        await new ExportSite(database, "bench").RunAsync(() => File.Create(files[Own]), _ => { }, ct);
        return files;
    }

    static void Write(
        Cluster cluster,
        double? load,
        int comments,
        Dictionary<string, string> files,
        Dictionary<string, List<ImportFigures>> figures
    )
    {
        double Median(string format, Func<ImportFigures, double> of) =>
            Statistics.Median([.. figures[format].Select(of)]);
        Report.Write(
            Console.Out,
            $"Imports: {comments:N0} comments from other systems, beside our own history (R6)",
            [
                .. InProcess.Circumstances(cluster, load).Skip(1),
                Report.Circumstances(load),
                "seconds are from the first look at the file to the last commit; memory is the program's, at its peak",
                $"aims: at most {Report.Text(MostMegabytes, 0)} MB at any number of comments, and {Report.Text(LeastRatio, 1)} of the rate of {Own}",
            ]
        );
        Report.WriteTable(
            Console.Out,
            [
                "format",
                "MB of file",
                "comments/s",
                "of threadstore",
                "seconds",
                "CPU seconds",
                "peak MB",
                "met",
            ],
            files.Select(f =>
            {
                var ratio = Median(f.Key, x => x.PerSecond) / Median(Own, x => x.PerSecond);
                var peak = figures[f.Key].Max(x => x.PeakMegabytes);
                return (string[])
                    [
                        f.Key,
                        Report.Text(new FileInfo(f.Value).Length / 1e6, 0),
                        Report.Text(Median(f.Key, x => x.PerSecond), 0),
                        Report.Text(ratio, 2),
                        Report.Text(Median(f.Key, x => x.Seconds), 1),
                        Report.Text(Median(f.Key, x => x.Cpu), 1),
                        Report.Text(peak, 0),
                        ratio >= LeastRatio && peak <= MostMegabytes ? "yes" : "no",
                    ];
            })
        );
    }
}
