using System.CommandLine;
using System.Text.RegularExpressions;

namespace ThreadStore.Benchmarks;

/// <summary>What readers ask PostgreSQL for, from a physical standby, beside the same from the primary.</summary>
static partial class StandbyReads
{
    const string FromStandby = ", standby";

    /// <summary>What is kept ready-made asks nobody.</summary>
    static readonly string[] Asked =
    [
        Reads.Cold,
        Reads.ColdLarge,
        Reads.Permalink,
        Reads.Commenter,
        Reads.ColdCounts,
    ];

    public static Command Command()
    {
        var large = RunOptions.Number("--large", "Comments of the largest article", 100_000);
        var comments = RunOptions.Number("--comments", "Comments in all", 130_000);
        var command = new Command("standby", "Read from a standby, beside the primary") { large, comments };
        var options = RunOptions.AddTo(command);
        command.SetAction(
            (parsed, ct) => RunAsync(options(parsed), parsed.GetValue(large), parsed.GetValue(comments), ct)
        );
        return command;
    }

    static async Task RunAsync(RunOptions options, int large, int comments, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        // a cluster of its own: all of it is copied
        var folder = Path.GetFullPath(".threadstore/bench-standby");
        Discard(folder);
        try
        {
            await using var cluster = await (
                options with
                {
                    ConnectionString = null,
                    DataFolder = Path.Combine(folder, "primary"),
                }
            ).OpenAsync(80, ct);
            await using var store = await Reads.StartAsync(options, cluster, large, comments, ct);
            var place = Directory.CreateDirectory(Path.Combine(folder, "standby")).FullName;
            await using var standby = await CopiedCluster.CopyAsync(
                store.Database,
                Path.Combine(folder, "primary"),
                follows: true,
                folder: place
            );
            await standby.StartAsync();
            await using var reader = await ThreadStoreServer.StartAsync(
                "standby",
                options.Server,
                store.Database,
                indexes: false,
                ct,
                standby: standby.ConnectionString
            );
            var sides = (await Reads.SidesAsync(store, cluster.Postmaster, ct)).Where(s =>
                Asked.Contains(s.Name)
            );
            var others = (await Reads.SidesAsync(reader, cluster.Postmaster, ct, FromStandby)).Where(s =>
                Asked.Any(a => a + FromStandby == s.Name)
            );
            Side[] all = [.. sides.Zip(others).SelectMany(p => (Side[])[p.First, p.Second])];
            var rounds = await options.RunAsync(all, cluster, ct);
            Report.Write(
                Console.Out,
                "Reads from a standby, beside the primary",
                [
                    .. options.Circumstances(cluster, load),
                    $"{comments:N0} comments, {large:N0} of them in one article; each side has a server of its own, the "
                        + "PostgreSQL columns are the primary's",
                    await AnsweredAsync(reader, ct),
                ]
            );
            Report.WriteRounds(Console.Out, rounds);
            Report.WriteRatios(
                Console.Out,
                Asked.Select(a => new Comparison(
                    "standby",
                    rounds,
                    a + FromStandby,
                    a,
                    "requests/s",
                    f => f.PerSecond,
                    AtLeast: 0.95
                ))
            );
        }
        finally
        {
            Discard(folder);
        }
    }

    static void Discard(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>By the server's own metrics.</summary>
    static async Task<string> AnsweredAsync(ThreadStoreServer reader, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = reader.Process.Address };
        var counts = Counter()
            .Matches(await http.GetStringAsync("/metrics", ct))
            .Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}")
            .ToList();
        if (!counts.Exists(c => !c.StartsWith("primary", StringComparison.Ordinal)))
            throw new BenchmarkException("The standby answered nothing.");
        return $"reads by who answered them: {string.Join(", ", counts)}";
    }

    [GeneratedRegex("threadstore_replicas_reads_total\\{[^}]*replica=\"([^\"]+)\"[^}]*\\} ([0-9]+)")]
    private static partial Regex Counter();
}
