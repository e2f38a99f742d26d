using System.CommandLine;
using Npgsql;
using ThreadStore.Postgres;

namespace ThreadStore.Benchmarks;

/// <summary>Makes a store with a long history, to be measured as often as one likes.</summary>
static class Generate
{
    public static Command Command()
    {
        var comments = RunOptions.Number("--comments", "Comments in all", 1_000_000);
        var large = new Option<int?>("--large")
        {
            Description =
                $"Of the largest article, {Reads.Large}; three quarters of all, 1 million at most, unless given",
        };
        var reactions = new Option<double>("--reactions")
        {
            Description = "For a comment, on average; news sites have 5.3",
            DefaultValueFactory = _ => Reads.Reactions,
        };
        var seed = RunOptions.Number("--seed", "The same for the same history", 1);
        var data = new Option<string?>("--data")
        {
            Description = "A data folder with a PostgreSQL of its own, as of `threadstore serve`",
        };
        var connectionString = new Option<string?>("--connection-string")
        {
            Description = "An empty database, for its owner",
        };
        var command = new Command("generate", "Fill a database with a site's history")
        {
            comments,
            large,
            reactions,
            seed,
            data,
            connectionString,
        };
        command.Validators.Add(r =>
        {
            if (r.GetValue(data) is null == r.GetValue(connectionString) is null)
                r.AddError("Name either --data or --connection-string.");
        });
        command.SetAction(
            async (parsed, ct) =>
            {
                var count = parsed.GetValue(comments);
                var spec = Reads.Spec(parsed.GetValue(large) ?? Reads.LargeOf(count), count) with
                {
                    Reactions = parsed.GetValue(reactions),
                };
                if (parsed.GetValue(data) is { } folder)
                    await InFolderAsync(folder, spec, parsed.GetValue(seed), ct);
                else
                    await FillAsync(
                        parsed.GetRequiredValue(connectionString)!,
                        spec,
                        parsed.GetValue(seed),
                        ct
                    );
            }
        );
        return command;
    }

    static async Task InFolderAsync(string folder, HistorySpec spec, int seed, CancellationToken ct)
    {
        // a table that is filled in the transaction that emptied it needs no log of its own
        await using (var server = await EmbeddedPostgres.StartAsync(folder, RunOptions.Log, ct: ct))
            await ExecuteAsync(
                server.ConnectionString,
                ct,
                "alter system set wal_level = minimal",
                "alter system set max_wal_senders = 0",
                "alter system set max_wal_size = '8GB'",
                "alter system set checkpoint_timeout = '30min'"
            );
        await using (var server = await EmbeddedPostgres.StartAsync(folder, RunOptions.Log, ct: ct))
        {
            await FillAsync(server.ConnectionString, spec, seed, ct);
            await ExecuteAsync(server.ConnectionString, ct, "alter system reset all", "checkpoint");
        }
    }

    static async Task FillAsync(string connectionString, HistorySpec spec, int seed, CancellationToken ct)
    {
        await using (await ReadyDatabase.OpenAsync(connectionString, ct)) { }
        var load = Machine.LoadAverage;
        var history = new GeneratedHistory(CommentRequests.Site, seed);
        var loaded = await HistoryLoad.RunAsync(
            connectionString,
            CommentRequests.Site,
            history,
            spec,
            RunOptions.Log,
            ct
        );
        Report.Write(
            Console.Out,
            "A generated history",
            [
                Report.Circumstances(load),
                $"{spec.Comments:N0} comments, seed {seed}, {loaded.Events:N0} events in {loaded.Time.TotalSeconds:N0} s, "
                    + $"{loaded.Events / loaded.Time.TotalSeconds:N0}/s: events and rows {loaded.Writing.TotalSeconds:N0} s, "
                    + $"indexes {loaded.Indexing.TotalSeconds:N0} s, vacuum {loaded.Settling.TotalSeconds:N0} s",
            ]
        );
        await using var database = NpgsqlDataSource.Create(connectionString);
        var disk = await Disk.OfAsync(database, ct);
        Report.WriteTable(Console.Out, Disk.Columns, [disk.Row($"{spec.Comments:N0}")]);
    }

    static async Task ExecuteAsync(string connectionString, CancellationToken ct, params string[] statements)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        foreach (var sql in statements)
        {
            await using var command = database.CreateCommand(sql);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(ct);
        }
    }
}
