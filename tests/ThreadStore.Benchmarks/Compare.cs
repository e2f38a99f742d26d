using System.CommandLine;

namespace ThreadStore.Benchmarks;

/// <summary>
/// Two builds of ThreadStore in turn, in one run: what a change costs. Both sides start from nothing and are spoken to
/// over HTTP alone, so that the base may be any earlier build with the same requests.
/// </summary>
static class Compare
{
    /// <summary>What a change may cost: below, it is told as not met.</summary>
    const double Least = 0.97;

    const string Base = ", base";
    const string This = "";
    const int Commenters = 1_000;

    static readonly string[] Parts = ["w1", "w1c", "reads", "start", "memory"];

    /// <summary>One of the two builds.</summary>
    /// <param name="Suffix">Of the names of its sides.</param>
    sealed record Build(string Suffix, string Program);

    public static Command Command()
    {
        var other = new Option<string>("--base")
        {
            Description = "threadstore's .dll or executable file as it was before",
            Required = true,
        };
        var parts = new Option<string[]>("--parts")
        {
            Description = $"What to measure, separated by commas: {string.Join(", ", Parts)}",
            DefaultValueFactory = _ => Parts,
            CustomParser = r => [.. r.Tokens.SelectMany(t => t.Value.Split(','))],
        };
        parts.Validators.Add(r =>
        {
            foreach (var name in r.Tokens.SelectMany(t => t.Value.Split(',')).Except(Parts))
                r.AddError($"There is no part {name}.");
        });
        var command = new Command("compare", "Measure two builds of ThreadStore side by side")
        {
            other,
            parts,
        };
        var options = RunOptions.AddTo(command);
        command.SetAction(
            (parsed, ct) =>
                RunAsync(
                    options(parsed),
                    Path.GetFullPath(parsed.GetRequiredValue(other)),
                    parsed.GetRequiredValue(parts),
                    ct
                )
        );
        return command;
    }

    static async Task RunAsync(RunOptions options, string other, string[] parts, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        Build[] builds = [new(This, options.Server), new(Base, other)];
        foreach (var build in builds)
        {
            if (!File.Exists(build.Program))
                throw new BenchmarkException($"There is no {build.Program}.");
        }
        await using var cluster = await options.OpenAsync(120, ct);
        Report.Write(Console.Out, "Two builds", options.Circumstances(cluster, load));
        if (parts.Contains("w1") || parts.Contains("w1c"))
            await PostsAsync(options, builds, parts, cluster, ct);
        if (parts.Contains("reads"))
            await ReadsAsync(options, builds, cluster, ct);
        if (parts.Contains("start"))
            await StartsAsync(options, builds, cluster, ct);
        if (parts.Contains("memory"))
            await MemoryAsync(options, builds, cluster, ct);
    }

    static async Task PostsAsync(
        RunOptions options,
        Build[] builds,
        string[] parts,
        Cluster cluster,
        CancellationToken ct
    )
    {
        var started = new List<PostingSide>();
        try
        {
            foreach (var build in builds)
                started.Add(
                    await PostingSide.StartThreadStoreAsync(
                        $"posts{build.Suffix}",
                        build.Program,
                        cluster,
                        ct
                    )
                );
            async Task SettleAsync(CancellationToken token)
            {
                foreach (var side in started)
                    await (side.PutOff?.CatchUpAsync(token) ?? Task.CompletedTask);
                await cluster.CheckpointAsync(token);
            }
            Side[] sides = [.. started.Select(s => new Side(s.Name, s.MeasureAsync))];
            if (parts.Contains("w1"))
                WriteRates(await options.RunAsync(sides, SettleAsync, ct), "w1");
            if (parts.Contains("w1c"))
            {
                var one = options.Many with { Connections = 1 };
                WriteRates(
                    await Rounds.RunAsync(sides, options.Rounds, one, SettleAsync, RunOptions.Log, ct),
                    "w1c"
                );
            }
            await SettleAsync(ct);
            foreach (var side in started)
                await side.VerifyAsync(ct);
        }
        finally
        {
            foreach (var side in started)
                await side.DisposeAsync();
        }
    }

