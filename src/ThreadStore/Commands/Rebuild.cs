using System.CommandLine;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.History.Reports;
using ThreadStore.Rows;
using ThreadStore.Search;

namespace ThreadStore.Commands;

/// <summary>
/// Makes read models anew from the events, beside running servers that go on reading and writing, and puts right what
/// differs.
/// </summary>
public static class Rebuild
{
    const string Rows = "rows";
    const string Search = "search";
    const string Reports = "reports";

    public static Command Command()
    {
        var only = new Option<string[]>("--only")
        {
            Description =
                "rows (threads, articles, people, queues), reports, or search; left out: rows and reports",
            AllowMultipleArgumentsPerToken = true,
        };
        only.AcceptOnlyFromAmong(Rows, Search, Reports);
        var command = new Command(
            "rebuild",
            "Make the read models anew beside running servers, and put right what differs"
        )
        {
            only,
        };
        command.SetAction(
            (parsed, ct) =>
                RunAsync(parsed.GetValue(only) is { Length: > 0 } some ? some : [Rows, Reports], ct)
        );
        return command;
    }

    static async Task RunAsync(string[] parts, CancellationToken ct)
    {
        await using var host = await Host.OpenHistoryAsync(migrate: false, ct);
        var database = host.App.Services.GetRequiredService<NpgsqlDataSource>();
        var all = await CountAsync(database, ct);
        var differences = new List<RowDifference>();
        foreach (var part in parts.Distinct())
        {
            var done = 0L;
            await EventBar.RunAsync(async told =>
            {
                void Progress(long events) => told(done += events, done, all);
                if (part == Rows)
                    differences.AddRange(await RepairRows.RunAsync(database, Progress, ct));
                else if (part == Reports)
                    differences.AddRange(await RepairReports.RunAsync(database, Progress, ct));
                else
                    await RepairSearch.RunAsync(
                        database,
                        host.App.Services.GetRequiredService<Indexer>(),
                        host.App.Services.GetRequiredService<ProjectionProgress>(),
                        Progress,
                        ct
                    );
            });
        }
        foreach (var d in differences)
            Console.WriteLine($"put right  {d.Table}: {d.Rows} rows differed, among them {d.Example}");
        if (parts.Contains(Search))
            Console.WriteLine("indexed    search");
        if (differences.Count == 0 && parts is not [Search])
            Console.WriteLine("nothing differed");
    }

    /// <summary>Events of all sites: what a rebuild goes through.</summary>
    internal static async Task<long> CountAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select count(*) from {EventTables.Events}");
        command.CommandTimeout = 0;
        return (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
    }
}
