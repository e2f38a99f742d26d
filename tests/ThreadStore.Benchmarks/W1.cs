using System.CommandLine;

namespace ThreadStore.Benchmarks;

/// <summary>
/// W1: readers post comments, on 64 connections and on one, beside pgbench and a plain CRUD service. Exit code 0 says
/// that it was measured, not that the goals were met.
/// </summary>
static class W1
{
    const string PgBenchName = "pgbench";
    const string CrudName = "crud";
    const string ThreadStoreName = "threadstore";

    /// <summary>Lets connections open and batches settle before figures are taken.</summary>
    static readonly TimeSpan RampUp = TimeSpan.FromSeconds(1);

    /// <summary>For what a side does beside its requests; all that threadstore needs, for its Appender uses one.</summary>
    const int SpareConnections = 10;

    static int ConnectionsFor(string side, int clients) =>
        SpareConnections
        + side switch
        {
            PgBenchName => clients,
            CrudName => CrudService.PoolSize,
            _ => 0,
        };

    sealed record Options(
        TimeSpan Time,
        TimeSpan WarmUp,
        int Rounds,
        int Connections,
        string Server,
        string? ConnectionString,
        IReadOnlyList<string> Sides
    );

    public static Command Command()
    {
        var seconds = AtLeastOne(
            new("--seconds")
            {
                Description = "Measured for each side and round",
                DefaultValueFactory = _ => 10,
            }
        );
        var warmUp = AtLeastOne(
            new("--warm-up")
            {
                Description = "Seconds of load on each side at first",
                DefaultValueFactory = _ => 10,
            }
        );
        var rounds = AtLeastOne(
            new("--rounds") { Description = "Rounds; a ratio counts from 3 on", DefaultValueFactory = _ => 3 }
        );
        var connections = AtLeastOne(
            new("--connections") { Description = "Connections under load", DefaultValueFactory = _ => 64 }
        );
        var server = new Option<string>("--server")
        {
            Description =
                "threadstore's .dll or executable file; the one built with this program unless given",
            DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "threadstore.dll"),
        };
        var connectionString = new Option<string?>("--connection-string")
        {
            Description =
                "A PostgreSQL, for somebody who may create databases and checkpoint; a cluster of its own unless given",
        };
        var sides = new Option<string[]>("--sides")
        {
            Description = "Whom to measure",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [PgBenchName, CrudName, ThreadStoreName],
        };
        sides.AcceptOnlyFromAmong(PgBenchName, CrudName, ThreadStoreName);
        var command = new Command("w1", "Post comments, beside pgbench and a plain CRUD service")
        {
            seconds,
            warmUp,
            rounds,
            connections,
            server,
            connectionString,
            sides,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var chosen = parsed.GetRequiredValue(sides).Distinct();
                await RunAsync(
                    new(
                        TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                        TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                        parsed.GetValue(rounds),
                        parsed.GetValue(connections),
                        Path.GetFullPath(parsed.GetRequiredValue(server)),
                        parsed.GetValue(connectionString),
                        [.. chosen]
                    ),
                    ct
                );
                return 0;
            }
        );
        return command;
    }

    static Option<int> AtLeastOne(Option<int> option)
    {
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() < 1)
                r.AddError($"{option.Name} is at least 1.");
        });
        return option;
    }

    static async Task RunAsync(Options options, CancellationToken ct)
    {
        LoadGenerator.UseOneEventLoop();
        var loadAverage = Machine.LoadAverage;
        if (Machine.Configuration != "Release")
            Log("This is no Release build (-c Release): the figures will not count.");
        // looked for first: it would be a pity to miss it after a minute
        var pgBench = options.Sides.Contains(PgBenchName) ? await PgBench.FindAsync(ct) : null;
        if (options.Sides.Contains(ThreadStoreName) && !File.Exists(options.Server))
            throw new BenchmarkException($"There is no {options.Server}: build it, or name one by --server.");

        await using var cluster = await Cluster.OpenAsync(
            options.ConnectionString,
            options.Sides.Sum(side => ConnectionsFor(side, options.Connections)),
            Log,
            ct
        );
        await using var servers = new Servers();
        var sides = new List<Side>();
        foreach (var name in options.Sides)
        {
            Log($"Preparing {name}.");
            sides.Add(
                pgBench is not null && name == PgBenchName
                    ? await StartPgBenchAsync(pgBench, cluster, ct)
                    : await servers.StartAsync(name, options.Server, cluster, ct)
            );
        }

        Log($"Warming up, {options.WarmUp.TotalSeconds} s each.");
        foreach (var side in sides)
            await side.MeasureAsync(new(options.Connections, RampUp, options.WarmUp), ct);
        Log(
            $"W1: {options.Connections} connections, {options.Rounds} rounds of {options.Time.TotalSeconds} s each."
        );
        var many = new Measure(options.Connections, RampUp, options.Time);
        var w1 = await Rounds.RunAsync(sides, options.Rounds, many, cluster.CheckpointAsync, Log, ct);
        Log("W1c: 1 connection.");
        var servedSides = sides.Where(s => s.Name != PgBenchName).ToList();
        var one = many with { Connections = 1 };
        var w1C = await Rounds.RunAsync(servedSides, options.Rounds, one, cluster.CheckpointAsync, Log, ct);
        await servers.VerifyAsync(ct);

        Report.Write(
            Console.Out,
            "W1: post a comment",
            [
                $"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores shared with the load "
                    + $"generator, load average {Report.Text(loadAverage, 2)} before the run",
                $"PostgreSQL {cluster.Version}, {string.Join(", ", Cluster.DurableSettings)} on; .NET {Environment.Version}, "
                    + $"{Machine.Configuration} build",
                $"{options.Rounds} rounds of {options.Time.TotalSeconds} s for each side in turn, after "
                    + $"{options.WarmUp.TotalSeconds} s of warming up; {PostingSide.ArticleCount} articles, "
                    + $"{PostingSide.CommenterCount:N0} commenters; every 201 found again in the counters",
            ]
        );
        Report.WriteRounds(Console.Out, w1);
        Report.WriteRounds(Console.Out, w1C);
        Report.WriteRatios(
            Console.Out,
            [
                new("W1", w1, ThreadStoreName, PgBenchName, "requests/s", f => f.PerSecond, AtLeast: 0.6),
                new("W1b", w1, ThreadStoreName, CrudName, "requests/s", f => f.PerSecond, AtLeast: 1.5),
                new("W1c", w1C, ThreadStoreName, CrudName, "p50", f => f.P50, AtMost: 1.3),
            ]
        );
    }

    static async Task<Side> StartPgBenchAsync(string program, Cluster cluster, CancellationToken ct)
    {
        var database = await cluster.CreateDatabaseAsync(PgBenchName, ct);
        await PgBench.PrepareAsync(database, ct);
        return new(
            PgBenchName,
            async (measure, token) =>
            {
                Task<double> PerSecondAsync(TimeSpan time) =>
                    PgBench.RunAsync(program, database, measure.Connections, time, token);
                await PerSecondAsync(measure.RampUp);
                var before = CpuTimes.OfPostgres(cluster.Postmaster);
                var perSecond = await PerSecondAsync(measure.Time);
                var used = CpuTimes.OfPostgres(cluster.Postmaster) - before;
                var requests = perSecond * measure.Time.TotalSeconds;
                return new(perSecond, requests, null, null, null, new(null, null, used));
            }
        );
    }

    /// <summary>The servers under test, stopped together.</summary>
    sealed class Servers : IAsyncDisposable
    {
        readonly List<PostingSide> started = [];

        public async Task<Side> StartAsync(string name, string program, Cluster cluster, CancellationToken ct)
        {
            var side =
                name == CrudName
                    ? await PostingSide.StartCrudAsync(name, cluster, ct)
                    : await PostingSide.StartThreadStoreAsync(name, program, cluster, ct);
            started.Add(side);
            return new(name, side.MeasureAsync);
        }

        public async Task VerifyAsync(CancellationToken ct)
        {
            foreach (var side in started)
                await side.VerifyAsync(ct);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var side in started)
                await side.DisposeAsync();
        }
    }

    static void Log(string line) => Console.Error.WriteLine(line);
}
