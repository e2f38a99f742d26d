using System.CommandLine;
using System.Data;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.History.Replays;
using ThreadStore.Http;
using ThreadStore.Moderation;
using ThreadStore.Moderation.Learned;
using ThreadStore.Transfer;

namespace ThreadStore.Benchmarks;

/// <summary>
/// R1 and R2: the history as lines of the event feed, and as Parquet with all state tables, beside a SELECT of the same
/// columns by Npgsql whose bytes are thrown away; R5: all of it judged under other settings, beside the event feed. Exit
/// code 0 says that it was measured, not that the goals were met.
/// </summary>
static class Replays
{
    const string SelectName = "select";
    const string FeedName = "event feed";
    const string ParquetName = "replay";
    const string WhatIfName = "what-if";

    delegate Task<long> Pass(NpgsqlDataSource database, string folder, CancellationToken ct);

    public static Command R1() =>
        Command(
            "r1",
            "Write the event feed to a file, beside a SELECT",
            (FeedName, WriteFeedAsync),
            (SelectName, SelectAsync),
            aim: 1.5
        );

    public static Command R2() =>
        Command(
            "r2",
            "Replay to Parquet, beside a SELECT",
            (ParquetName, WriteParquetAsync),
            (SelectName, SelectAsync),
            aim: 0.9
        );

    public static Command R5() =>
        Command(
            "r5",
            "Judge the history under other settings, beside the event feed",
            (WhatIfName, JudgeAsync),
            (FeedName, WriteFeedAsync),
            aim: 0.5
        );

    static Command Command(
        string command,
        string description,
        (string Name, Pass Run) ours,
        (string Name, Pass Run) against,
        double aim
    )
    {
        var events = new Option<int>("--events") { DefaultValueFactory = _ => 1_000_000 };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var connectionString = RunOptions.Database();
        var made = new Command(command, description) { events, rounds, connectionString };
        made.SetAction(
            async (parsed, ct) =>
            {
                var load = Machine.LoadAverage;
                await using var cluster = await Cluster.OpenAsync(
                    parsed.GetValue(connectionString),
                    connections: 10,
                    RunOptions.Log,
                    ct
                );
                RunOptions.Log($"Making {parsed.GetValue(events):N0} events.");
                await using var app = await LongHistory.MakeAsync(
                    await cluster.CreateDatabaseAsync(command, ct),
                    parsed.GetValue(events),
                    ct
                );
                await using var database = app.Services.GetRequiredService<NpgsqlDataSource>();
                var folder = Directory.CreateTempSubdirectory("threadstore-bench-").FullName;
                try
                {
                    Side Of((string Name, Pass Run) side) =>
                        new(
                            side.Name,
                            (_, token) =>
                                InProcess.MeasureAsync(t => side.Run(database, folder, t), cluster, token)
                        );
                    Side[] sides = [Of(against), Of(ours)];
                    await sides[0].MeasureAsync(new(1, default, default), ct);
                    Machine.ForgetPeak();
                    await sides[1].MeasureAsync(new(1, default, default), ct);
                    var peak = Machine.PeakMemory;
                    var figures = await Rounds.RunAsync(
                        sides,
                        parsed.GetValue(rounds),
                        new(1, default, default),
                        cluster.CheckpointAsync,
                        RunOptions.Log,
                        ct
                    );
                    Report.Write(
                        Console.Out,
                        $"{command.ToUpperInvariant()}: {description}",
                        [
                            .. InProcess.Circumstances(cluster, load),
                            $"{parsed.GetValue(events):N0} events; peak memory of this process during {ours.Name}: {peak >> 20} MB",
                        ]
                    );
                    Report.WriteRounds(Console.Out, figures);
                    Report.WriteRatios(
                        Console.Out,
                        [
                            new(
                                command.ToUpperInvariant(),
                                figures,
                                ours.Name,
                                against.Name,
                                "events/s",
                                f => f.PerSecond,
                                AtLeast: aim
                            ),
                        ]
                    );
                }
                finally
                {
                    Directory.Delete(folder, recursive: true);
                }
                return 0;
            }
        );
        return made;
    }

    static async Task<long> SelectAsync(NpgsqlDataSource database, string folder, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new EventFilter(LongHistory.Site).Command(connection, 0, limit: null);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, ct);
        var count = 0L;
        while (await reader.ReadAsync(ct))
        {
            reader.GetInt64(0);
            reader.GetGuid(1);
            reader.GetGuid(2);
            reader.GetInt64(3);
            reader.GetString(4);
            reader.GetDateTime(5);
            reader.GetString(6);
            reader.GetString(7);
            reader.GetFieldValue<byte[]>(8);
            count++;
        }
        return count;
    }

    static Task<long> WriteFeedAsync(NpgsqlDataSource database, string folder, CancellationToken ct) =>
        new ExportSite(database, LongHistory.Site).RunAsync(
            () => File.Create(Path.Combine(folder, "feed.ndjson")),
            _ => { },
            ct
        );

    static async Task<long> WriteParquetAsync(
        NpgsqlDataSource database,
        string folder,
        CancellationToken ct
    ) =>
        (
            await new Replay(
                database,
                new(LongHistory.Site, Path.Combine(folder, "lake"), null, ReplayFormat.Parquet)
            ).RunAsync(_ => { }, ct)
        ).Counts[EventTable.Name];

    /// <summary>Every rule has something to do.</summary>
    static async Task<long> JudgeAsync(NpgsqlDataSource database, string folder, CancellationToken ct)
    {
        var settings = new JsonObject
        {
            ["bannedWords"] = new JsonArray([.. Enumerable.Range(0, 100).Select(n => (JsonNode)$"word{n}")]),
            ["suspectWords"] = new JsonArray("lazy dog", "brown fox 7"),
            ["suspectPatterns"] = new JsonArray("q[a-z]+k b"),
            ["linksHeldForReview"] = 2,
            ["newCommentersHeldForReview"] = 3,
            ["floodHeldForReview"] = 5,
            ["repeatedTextHeldForReview"] = true,
        };
        using var turn = new WhatIfTurn();
        using var models = new LearnedModels(database);
        if (
            await WhatIfEndpoint.Post(LongHistory.Site, settings, database, turn, models, ct)
            is not Answer { Position: { } end }
        )
            throw new BenchmarkException("What-if was refused.");
        return end;
    }
}
