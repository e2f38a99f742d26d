using System.CommandLine;
using Npgsql;

namespace ThreadStore.Benchmarks;

/// <summary>The same requests on stores of different sizes: latencies are to stay flat, and so is disk for a comment.</summary>
static class Growth
{
    public static Command Command()
    {
        var sizes = new Option<int[]>("--sizes")
        {
            Description = "Comments in the store, three quarters of them in one article, 1 million at most",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [1_000, 100_000, 1_000_000],
        };
        var data = new Option<string?>("--data")
        {
            Description = "The folder of a store that `generate --data` made, to be measured after these",
        };
        var command = new Command("growth", "Measure latencies and disk on stores of different sizes")
        {
            sizes,
            data,
        };
        var options = RunOptions.AddTo(command);
        command.SetAction(
            (parsed, ct) =>
                RunAsync(options(parsed), parsed.GetRequiredValue(sizes), parsed.GetValue(data), ct)
        );
        return command;
    }

    sealed record Row(string Side, string Figure, string Store, double? Value);

    static async Task RunAsync(RunOptions options, int[] sizes, string? data, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        var (rows, disks) = (new List<Row>(), new List<(string Store, Disk Disk)>());
        var circumstances = new List<string>();
        async Task MeasureStoreAsync(Cluster cluster, ThreadStoreServer store)
        {
            circumstances = [.. options.Circumstances(cluster, load)];
            await using var database = NpgsqlDataSource.Create(store.Database);
            await using var count = database.CreateCommand(
                "select to_char(count(*), 'FM999,999,999') from threadstore.comment_rows"
            );
            count.CommandTimeout = 0;
            var name = (string)(await count.ExecuteScalarAsync(ct))!;
            disks.Add((name, await Disk.OfAsync(database, ct)));
            await cluster.CheckpointAsync(ct);
            foreach (var figures in await MeasureAsync(options, store, cluster.Postmaster, name, ct))
                rows.AddRange(figures);
        }

        if (sizes.Length > 0)
        {
            await using var cluster = await options.OpenAsync(80, ct);
            foreach (var size in sizes)
            {
                await using var store = await Reads.StartAsync(
                    options,
                    cluster,
                    Reads.LargeOf(size),
                    size,
                    ct
                );
                await MeasureStoreAsync(cluster, store);
            }
        }
        if (data is not null)
        {
            await using var cluster = await (options with { DataFolder = data }).OpenAsync(80, ct);
            await using var store = await Reads.ServeAsync(options, cluster.ConnectionString, ct);
            await MeasureStoreAsync(cluster, store);
        }
        Write(rows, disks, circumstances);
    }

    static async Task<List<Row[]>> MeasureAsync(
        RunOptions options,
        ThreadStoreServer store,
        int? postmaster,
        string name,
        CancellationToken ct
    )
    {
        var posts = CommentRequests.To(store, [Reads.Large], commenters: 100);
        Side[] sides =
        [
            .. await Reads.SidesAsync(store, postmaster, ct),
            .. await Reads.DeepSidesAsync(store, postmaster, ct),
            RequestSide.Of("post", store.Process, postmaster, posts.Write, 201),
            await Reactions.OnOneCommentAsync("react", store, postmaster, Reads.Large, ct),
        ];
        var rows = new List<Row[]>();
        // all of them first: the compiler works through the first seconds of a server, whatever it is asked
        foreach (var side in sides)
            await side.MeasureAsync(new(options.Connections, RunOptions.RampUp, options.WarmUp), ct);
        foreach (var side in sides)
        {
            // one client: what a request takes, and not how long it waits for others
            var figures = await side.MeasureAsync(options.Many with { Connections = 1 }, ct);
            RunOptions.Log($"{name}: {side.Name}, p50 {Report.Text(figures.P50, 2)} ms");
            rows.Add([new(side.Name, "p50", name, figures.P50), new(side.Name, "p99", name, figures.P99)]);
        }
        return rows;
    }

    static void Write(
        List<Row> rows,
        List<(string Store, Disk Disk)> disks,
        IEnumerable<string> circumstances
    )
    {
        Report.Write(
            Console.Out,
            "Growth: milliseconds on one connection, by comments in the store",
            [
                .. circumstances,
                "three quarters of the comments, 1 million at most, in the article that is read; goal: within 1.5 of the smallest",
            ]
        );
        Report.WriteTable(
            Console.Out,
            ["", .. disks.Select(d => d.Store), "largest / smallest"],
            rows.GroupBy(r => (r.Side, r.Figure))
                .Select(g =>
                    (string[])
                        [
                            $"{g.Key.Side}, {g.Key.Figure}",
                            .. g.Select(t => Report.Text(t.Value, 2)),
                            Report.Text(g.Last().Value / g.First().Value, 2),
                        ]
                )
        );
        Report.Write(Console.Out, "Disk: bytes for a comment", ["goal: all within 4 times its JSON"]);
        Report.WriteTable(Console.Out, Disk.Columns, disks.Select(d => d.Disk.Row(d.Store)));
    }
}
