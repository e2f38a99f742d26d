using System.CommandLine;

namespace ThreadStore.Benchmarks;

/// <summary>What all comparisons may be told.</summary>
/// <param name="Server">ThreadStore's program.</param>
/// <param name="ConnectionString">Null: a cluster of its own.</param>
/// <param name="DataFolder">Of that cluster, where it is another than all comparisons have.</param>
sealed record RunOptions(
    TimeSpan Time,
    TimeSpan WarmUp,
    int Rounds,
    int Connections,
    string Server,
    string? ConnectionString,
    string? DataFolder = null
)
{
    /// <summary>Lets connections open and batches settle before figures are taken.</summary>
    public static readonly TimeSpan RampUp = TimeSpan.FromSeconds(1);

    public Measure Many => new(Connections, RampUp, Time);

    /// <summary>Gives a command these options.</summary>
    /// <returns>How to read them.</returns>
    public static Func<ParseResult, RunOptions> AddTo(Command command)
    {
        var seconds = Number("--seconds", "Measured for each side and round", 10);
        var warmUp = Number("--warm-up", "Seconds of load on each side at first", 10);
        var rounds = Number("--rounds", "Rounds; a ratio counts from 3 on", 3);
        var connections = Number("--connections", "Connections under load", 64);
        var server = Program();
        var connectionString = new Option<string?>("--connection-string")
        {
            Description =
                "A PostgreSQL, for somebody who may create databases and checkpoint; a cluster of its own unless given",
        };
        foreach (var option in (Option[])[seconds, warmUp, rounds, connections, server, connectionString])
            command.Options.Add(option);
        return parsed =>
            new(
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                parsed.GetValue(rounds),
                parsed.GetValue(connections),
                Path.GetFullPath(parsed.GetRequiredValue(server)),
                parsed.GetValue(connectionString)
            );
    }

    public static Option<string> Program() =>
        new("--server")
        {
            Description =
                "threadstore's .dll or executable file; the one built with this program unless given",
            DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "threadstore.dll"),
        };

    public static Option<string?> Database() =>
        new("--connection-string")
        {
            Description =
                "A PostgreSQL, for somebody who may create databases; a cluster of its own unless given",
        };

    public static Option<int> Number(string name, string description, int absent)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => absent };
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() < 1)
                r.AddError($"{option.Name} is at least 1.");
        });
        return option;
    }

    /// <summary>To be called first: looks whether figures could count, and starts the database.</summary>
    public async Task<Cluster> OpenAsync(int connections, CancellationToken ct)
    {
        LoadGenerator.UseOneEventLoop();
        if (Machine.Configuration != "Release")
            Log("This is no Release build (-c Release): the figures will not count.");
        if (!File.Exists(Server))
            throw new BenchmarkException($"There is no {Server}: build it, or name one by --server.");
        return await Cluster.OpenAsync(ConnectionString, connections, Log, ct, DataFolder);
    }

    /// <summary>What a reader of the figures must know of the run.</summary>
    public IEnumerable<string> Circumstances(Cluster cluster, double? loadBefore) =>
        [
            Report.Circumstances(loadBefore),
            $"PostgreSQL {cluster.Version}, {string.Join(", ", Cluster.DurableSettings)} on; .NET {Environment.Version}, "
                + $"{Machine.Configuration} build",
            $"{Rounds} rounds of {Time.TotalSeconds} s for each side in turn, after {WarmUp.TotalSeconds} s of warming up",
        ];

    public Task<Rounds> RunAsync(IReadOnlyList<Side> sides, Cluster cluster, CancellationToken ct) =>
        RunAsync(sides, cluster.CheckpointAsync, ct);

    /// <param name="settle">Called before each side's turn.</param>
    public async Task<Rounds> RunAsync(
        IReadOnlyList<Side> sides,
        Func<CancellationToken, Task> settle,
        CancellationToken ct
    )
    {
        Log($"Warming up, {WarmUp.TotalSeconds} s each.");
        foreach (var side in sides)
            await side.MeasureAsync(new(Connections, RampUp, WarmUp), ct);
        return await Benchmarks.Rounds.RunAsync(sides, Rounds, Many, settle, Log, ct);
    }

    public static void Log(string line) => Console.Error.WriteLine(line);
}
