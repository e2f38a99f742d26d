using System.CommandLine;
using System.Diagnostics;

namespace ThreadStore.Benchmarks;

/// <summary>
/// Every comparison of documentation, one after the other, each as a process of its own: what one leaves in memory does
/// not count for the next, and one that fails does not end the run.
/// </summary>
static class All
{
    enum Scale
    {
        /// <summary>Whether all of it runs; the figures say nothing.</summary>
        Smoke,
        Quick,
        Full,
    }

    /// <param name="Arguments">By scale: <see cref="Scale.Smoke"/>, <see cref="Scale.Quick"/>, <see cref="Scale.Full"/>.</param>
    sealed record Part(string Name, bool TakesServer, params string[] Arguments);

    const string SmokeTimes = "--seconds 2 --warm-up 2 --rounds 1";

    static readonly Part[] Parts =
    [
        new(
            "w1",
            true,
            SmokeTimes,
            "--seconds 5 --warm-up 15 --rounds 3",
            "--seconds 10 --warm-up 30 --rounds 5"
        ),
        new(
            "reads",
            true,
            $"{SmokeTimes} --large 10500 --comments 11600",
            "--seconds 3 --warm-up 2 --rounds 3 --large 100000 --comments 120000",
            "--seconds 10 --warm-up 10 --rounds 3 --large 1000000 --comments 1030000"
        ),
        new(
            "reactions",
            true,
            SmokeTimes,
            "--seconds 4 --warm-up 4 --rounds 3",
            "--seconds 10 --warm-up 15 --rounds 5"
        ),
        new(
            "spread",
            true,
            SmokeTimes,
            "--seconds 5 --warm-up 10 --rounds 3",
            "--seconds 10 --warm-up 30 --rounds 5"
        ),
        new(
            "standby",
            true,
            $"{SmokeTimes} --large 10500 --comments 11600",
            "--seconds 3 --warm-up 2 --rounds 3",
            "--seconds 10 --warm-up 10 --rounds 3"
        ),
        new(
            "move",
            true,
            "--comments 1000 --rounds 1",
            "--comments 100000 --rounds 3",
            "--comments 100000 --rounds 5"
        ),
        new("start", true, "--rounds 1", "--rounds 3", "--rounds 5"),
        new(
            "memory",
            true,
            "--seconds 2 --requests 2000",
            "--seconds 5 --requests 200000",
            "--seconds 10 --requests 1000000"
        ),
        new(
            "overload",
            true,
            "--seconds 2 --warm-up 1 --rounds 1",
            "--seconds 20 --warm-up 5 --rounds 1",
            "--seconds 120 --warm-up 15 --rounds 1"
        ),
        new(
            "w7",
            true,
            "--connections 200 --seconds 2",
            "--connections 5000 --seconds 20",
            "--connections 5000 --seconds 60"
        ),
        new(
            "growth",
            true,
            $"{SmokeTimes} --sizes 1000 3000",
            "--seconds 3 --warm-up 1 --rounds 1 --sizes 1000 140000",
            "--seconds 10 --warm-up 5 --rounds 1 --sizes 1000 100000 1400000"
        ),
        new("screening", false, "--seconds 1 --rounds 1", "--seconds 1 --rounds 3", "--seconds 5 --rounds 5"),
        new(
            "r1",
            false,
            "--events 5000 --rounds 1",
            "--events 300000 --rounds 3",
            "--events 1000000 --rounds 5"
        ),
        new(
            "r2",
            false,
            "--events 5000 --rounds 1",
            "--events 300000 --rounds 3",
            "--events 1000000 --rounds 5"
        ),
        new(
            "r3",
            false,
            "--comments 1000 --rounds 1",
            "--comments 100000 --rounds 3",
            "--comments 700000 --rounds 3"
        ),
        new(
            "r5",
            false,
            "--events 5000 --rounds 1",
            "--events 300000 --rounds 3",
            "--events 1430000 --rounds 3"
        ),
        new(
            "r6",
            false,
            "--comments 1000 --rounds 1",
            "--comments 100000 --rounds 3",
            "--comments 1000000 --rounds 3"
        ),
        new(
            "r4",
            true,
            "--comments 300 --reactions 100 --requests 20",
            "--comments 10000 --reactions 5000 --requests 150",
            "--comments 10000 --reactions 10000 --requests 300"
        ),
    ];

