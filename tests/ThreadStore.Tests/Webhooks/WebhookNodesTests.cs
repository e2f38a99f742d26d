using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Webhooks;

/// <summary>Servers that end, die and share a database.</summary>
public class WebhookNodesTests(Store store)
{
    static readonly int Rounds = Endurance.Kills(2);

    [Fact]
    public async Task Another_node_takes_over_and_nothing_is_lost_or_sent_twice()
    {
        await using var receiver = await HookReceiver.StartAsync();
        await using var first = await Node.StartAsync(store, connectionString: null, HookNode.Settings);
        var site = await first.ASiteAsync();
        await site.AHookAsync(receiver);
        var second = await first.AnotherAsync();
        var article = await site.AnArticleAsync();
        for (var i = 0; i < 20; i++)
            await site.ACommentAsync(article, "ada", $"Text {i}");
        await site.HookDoneAsync();
        Assert.Equal(20, receiver.Calls.Count);

        // whoever has it, hands it over when it ends; the other goes on
        await second.DisposeAsync();
        await using var third = await first.AnotherAsync();
        for (var i = 20; i < 40; i++)
            await (third.Site(site.Key)).ACommentAsync(article, "ada", $"Text {i}");
        await site.HookDoneAsync();

        Assert.Equal(40, receiver.Calls.Count);
        Assert.Equal(40, receiver.Calls.Select(c => c.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_server_that_is_killed_loses_no_delivery()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        using var program = new ThreadStoreProgram();
        await using var receiver = await HookReceiver.StartAsync();
        (string, string?)[] settings =
        [
            ("ConnectionStrings__ThreadStore", await store.CreateDatabaseAsync()),
            .. HookNode.Settings.Select(s =>
                (s.Item1.Replace(":", "__", StringComparison.Ordinal), (string?)s.Item2)
            ),
        ];
        var server = await program.ServeAsync(settings);
        var site = new TestSite(store, $"s{Guid.NewGuid():N}") { Client = server.Client };
        (await site.SendAsync("PUT", "", new { }, Store.Token("*", "root", Role.Admin))).Expect(201);
        await site.AHookAsync(receiver, types: ["comment.published"]);
        var article = await site.AnArticleAsync();
        var random = new Random();
        var acknowledged = new List<Guid>();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = random.Next(1, 30); i > 0; i--)
                acknowledged.Add(await site.ACommentAsync(article, $"c{round}", $"Text {Guid.NewGuid()}"));
            await server.KillAsync();
            server = await program.ServeAsync(settings);
            site = site with { Client = server.Client };
        }
        await site.HookDoneAsync(patience: TimeSpan.FromMinutes(1));

        Assert.Empty(acknowledged.Except(receiver.Calls.Select(c => c.CommentId)));
        // twice at the most, and then under the same id
        Assert.Equal(acknowledged.Count, receiver.Calls.Select(c => c.Id).Distinct().Count());
        await server.KillAsync();
    }
}
