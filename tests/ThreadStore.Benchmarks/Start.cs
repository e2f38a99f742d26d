using System.CommandLine;

namespace ThreadStore.Benchmarks;

/// <summary>From the process to its first good answer, on a database that is there, beside Kestrel and Npgsql saying hello.</summary>
static class Start
{
    const string ThreadStoreName = "threadstore";

    /// <summary>Starts before those that count: files come from disk then.</summary>
    const int WarmUp = 1;

    public static Command Command()
    {
        var rounds = RunOptions.Number("--rounds", "Starts of each", 5);
        var server = RunOptions.Program();
        var command = new Command("start", "Start, beside Kestrel and Npgsql saying hello")
        {
            rounds,
            server,
        };
        command.SetAction(
            (parsed, ct) => RunAsync(parsed.GetValue(rounds), parsed.GetRequiredValue(server), ct)
        );
        return command;
    }

    static async Task RunAsync(int count, string program, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await Cluster.OpenAsync(null, 20, RunOptions.Log, ct);
        var database = await cluster.CreateDatabaseAsync("start", ct);
        Side[] sides =
        [
            OfServer(ThreadStoreName, program, database),
            Of(
                Hello.Name,
                async token =>
                {
                    await using var server = await ServerProcess.StartAsync(
                        Hello.Name,
                        ThisProgram,
                        [Hello.Name],
                        new Dictionary<string, string> { ["ConnectionStrings__ThreadStore"] = database },
                        token
                    );
                    return server.StartTime;
                }
            ),
        ];
        for (var n = 0; n < WarmUp; n++)
            foreach (var side in sides)
                await side.MeasureAsync(Once, ct);
        var rounds = await Rounds.RunAsync(sides, count, Once, _ => Task.CompletedTask, RunOptions.Log, ct);
        Report.Write(
            Console.Out,
            "Start: from the process to its first good answer",
            [
                Report.Circumstances(load),
                $"{Path.GetFileName(program)} beside {Path.GetFileName(ThisProgram)}, on a database that is there; "
                    + "a published build is ready-to-run, and only that counts",
            ]
        );
        Report.WriteTable(
            Console.Out,
            ["", "seconds, median", "min", "max"],
            rounds.Sides.Select(side =>
            {
                var seconds = Spread.Of(rounds.Of(side, f => f.P50 / 1_000));
                return (string[])
                    [
                        side,
                        Report.Text(seconds.Median, 2),
                        Report.Text(seconds.Min, 2),
                        Report.Text(seconds.Max, 2),
                    ];
            })
        );
        Report.WriteRatios(
            Console.Out,
            [new("start", rounds, ThreadStoreName, Hello.Name, "time", f => f.P50, AtMost: 1.8)]
        );
    }

    /// <summary>One start, without load.</summary>
    public static readonly Measure Once = new(1, default, default);

    /// <summary>A build of ThreadStore.</summary>
    public static Side OfServer(string name, string program, string database) =>
        Of(
            name,
            async ct =>
            {
                await using var server = await ThreadStoreServer.StartAsync(
                    name,
                    program,
                    database,
                    indexes: true,
                    ct
                );
                return server.Process.StartTime;
            }
        );

    static Side Of(string name, Func<CancellationToken, Task<TimeSpan>> startAsync) =>
        new(
            name,
            async (_, ct) =>
            {
                var time = await startAsync(ct);
                return new(
                    1 / time.TotalSeconds,
                    1,
                    time.TotalMilliseconds,
                    null,
                    null,
                    new(null, null, null)
                );
            }
        );

    /// <summary>As an executable file where there is one, since the other has one too.</summary>
    static string ThisProgram =>
        Path.Combine(AppContext.BaseDirectory, "threadstore-bench") is var file && File.Exists(file)
            ? file
            : $"{file}.dll";
}
