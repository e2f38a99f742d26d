using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.Rows;

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

    public static Command Command() =>
        InProcess.Command(
            "r3",
            "Rebuild all reader rows, beside Marten's rebuild of a snapshot",
            "In the history",
            RunAsync
        );

    static async Task RunAsync(int comments, int rounds, string? connectionString, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await Cluster.OpenAsync(
            connectionString,
            connections: 20,
            RunOptions.Log,
            ct
        );
        RunOptions.Log($"Making {comments:N0} comments.");
        var of = await cluster.CreateDatabaseAsync("r3", ct);
        await using var app = await ReadyDatabase.OpenAsync(of, ct);
        await using var database = app.Services.GetRequiredService<NpgsqlDataSource>();
        var history = new GeneratedHistory(Site, seed: 1);
        var (events, _, _, _) = await HistoryLoad.RunAsync(
            of,
            Site,
            history,
            new([], comments),
            RunOptions.Log,
            ct
        );

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
                    var figures = await InProcess.MeasureAsync(
                        async t =>
                        {
                            await runAsync(t);
                            return events;
                        },
                        cluster,
                        token
                    );
                    if (name == RowsName)
                        peak = Math.Max(peak, Machine.PeakMemory);
                    return figures;
                }
            );
        var figures = await Rounds.RunAsync(
            [Of(MartenName, marten.RebuildAsync), Of(RowsName, token => RebuildAsync(database, token))],
            rounds,
            new(1, default, default),
            cluster.CheckpointAsync,
            RunOptions.Log,
            ct
        );
        if (await marten.CountAsync(ct) is var documents && documents != comments)
            throw new BenchmarkException($"Marten made {documents} documents of {comments} comments.");
        Report.Write(
            Console.Out,
            "R3: rebuild all reader rows, beside Marten's rebuild of a snapshot",
            [
                .. InProcess.Circumstances(cluster, load),
                $"{events:N0} events, {comments:N0} of them comments; peak memory of this process during a rebuild: "
                    + $"{peak >> 20} MB",
            ]
        );
        Report.WriteRounds(Console.Out, figures);
        Report.WriteRatios(
            Console.Out,
            [new("R3", figures, RowsName, MartenName, "events/s", f => f.PerSecond, AtLeast: 4)]
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
}
