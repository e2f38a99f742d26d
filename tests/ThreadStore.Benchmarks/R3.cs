using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.Threads;

namespace ThreadStore.Benchmarks;

/// <summary>
/// R3: all reader rows made anew beside the live ones and compared with them, as <c>rebuild</c> does it, beside Marten's own
/// rebuild of a snapshot, one document a comment, of the same events.
/// </summary>
static class R3
{
    const string Site = "bench";
    const string RowsName = "reader rows";
    const string MartenName = "marten";

    public static Command Command()
    {
        var comments = RunOptions.Number("--comments", "In the history", 200_000);
        var rounds = RunOptions.Number("--rounds", "Rounds; a ratio counts from 3 on", 3);
        var connectionString = new Option<string?>("--connection-string")
        {
            Description =
                "A PostgreSQL, for somebody who may create databases; a cluster of its own unless given",
        };
        var command = new Command("r3", "Rebuild all reader rows, beside Marten's rebuild of a snapshot")
        {
            comments,
            rounds,
            connectionString,
        };
        command.SetAction(
            (parsed, ct) =>
                RunAsync(
                    parsed.GetValue(comments),
                    parsed.GetValue(rounds),
                    parsed.GetValue(connectionString),
                    ct
                )
        );
        return command;
    }

    static async Task RunAsync(int comments, int rounds, string? connectionString, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await Cluster.OpenAsync(connectionString, connections: 20, Log, ct);
        Log($"Making {comments:N0} comments.");
        var of = await cluster.CreateDatabaseAsync("r3", ct);
        await using var app = await ReadyDatabase.OpenAsync(of, ct);
        await using var database = app.Services.GetRequiredService<NpgsqlDataSource>();
        var history = new GeneratedHistory(Site, seed: 1);
        var (events, _, _, _) = await HistoryLoad.RunAsync(of, Site, history, new([], comments), Log, ct);

        var other = await cluster.CreateDatabaseAsync(MartenName, ct);
        await using var marten = new MartenSnapshot(other, Site);
        await marten.MakeAsync();
        await using (var target = NpgsqlDataSource.Create(other))
            await R6.CopyAsync(database, target, ct);

        var peak = 0L;
        Side Of(string name, Func<CancellationToken, Task> runAsync) =>
            new(
                name,
                async (_, token) =>
                {
                    Machine.ForgetPeak();
                    CpuTimes Cpu() =>
                        new(null, CpuTimes.OfThisProcess(), CpuTimes.OfPostgres(cluster.Postmaster));
                    var (before, started) = (Cpu(), Stopwatch.GetTimestamp());
                    await runAsync(token);
                    var time = Stopwatch.GetElapsedTime(started);
                    if (name == RowsName)
                        peak = Math.Max(peak, Machine.PeakMemory);
                    return new(events / time.TotalSeconds, events, null, null, null, Cpu() - before);
                }
            );
        var figures = await Rounds.RunAsync(
            [Of(MartenName, marten.RebuildAsync), Of(RowsName, token => RebuildAsync(database, token))],
            rounds,
            new(1, default, default),
            cluster.CheckpointAsync,
            Log,
            ct
        );
        if (await marten.CountAsync(ct) is var documents && documents != comments)
            throw new BenchmarkException($"Marten made {documents} documents of {comments} comments.");
        Report.Write(
            Console.Out,
            "R3: rebuild all reader rows, beside Marten's rebuild of a snapshot",
            [
                $"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores, load average "
                    + $"{Report.Text(load, 2)} before the run; a request is an event",
                $"PostgreSQL {cluster.Version}, .NET {Environment.Version}, {Machine.Configuration} build",
                $"{events:N0} events, {comments:N0} of them comments; peak memory of this process during a rebuild: "
                    + $"{peak >> 20} MB",
            ]
        );
        Report.WriteRounds(Console.Out, figures);
        Report.WriteRatios(
            Console.Out,
            [new("R3", figures, RowsName, MartenName, "events/s", f => f.PerSecond, AtLeast: 3)]
        );
    }

    static async Task RebuildAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        var differences = await RepairRows.RunAsync(database, _ => { }, ct);
        if (differences.Count > 0)
            throw new BenchmarkException(
                $"{differences[0].Rows} rows of {differences[0].Table} differ: {differences[0].Example}"
            );
    }

    static void Log(string line) => Console.Error.WriteLine(line);
}
