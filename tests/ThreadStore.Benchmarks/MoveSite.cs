using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ThreadStore.Benchmarks;

/// <summary>
/// A site is moved from one database to another, and back, while two people write on it, beside an import of its export into
/// an empty database. Both are commands as operators run them, timed from their start; no server indexes what either writes.
/// </summary>
static partial class MoveSite
{
    const string Site = CommentRequests.Site;
    const string Live = "live";
    const string Other = "b";
    const int Writers = 2;

    /// <summary>Between two comments of a writer: they are to notice the switch, not to compete with the move.</summary>
    static readonly TimeSpan WriterPause = TimeSpan.FromMilliseconds(50);

    public static Command Command()
    {
        var comments = RunOptions.Number("--comments", "Of the site", 100_000);
        var rounds = RunOptions.Number("--rounds", "Rounds, each an import and a move", 3);
        var server = RunOptions.Program();
        var connectionString = RunOptions.Database();
        var command = new Command("move", "Move a site to another database, beside an import of its export")
        {
            comments,
            rounds,
            server,
            connectionString,
        };
        command.SetAction(
            (parsed, ct) =>
                RunAsync(
                    parsed.GetValue(comments),
                    parsed.GetValue(rounds),
                    Path.GetFullPath(parsed.GetRequiredValue(server)),
                    parsed.GetValue(connectionString),
                    ct
                )
        );
        return command;
    }

    /// <param name="Waited">Seconds, as the command says.</param>
    /// <param name="Longest">Until a comment was answered, in seconds, in the whole time.</param>
    sealed record Move(double Seconds, double Whole, double Waited, double Longest, int Posted);

    static async Task RunAsync(
        int comments,
        int rounds,
        string program,
        string? connectionString,
        CancellationToken ct
    )
    {
        var load = Machine.LoadAverage;
        await using var cluster = await Cluster.OpenAsync(connectionString, 80, RunOptions.Log, ct);
        var (first, second) = (
            await cluster.CreateDatabaseAsync("move1", ct),
            await cluster.CreateDatabaseAsync("move2", ct)
        );
        await using (await ReadyDatabase.OpenAsync(first, ct)) { }
        var loaded = await HistoryLoad.RunAsync(
            first,
            Site,
            new GeneratedHistory(Site, seed: 1),
            new([], comments),
            RunOptions.Log,
            ct
        );
        var further = new Dictionary<string, string> { [Other] = second };
        await using var store = await ThreadStoreServer.StartAsync(
            "several",
            program,
            first,
            indexes: false,
            ct,
            further: further
        );
        await store.PrepareAsync([Live], ct);
        var environment = ThreadStoreServer.Several(first, further);
        var file = Path.GetTempFileName();
        try
        {
            (
                await ProgramRun.RunAsync(program, ["export", "--site", Site, "--out", file], environment, ct)
            ).Expect("The export");
            var (imports, moves) = (new List<double>(), new List<Move>());
            foreach (var round in Enumerable.Range(1, rounds))
            {
                var target = await cluster.CreateDatabaseAsync($"import{round}", ct);
                await using (await ReadyDatabase.OpenAsync(target, ct)) { }
                await cluster.CheckpointAsync(ct);
                var import = (
                    await ProgramRun.RunAsync(
                        program,
                        ["import", "--site", Site, file],
                        new Dictionary<string, string> { ["ConnectionStrings__ThreadStore"] = target },
                        ct
                    )
                ).Expect("The import");
                imports.Add(import.Time.TotalSeconds);
                await cluster.CheckpointAsync(ct);
                var to = round % 2 == 1 ? Other : ThreadStoreServer.First;
                moves.Add(await MoveAsync(program, environment, store, to, ct));
                RunOptions.Log(
                    $"round {round}: import {Report.Text(imports[^1], 1)} s; {moves[^1]}, to {to}"
                );
            }
            Write(load, cluster, loaded.Events, comments, imports, moves);
        }
        finally
        {
            File.Delete(file);
        }
    }

