using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.Transfer;

namespace ThreadStore.Benchmarks;

/// <summary>
/// R6: an exported site is imported into an empty store, with all reader rows, beside a binary COPY of the same events
/// from store to store, without any. Each run fills a database of its own.
/// </summary>
static class R6
{
    const string Site = "bench";
    const string CopyName = "copy";
    const string ImportName = "import";

    static readonly (string Table, string Columns)[] Tables =
    [
        ("mt_streams", "tenant_id, id, type, version, timestamp"),
        (
            "mt_events",
            "seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, is_archived"
        ),
    ];

    public static Command Command() =>
        InProcess.Command(
            "r6",
            "Import an exported site, beside a COPY of its events",
            "In the file",
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
        var from = await cluster.CreateDatabaseAsync("r6", ct);
        await using var source = await ReadyDatabase.OpenAsync(from, ct);
        await using var database = source.Services.GetRequiredService<NpgsqlDataSource>();
        var history = new GeneratedHistory(Site, seed: 1);
        var (events, _, _, _) = await HistoryLoad.RunAsync(
            from,
            Site,
            history,
            new([], comments),
            RunOptions.Log,
            ct
        );
        var file = Path.GetTempFileName();
        try
        {
            await new ExportSite(database, Site).RunAsync(() => File.Create(file), _ => { }, ct);
            var peak = 0L;
            Side Of(string name, Func<NpgsqlDataSource, CancellationToken, Task> runAsync) =>
                new(
                    name,
                    async (_, token) =>
                    {
                        await using var app = await ReadyDatabase.OpenAsync(
                            await cluster.CreateDatabaseAsync(name, token),
                            token
                        );
                        await using var target = app.Services.GetRequiredService<NpgsqlDataSource>();
                        Machine.ForgetPeak();
                        var figures = await InProcess.MeasureAsync(
                            async t =>
                            {
                                await runAsync(target, t);
                                return events;
                            },
                            cluster,
                            token
                        );
                        if (name == ImportName)
                            peak = Math.Max(peak, Machine.PeakMemory);
                        return figures;
                    }
                );
            var figures = await Rounds.RunAsync(
                [
                    Of(CopyName, (target, token) => CopyAsync(database, target, token)),
                    Of(ImportName, (target, token) => ImportAsync(target, file, events, token)),
                ],
                rounds,
                new(1, default, default),
                cluster.CheckpointAsync,
                RunOptions.Log,
                ct
            );
            Report.Write(
                Console.Out,
                "R6: import an exported site, beside a COPY of its events",
                [
                    .. InProcess.Circumstances(cluster, load),
                    $"{events:N0} events, {comments:N0} of them comments, a file of {new FileInfo(file).Length >> 20} MB; peak "
                        + $"memory of this process during an import: {peak >> 20} MB",
                ]
            );
            Report.WriteRounds(Console.Out, figures);
            Report.WriteRatios(
                Console.Out,
                [new("R6", figures, ImportName, CopyName, "events/s", f => f.PerSecond, AtLeast: 0.6)]
            );
        }
        finally
        {
            File.Delete(file);
        }
    }

    internal static async Task CopyAsync(NpgsqlDataSource from, NpgsqlDataSource to, CancellationToken ct)
    {
        await using var source = await from.OpenConnectionAsync(ct);
        await using var target = await to.OpenConnectionAsync(ct);
        foreach (var (table, columns) in Tables)
        {
            await using var read = await source.BeginRawBinaryCopyAsync(
                $"copy threadstore.{table} ({columns}) to stdout (format binary)",
                ct
            );
            await using var write = await target.BeginRawBinaryCopyAsync(
                $"copy threadstore.{table} ({columns}) from stdin (format binary)",
                ct
            );
            await read.CopyToAsync(write, ct);
        }
    }

    static async Task ImportAsync(NpgsqlDataSource target, string file, long events, CancellationToken ct)
    {
        await using var import = await ImportFeed.OpenAsync(target, Site, isDry: false, ct);
        await using var input = File.OpenRead(file);
        var counts = await import.RunAsync(
            input,
            problem => RunOptions.Log($"{problem.Line}: {problem.Reason}"),
            (_, _) => { },
            ct
        );
        if (counts.Created != events)
            throw new BenchmarkException($"Of {events} events {counts.Created} were imported.");
    }
}
