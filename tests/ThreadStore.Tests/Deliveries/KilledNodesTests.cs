using ThreadStore.Benchmarks;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Deliveries;

/// <summary>Two of the real program on one database, of which either is killed while comments are posted to both.</summary>
public sealed class KilledNodesTests(Store store)
{
    static readonly int Kills = Endurance.Kills(3);

    [Fact]
    public async Task Webhook_broker_mail_and_inbox_are_told_of_all_that_was_answered_each_under_one_id()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        Assert.SkipUnless(RabbitServer.IsHere, "There is no rabbitmq-server on this machine.");
        var ct = TestContext.Current.CancellationToken;
        using var program = new ThreadStoreProgram();
        await using var outside = await Outside.StartAsync(ct, sites: KilledNodes.Site);
        (string, string?)[] settings =
        [
            ("ConnectionStrings__ThreadStore", await store.CreateDatabaseAsync()),
            .. outside.Settings.Select(s => (s.Key, (string?)s.Value)),
        ];
        async Task<MortalNode> StartAsync(CancellationToken _)
        {
            var server = await program.ServeAsync(settings);
            return new(server.Client.BaseAddress!, server.KillAsync);
        }

        var report = await new KilledNodes(StartAsync, Store.Key, outside, _ => { }).RunAsync(
            Kills,
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromSeconds(1),
            ct
        );

        // how many were told is looked at by whoever killed them
        Assert.True(report.Acknowledged > Kills, $"{report}");
    }
}
