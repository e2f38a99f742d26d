using System.CommandLine;

namespace ThreadStore.Commands;

public static class Serve
{
    public static Command Command()
    {
        var noMigrate = new Option<bool>("--no-migrate")
        {
            Description = "Only check the database's schema; change nothing",
        };
        var command = new Command("serve", "Run the server (the default)") { noMigrate };
        command.SetAction((parsed, ct) => RunAsync(migrate: !parsed.GetValue(noMigrate), ct));
        return command;
    }

    static Task<int> RunAsync(bool migrate, CancellationToken ct) =>
        UntilEndedAsync(
            async () =>
            {
                await using var host = await Host.StartAsync(listens: true, ct: ct);
                await host.SettleSchemaAsync(migrate, ct);
                await host.App.StartAsync(ct);
                Announce(host);
                await host.App.WaitForShutdownAsync(ct);
            },
            ct
        );

    /// <summary>A server that is asked to end has done all it was to do, also before it listened.</summary>
    public static async Task<int> UntilEndedAsync(Func<Task> serve, CancellationToken ct)
    {
        try
        {
            await serve();
        }
        catch when (ct.IsCancellationRequested)
        {
            // there was nothing to finish
        }
        return 0;
    }

    /// <summary>Says on stdout where the server listens and where the data lie.</summary>
    public static void Announce(Host host)
    {
        Console.WriteLine($"Listening on {string.Join(", ", host.App.Urls)}");
        Console.WriteLine($"Data in {host.Place}");
    }
}
