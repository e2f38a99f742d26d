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

    static async Task<int> RunAsync(bool migrate, CancellationToken ct)
    {
        await using var host = await Host.StartAsync(ct: ct);
        await host.SettleSchemaAsync(migrate, ct);
        await host.App.StartAsync(ct);
        Announce(host);
        await host.App.WaitForShutdownAsync(ct);
        return 0;
    }

    /// <summary>Says on stdout where the server listens and where the data lie.</summary>
    public static void Announce(Host host)
    {
        Console.WriteLine($"Listening on {string.Join(", ", host.App.Urls)}");
        Console.WriteLine($"Data in {host.Place}");
    }
}
