using System.CommandLine;

namespace ThreadStore.Benchmarks;

/// <summary>The same requests on stores of different sizes: latencies are to stay flat.</summary>
static class Growth
{
    public static Command Command()
    {
        var sizes = new Option<int[]>("--sizes")
        {
            Description = "Comments in the store, three quarters of them in one article",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [1_000, 100_000, 1_000_000],
        };
        var command = new Command("growth", "Measure latencies on stores of different sizes") { sizes };
        var options = RunOptions.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(options(parsed), parsed.GetRequiredValue(sizes), ct));
        return command;
    }

    static async Task RunAsync(RunOptions options, int[] sizes, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        var table = new List<(string Side, string Figure, int Size, double? Value)>();
        await using var cluster = await options.OpenAsync(80, ct);
        // one client: what a request takes, and not how long it waits for others
        var measure = options.Many with
        {
            Connections = 1,
        };
        foreach (var size in sizes)
        {
            await using var store = await Reads.StartAsync(options, cluster, size * 3 / 4, size, ct);
            var posts = CommentRequests.To(store, [Reads.Large], commenters: 100);
            Side[] sides =
            [
                .. await Reads.SidesAsync(store, cluster.Postmaster, ct),
                RequestSide.Of("post", store.Process, cluster.Postmaster, posts.Write, 201),
            ];
            foreach (var side in sides)
            {
                await side.MeasureAsync(measure with { Connections = options.Connections }, ct);
                var figures = await side.MeasureAsync(measure, ct);
                RunOptions.Log($"{size:N0}: {side.Name}, p50 {Report.Text(figures.P50, 2)} ms");
                table.Add((side.Name, "p50", size, figures.P50));
                table.Add((side.Name, "p99", size, figures.P99));
            }
        }
        Report.Write(
            Console.Out,
            "Growth: milliseconds on one connection, by comments in the store",
            [
                .. options.Circumstances(cluster, load),
                "three quarters of the comments in the article that is read; goal: within 1.5 of the smallest",
            ]
        );
        Report.WriteTable(
            Console.Out,
            ["", .. sizes.Select(s => $"{s:N0}"), "largest / smallest"],
            table
                .GroupBy(t => (t.Side, t.Figure))
                .Select(g =>
                    (string[])
                        [
                            $"{g.Key.Side}, {g.Key.Figure}",
                            .. g.Select(t => Report.Text(t.Value, 2)),
                            Report.Text(g.Last().Value / g.First().Value, 2),
                        ]
                )
        );
    }
}