    /// <summary>No part takes so long that works.</summary>
    static TimeSpan LimitOf(Scale scale) =>
        scale switch
        {
            Scale.Smoke => TimeSpan.FromMinutes(3),
            Scale.Quick => TimeSpan.FromMinutes(6),
            _ => TimeSpan.FromHours(2),
        };

    public static Command Command()
    {
        var quick = new Option<bool>("--quick")
        {
            Description = "A quarter of an hour: short rounds, an article of some 100,000 comments",
        };
        var smoke = new Option<bool>("--smoke")
        {
            Description = "Seconds each: whether all of it runs; the figures say nothing",
        };
        var only = new Option<string[]>("--only")
        {
            Description = $"Parts, separated by commas: {string.Join(", ", Parts.Select(p => p.Name))}",
            DefaultValueFactory = _ => [.. Parts.Select(p => p.Name)],
            CustomParser = r => [.. r.Tokens.SelectMany(t => t.Value.Split(','))],
        };
        only.Validators.Add(r =>
        {
            foreach (var name in r.Tokens.SelectMany(t => t.Value.Split(',')))
                if (Parts.All(p => p.Name != name))
                    r.AddError($"There is no part {name}.");
        });
        var server = RunOptions.Program();
        var command = new Command("all", "Run every comparison") { quick, smoke, only, server };
        command.SetAction(
            async (parsed, ct) =>
            {
                var scale =
                    parsed.GetValue(smoke) ? Scale.Smoke
                    : parsed.GetValue(quick) ? Scale.Quick
                    : Scale.Full;
                var names = parsed.GetRequiredValue(only);
                var parts = Parts.Where(p => names.Contains(p.Name));
                return await RunAsync([.. parts], scale, parsed.GetRequiredValue(server), ct) ? 0 : 1;
            }
        );
        return command;
    }

    /// <returns>Whether all of them were measured.</returns>
    static async Task<bool> RunAsync(Part[] parts, Scale scale, string server, CancellationToken ct)
    {
        var done = new List<(string Name, TimeSpan Time, string? Failure)>();
        foreach (var part in parts)
        {
            RunOptions.Log($"== {part.Name}");
            var started = Stopwatch.GetTimestamp();
            string[] arguments =
            [
                part.Name,
                .. part.Arguments[(int)scale].Split(' '),
                .. part.TakesServer ? (string[])["--server", server] : [],
            ];
            var failure = await RunAsync(arguments, LimitOf(scale), ct);
            if (failure is not null)
                Console.WriteLine($"### {part.Name}: not measured\n\n```\n{failure}\n```");
            Console.WriteLine();
            done.Add((part.Name, Stopwatch.GetElapsedTime(started), failure));
        }
        Report.Write(
            Console.Out,
            "The run",
            [$"{Report.Text(done.Sum(d => d.Time.TotalMinutes), 1)} minutes in all"]
        );
        Report.WriteTable(
            Console.Out,
            ["part", "seconds", "measured"],
            done.Select(d =>
                (string[])[d.Name, Report.Text(d.Time.TotalSeconds, 0), d.Failure is null ? "yes" : "no"]
            )
        );
        return done.All(d => d.Failure is null);
    }

    /// <returns>What it last said where it failed.</returns>
    static async Task<string?> RunAsync(string[] arguments, TimeSpan limit, CancellationToken ct)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "threadstore-bench.dll");
        using var process =
            Process.Start(
                new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardError = true }
            ) ?? throw new BenchmarkException($"{program} cannot be started.");
        var said = new Queue<string>();
        var listening = Task.Run(
            async () =>
            {
                while (await process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
                {
                    RunOptions.Log(line);
                    said.Enqueue(line);
                    if (said.Count > 20)
                        said.Dequeue();
                }
            },
            CancellationToken.None
        );
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // with the servers and databases that it started
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            return $"{string.Join('\n', said)}\nIt was not done after {limit.TotalMinutes} minutes.";
        }
        await listening;
        return process.ExitCode == 0 ? null : string.Join('\n', said);
    }
}
