using System.CommandLine;
using ThreadStore.EventStore;
using ThreadStore.Kernel;

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
                Warn(host, await host.CheckDatabaseAsync(ct));
                await host.SettleSchemaAsync(migrate, ct);
                await host.RefuseOneOfSeveralAsync(ct);
                await host.CheckRightsAsync(ct);
                await host.OpenFurtherAsync(migrate, ct);
                await ListenAsync(host, ct);
                Announce(host);
                await host.App.WaitForShutdownAsync(ct);
            },
            ct
        );

    /// <exception cref="StartupException">It can't listen as it was told.</exception>
    static async Task ListenAsync(Host host, CancellationToken ct)
    {
        try
        {
            await host.App.StartAsync(ct);
        }
        catch (InvalidOperationException e)
            when (host.Configuration["urls"]?.Contains("https:", StringComparison.OrdinalIgnoreCase) == true)
        {
            throw new StartupException(
                $"It can't listen on an https address ({e.Message.Split('\n')[0]}): name a certificate by Kestrel__Certificates__Default__Path, or leave https to the proxy before it."
            );
        }
    }

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

    static void Warn(Host host, TimeSpan ahead)
    {
        if (ahead.Duration() > DatabaseCheck.NoticeableClock)
            host.App.Logger.LogWarning(
                "This machine's clock is {Seconds} s {Direction} the database's: set both by NTP. Comments get their times, and tokens end, by it.",
                Math.Round(ahead.Duration().TotalSeconds),
                ahead > TimeSpan.Zero ? "ahead of" : "behind"
            );
        foreach (var name in host.Options.Unknown)
            host.App.Logger.LogWarning("{Setting} is set, but there is no such setting", name);
    }

    /// <summary>Says on stdout where the server listens and where the data lie.</summary>
    public static void Announce(Host host)
    {
        Console.WriteLine($"Listening on {string.Join(", ", host.App.Urls)}");
        Console.WriteLine($"Data in {host.Place}");
    }
}
