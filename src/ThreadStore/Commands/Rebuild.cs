using System.CommandLine;
using Npgsql;
using ThreadStore.Threads;

namespace ThreadStore.Commands;

public static class Rebuild
{
    public static Command Command()
    {
        var command = new Command(
            "rebuild",
            "Make the reader rows anew beside running servers, and put right what differs"
        );
        command.SetAction((_, ct) => RunAsync(ct));
        return command;
    }

    static async Task RunAsync(CancellationToken ct)
    {
        await using var host = await Host.StartAsync(needsKey: false, ct: ct);
        await host.SettleSchemaAsync(migrate: false, ct);
        var database = host.App.Services.GetRequiredService<NpgsqlDataSource>();
        IReadOnlyList<RowDifference> differences = [];
        var (done, all) = (0L, await CountAsync(database, ct));
        await EventBar.RunAsync(async told =>
            differences = await RepairRows.RunAsync(database, n => told(done += n, done, all), ct)
        );
        foreach (var d in differences)
            Console.WriteLine($"put right  {d.Table}: {d.Rows} rows differed, among them {d.Example}");
        if (differences.Count == 0)
            Console.WriteLine("nothing differed");
    }

    /// <summary>Events of all sites: what a rebuild goes through.</summary>
    internal static async Task<long> CountAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select count(*) from {ReaderTables.Schema}.mt_events"
        );
        command.CommandTimeout = 0;
        return (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
    }
}
