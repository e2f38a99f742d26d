using System.CommandLine;
using System.Security.Cryptography;
using System.Text;

namespace ThreadStore.Benchmarks;

/// <summary>One of two nodes killed at random while comments are posted: is everybody told?</summary>
static class Kills
{
    public static Command Command()
    {
        var kills = RunOptions.Number("--kills", "How often a node is killed", 20);
        var longest = RunOptions.Number("--seconds", "Between two kills at most; one at least", 6);
        var server = RunOptions.Program();
        var command = new Command("kills", "Kill nodes while they post, and look who was told")
        {
            kills,
            longest,
            server,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                await RunAsync(
                    Path.GetFullPath(parsed.GetRequiredValue(server)),
                    parsed.GetValue(kills),
                    TimeSpan.FromSeconds(parsed.GetValue(longest)),
                    ct
                );
                return 0;
            }
        );
        return command;
    }

    static async Task RunAsync(string program, int kills, TimeSpan longest, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await Cluster.OpenAsync(null, 80, RunOptions.Log, ct);
        await using var outside = await Outside.StartAsync(KilledNodes.Site, ct);
        var key = RandomNumberGenerator.GetHexString(64, lowercase: true);
        var environment = new Dictionary<string, string>(outside.Settings)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ConnectionStrings__ThreadStore"] = await cluster.CreateDatabaseAsync("kills", ct),
            ["Logging__LogLevel__Default"] = "Warning",
            ["ThreadStore__RateLimits__Enabled"] = "false",
            ["ThreadStore__SigningKey"] = key,
        };
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
                RunOptions.Log
            ).RunAsync(kills, TimeSpan.FromSeconds(1), longest, ct);
            Report.Write(
                Console.Out,
                "Nodes killed while comments are posted",
                [
                    Report.Circumstances(load),
                    $"{report.Kills} kills of one of two nodes on one database; {report.Acknowledged} comments answered 201, "
                        + $"{report.Stored} there, and each of them told to webhook, broker, mail and inbox",
                    "told again, under the same id: "
                        + string.Join(", ", report.Repeated.Select(r => $"{r.Key} {r.Value}")),
                    $"all were told {Report.Text(report.CaughtUp.TotalSeconds, 1)} s after the last comment",
                ]
            );
        }
        finally
        {
            foreach (var node in running)
                await node.DisposeAsync();
        }
    }
}