    static async Task<Move> MoveAsync(
        string program,
        Dictionary<string, string> environment,
        ThreadStoreServer store,
        string to,
        CancellationToken ct
    )
    {
        using var http = new HttpClient { BaseAddress = store.Process.Address };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var before = await CountAsync(http, ct);
        var longest = new double[Writers];
        var posted = 0;
        var writing = Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(async w =>
                {
                    var person = new Person(http, Site, store.Bearer(Site, $"writer-{w}"));
                    while (!stop.IsCancellationRequested)
                    {
                        var began = Stopwatch.GetTimestamp();
                        await person.PostAsync(
                            $"/articles/{Live}/comments",
                            new { body = $"While it moves, {Guid.NewGuid()}" },
                            ct
                        );
                        longest[w] = Math.Max(longest[w], Stopwatch.GetElapsedTime(began).TotalSeconds);
                        Interlocked.Increment(ref posted);
                        await Task.Delay(WriterPause, ct);
                    }
                })
        );
        ProgramRun run;
        try
        {
            run = (
                await ProgramRun.RunAsync(
                    program,
                    ["databases", "move", "--site", Site, "--to", to],
                    environment,
                    ct
                )
            ).Expect("The move");
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }
        var (at, text) = run.Output.First(o => Waited().IsMatch(o.Text));
        var there = await CountAsync(http, ct);
        if (there - before != posted)
            throw new BenchmarkException(
                $"{posted} comments were answered 201, and {there - before} are there."
            );
        return new(
            at.TotalSeconds,
            run.Time.TotalSeconds,
            double.Parse(Waited().Match(text).Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            longest.Max(),
            posted
        );
    }

    static async Task<int> CountAsync(HttpClient http, CancellationToken ct)
    {
        var article = await http.GetStringAsync($"/v1/sites/{Site}/articles/{Live}", ct);
        using var json = System.Text.Json.JsonDocument.Parse(article);
        return json.RootElement.GetProperty("commentCount").GetInt32();
    }

    static void Write(
        double? load,
        Cluster cluster,
        long events,
        int comments,
        List<double> imports,
        List<Move> moves
    )
    {
        var ratio = Ratio.Of([.. moves.Select(m => m.Seconds)], imports);
        Report.Write(
            Console.Out,
            "Moving a site, beside an import of its export",
            [
                Report.Circumstances(load),
                $"PostgreSQL {cluster.Version}, .NET {Environment.Version}; both databases and those of imports on one PostgreSQL",
                $"{events:N0} events, {comments:N0} of them comments; {Writers} people write meanwhile, one comment in "
                    + $"{WriterPause.TotalMilliseconds:N0} ms each; {moves.Sum(m => m.Posted):N0} were, and none is lost",
                $"move / import, of medians {Report.Text(ratio.OfMedians, 2)}, by round "
                    + $"{Report.Text(ratio.OfRounds.Min, 2)} to {Report.Text(ratio.OfRounds.Max, 2)} (aim: at most 1.3)",
                $"writers waited at most {Report.Text(moves.Max(m => m.Waited), 1)} s at the switch by the command, "
                    + $"{Report.Text(moves.Max(m => m.Longest), 2)} s for any answer in all that time (aim: at most 5)",
            ]
        );
        Report.WriteTable(
            Console.Out,
            [
                "round",
                "import, s",
                "move, s until it lives there",
                "s until the old place is empty",
                "switch, s",
                "longest answer, s",
            ],
            moves.Select(
                (m, n) =>
                    (string[])
                        [
                            $"{n + 1}",
                            Report.Text(imports[n], 1),
                            Report.Text(m.Seconds, 1),
                            Report.Text(m.Whole, 1),
                            Report.Text(m.Waited, 1),
                            Report.Text(m.Longest, 2),
                        ]
            )
        );
    }

    [GeneratedRegex(@"writers waited ([0-9.]+) s")]
    private static partial Regex Waited();
}