    static async Task ReadsAsync(RunOptions options, Build[] builds, Cluster cluster, CancellationToken ct)
    {
        var stores = new List<ThreadStoreServer>();
        try
        {
            var sides = new List<Side>();
            foreach (var build in builds)
            {
                var store = await ThreadStoreServer.StartAsync(
                    $"reads{build.Suffix}",
                    build.Program,
                    await cluster.CreateDatabaseAsync($"reads{build.Suffix}", ct),
                    indexes: false,
                    ct
                );
                stores.Add(store);
                RunOptions.Log($"Writing what is read{build.Suffix}.");
                await ComparedDiscussion.WriteAsync(store, ct);
                sides.AddRange(await Reads.SidesAsync(store, cluster.Postmaster, ct, build.Suffix));
            }
            // the two builds of one request next to each other
            var half = sides.Count / 2;
            Side[] inTurn =
            [
                .. sides.Take(half).Zip(sides.Skip(half), (a, b) => (Side[])[a, b]).SelectMany(p => p),
            ];
            WriteRates(await options.RunAsync(inTurn, cluster, ct), "reads");
        }
        finally
        {
            foreach (var store in stores)
                await store.DisposeAsync();
        }
    }

    static async Task StartsAsync(RunOptions options, Build[] builds, Cluster cluster, CancellationToken ct)
    {
        var sides = new List<Side>();
        foreach (var build in builds)
        {
            var database = await cluster.CreateDatabaseAsync($"start{build.Suffix}", ct);
            var side = Start.OfServer($"start{build.Suffix}", build.Program, database);
            // makes its tables, and brings files from the disk
            await side.MeasureAsync(Start.Once, ct);
            sides.Add(side);
        }
        var rounds = await Rounds.RunAsync(
            sides,
            Math.Max(options.Rounds, 5),
            Start.Once,
            _ => Task.CompletedTask,
            RunOptions.Log,
            ct
        );
        WriteRates(rounds, "start");
    }

    static async Task MemoryAsync(RunOptions options, Build[] builds, Cluster cluster, CancellationToken ct)
    {
        var articles = Enumerable
            .Range(1, PostingSide.ArticleCount)
            .Select(CommentRequests.ArticleKey)
            .ToList();
        var rows = new List<string[]>();
        foreach (var build in builds)
        {
            await using var store = await ThreadStoreServer.StartAsync(
                $"memory{build.Suffix}",
                build.Program,
                await cluster.CreateDatabaseAsync($"memory{build.Suffix}", ct),
                indexes: true,
                ct
            );
            await store.PrepareAsync(articles, ct);
            var started = store.Process.Megabytes;
            var posts = RequestSide.Of(
                "posts",
                store.Process,
                cluster.Postmaster,
                CommentRequests.To(store, articles, Commenters).Write,
                201
            );
            var done = (await posts.MeasureAsync(options.Many, ct)).Requests;
            rows.Add([
                $"memory{build.Suffix}",
                Report.Text(started, 0),
                Report.Text(done, 0),
                Report.Text(store.Process.Megabytes, 0),
            ]);
        }
        Report.WriteTable(Console.Out, ["", "MB at the start", "posts", "MB after them"], rows);
    }

    static void WriteRates(Rounds rounds, string part)
    {
        Report.WriteRounds(Console.Out, rounds);
        Report.WriteRatios(
            Console.Out,
            rounds
                .Sides.Where(s => !s.EndsWith(Base, StringComparison.Ordinal))
                .Select(s => new Comparison(
                    part,
                    rounds,
                    s,
                    s + Base,
                    "requests/s",
                    f => f.PerSecond,
                    AtLeast: Least
                ))
        );
    }
}
