using System.CommandLine;
using System.Security.Cryptography;
using System.Text;

namespace ThreadStore.Benchmarks;

/// <summary>One of two nodes, or of the databases that they are on, killed at random while comments are posted: is anything lost?</summary>
static class Kills
{
    public static Command Command()
    {
        var kills = RunOptions.Number("--kills", "How often a node or a database is killed", 20);
        var longest = RunOptions.Number("--seconds", "Between two kills at most; one at least", 6);
        var databases = RunOptions.Number(
            "--databases",
            "2: each a PostgreSQL of its own, which are killed, too, while sites move between them",
            1
        );
        var server = RunOptions.Program();
        var command = new Command("kills", "Kill nodes and databases under load, and look what is left")
        {
            kills,
            longest,
            databases,
            server,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                await RunAsync(
                    Path.GetFullPath(parsed.GetRequiredValue(server)),
                    parsed.GetValue(kills),
                    TimeSpan.FromSeconds(parsed.GetValue(longest)),
                    isSeveral: parsed.GetValue(databases) > 1,
                    ct
                );
                return 0;
            }
        );
        return command;
    }

    static async Task RunAsync(
        string program,
        int kills,
        TimeSpan longest,
        bool isSeveral,
        CancellationToken ct
    )
    {
        var load = Machine.LoadAverage;
        var key = RandomNumberGenerator.GetHexString(64, lowercase: true);
        await using var several = isSeveral ? await KilledDatabases.StartAsync(program, key, ct) : null;
        await using var cluster = isSeveral ? null : await Cluster.OpenAsync(null, 80, RunOptions.Log, ct);
        // with one database the broker is what it is about
        var withBroker = !isSeveral || RabbitServer.IsHere;
        await using var outside = await Outside.StartAsync(
            ct,
            withBroker,
            isSeveral ? [.. KilledDatabases.Sites] : [KilledNodes.Site]
        );
        var environment = new Dictionary<string, string>(outside.Settings)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Logging__LogLevel__Default"] = "Warning",
            ["ThreadStore__RateLimits__Enabled"] = "false",
            ["ThreadStore__SigningKey"] = key,
        };
        foreach (var (name, value) in several?.Settings ?? [])
            environment[name] = value;
        if (cluster is not null)
            environment["ConnectionStrings__ThreadStore"] = await cluster.CreateDatabaseAsync("kills", ct);
        var running = new List<ServerProcess>();
        async Task<MortalNode> StartAsync(CancellationToken token)
        {
            var node = await ServerProcess.StartAsync("node", program, ["serve"], environment, token);
            lock (running)
                running.Add(node);
            return new(
                node.Address,
                async () =>
                {
                    node.Process.Kill();
                    await node.Process.WaitForExitAsync(CancellationToken.None);
                }
            );
        }
        try
        {
            var report = await new KilledNodes(
                StartAsync,
                Encoding.UTF8.GetBytes(key),
                outside,
                RunOptions.Log,
                several?.Mortal
            ).RunAsync(kills, TimeSpan.FromSeconds(1), longest, ct);
            Write(report, several, load, withBroker);
        }
        catch (BenchmarkException e)
        {
            await (several?.DescribeAsync(ct) ?? Task.CompletedTask);
            throw new BenchmarkException(
                $"{e.Message}\n{string.Join("\n", running.TakeLast(3).Select(n => $"{n.Address} said last:\n{n.LastWords()}"))}"
            );
        }
        finally
        {
            foreach (var node in running)
                await node.DisposeAsync();
        }
    }

    static void Write(KilledReport report, KilledDatabases? several, double? load, bool withBroker)
    {
        var told = withBroker ? "webhook, broker, mail and inbox" : "webhook, mail and inbox";
        List<string> lines =
        [
            Report.Circumstances(load),
            several is null
                ? $"{report.Kills} kills of one of two nodes on one database"
                : $"{report.Kills} kills of one of two nodes, or of one of two PostgreSQL servers; {several.Moves}",
            $"{report.Acknowledged} comments answered 201, {report.Stored} there, and each of them told to {told}",
            "told again, under the same id: "
                + string.Join(", ", report.Repeated.Select(r => $"{r.Key} {r.Value}")),
            $"all were told {Report.Text(report.CaughtUp.TotalSeconds, 1)} s after the last comment",
        ];
        if (several is not null)
        {
            lines.Add("each site in one database, all rows of both follow from their events (doctor --full)");
            lines.Add(
                $"from a node's death until the other had indexed what was posted then in both databases: at most "
                    + $"{Report.Text(report.Handover.TotalSeconds, 1)} s"
            );
        }
        Report.Write(Console.Out, "Nodes and databases killed while comments are posted", lines);
    }
}
