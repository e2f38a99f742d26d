using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using Microsoft.AspNetCore.Http;
using ThreadStore.Benchmarks;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Clients;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using ThreadStore.Tests.Webhooks;
using ThreadStore.Webhooks;
using Xunit;

namespace ThreadStore.Tests.Docs;

/// <summary>docs/integrations.md promises that its recipes run as they stand there.</summary>
public sealed partial class IntegrationGuideTests(HookNode hooks) : IClassFixture<HookNode>, IDisposable
{
    static readonly string Guide = File.ReadAllText(Path.Combine(Sources.Root, "docs", "integrations.md"));

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("threadstore-recipes-");

    Node Node => hooks.Node;

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>All files of the guide, as a reader copies them.</summary>
    void CopyRecipes()
    {
        foreach (Match block in Block().Matches(Guide))
            File.WriteAllText(Path.Combine(folder.FullName, block.Groups[1].Value), block.Groups[2].Value);
    }

    /// <summary>A recipe that listens, until it is disposed.</summary>
    async Task<Listening> ListenAsync(string file, params (string Name, string Value)[] environment)
    {
        var port = CopiedCluster.FreePort();
        var start = new ProcessStartInfo("node", [file])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardError = true,
        };
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        await Until.TrueAsync(
            async () =>
            {
                Assert.False(process.HasExited, $"{file} ended");
                using var client = new TcpClient();
                try
                {
                    await client.ConnectAsync("127.0.0.1", port);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            $"{file} listens"
        );
        return new(process, $"http://127.0.0.1:{port}/");
    }

    sealed record Listening(Process Process, string Url) : IDisposable
    {
        public void Dispose()
        {
            Process.Kill();
            Process.WaitForExit();
            Process.Dispose();
        }
    }

    static async Task HookAsync(
        TestSite site,
        string url,
        string secret,
        string[] types,
        long? after = null
    ) =>
        (
            await site.HookAsync(
                "PUT",
                "/recipe",
                new
                {
                    url,
                    secret,
                    types,
                    after,
                }
            )
        ).Expect(201);

    [Fact]
    public async Task Moderators_read_in_their_chat_what_waits_for_them()
    {
        await SkipWithoutNodeAsync();
        CopyRecipes();
        // a chat that does not take the first message
        await using var chat = await Receiver.StartAsync(call =>
            call.Number == 1 ? Results.StatusCode(500) : Results.Ok()
        );
        var secret = WebhookSecret.Make();
        using var recipe = await ListenAsync("chat.mjs", ("SECRET", secret), ("CHAT", chat.Url));
        var site = await Node.ASiteAsync(new { moderationMode = "pre" });
        await site.PutArticleAsync("bridge", new { title = "The bridge" });
        await HookAsync(site, recipe.Url, secret, ["comment.held", "comment.flagged", "appeal.made"]);

        await site.ACommentAsync("bridge", "ada", "Is it <!channel> safe?");
        await site.HookDoneAsync("recipe");

        var told = await chat.CalledAsync(2);
        Assert.Equal(2, told.Count);
        Assert.All(
            told,
            t =>
                Assert.EndsWith(
                    " wrote: Is it &lt;!channel&gt; safe?",
                    t.Json.GetProperty("text").GetString(),
                    StringComparison.Ordinal
                )
        );
        Assert.StartsWith("Held on “The bridge”: ", told[0].Json.GetProperty("text").GetString());
        using var stranger = new HttpClient();
        using var refused = await stranger.PostAsync(
            new Uri(recipe.Url),
            new StringContent("{}"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(401, (int)refused.StatusCode);
    }

    [Fact]
    public async Task A_crm_ends_with_what_readers_see()
    {
        await SkipWithoutNodeAsync();
        CopyRecipes();
        await using var crm = await RecordKeeper.StartAsync();
        var secret = WebhookSecret.Make();
        using var recipe = await ListenAsync("crm.mjs", ("SECRET", secret), ("CRM", crm.Url));
        var site = await Node.ASiteAsync();
        await site.PutArticleAsync("bridge", new { title = "Bridge", url = "https://news.example/b" });
        // from before it is registered
        var first = await site.ACommentAsync("bridge", "ada", "One");
        string[] types = ["comment.published", "comment.edited", "comment.rejected", "comment.deleted"];
        await HookAsync(site, recipe.Url, secret, types, after: 0);
        var second = await site.ACommentAsync("bridge", "ben", "Two");
        var third = await site.ACommentAsync("bridge", "cleo", "Three");
        (
            await site.SendAsync("PATCH", $"/comments/{first}", new { body = "One!" }, site.Token("ada"))
        ).Expect(200);
        (await site.SendAsync("DELETE", $"/comments/{second}", token: site.Token("ben"))).Expect(204);
        await site.DecideAsync(third, "reject", "mona");
        await site.HookDoneAsync("recipe");

        var record = Assert.Single(crm.Records);
        Assert.Equal($"/comments/{first}", record.Key);
        Assert.Equal("""{"reader":"ada","text":"One!","article":"https://news.example/b"}""", record.Value);
    }

    [Fact]
    public async Task A_warehouse_gets_each_event_once_whenever_it_is_cut_off()
    {
        await SkipWithoutNodeAsync();
        CopyRecipes();
        var site = await Node.ASiteAsync();
        await site.PutArticleAsync("bridge", new { title = "Bridge" });
        await site.PutArticleAsync("park", new { title = "Park" });
        var token = site.Token("ana", Role.Analyst);
        Task<string> RunAsync() =>
            Tool.DoneAsync(
                folder.FullName,
                "node",
                ["warehouse.mjs"],
                ("THREADSTORE", $"{Node.Client.BaseAddress}".TrimEnd('/')),
                ("SITE", site.Key),
                ("TOKEN", token)
            );
        await site.ACommentAsync("bridge", "ada", "One");
        await RunAsync();
        await site.ACommentAsync("bridge", "ben", "Two");
        await site.ACommentAsync("park", "ben", "Three");
        var file = Path.Combine(folder.FullName, "events.ndjson");
        await File.AppendAllTextAsync(file, "{\"position\":1", TestContext.Current.CancellationToken);
        await RunAsync();
        await RunAsync();

        var feed = await site.GetAsync("/events?limit=10000", token);
        Assert.Equal(
            feed.Expect(200).Text,
            await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)
        );
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using var command = duck.CreateCommand();
        command.CommandText = Sql()
            .Match(Guide)
            .Groups[1]
            .Value.Replace("events.ndjson", file, StringComparison.Ordinal);
        using var rows = command.ExecuteReader();
        var counted = new List<(string, long)>();
        while (rows.Read())
            counted.Add((rows.GetString(0), rows.GetInt64(1)));
        Assert.Equal([("bridge", 2L), ("park", 1L)], counted);
    }

    static async Task SkipWithoutNodeAsync() =>
        Assert.SkipWhen(
            await Tool.RunAsync(Path.GetTempPath(), "node", ["--version"]) is not { ExitCode: 0 },
            "There is no Node.js on this machine."
        );

    [GeneratedRegex("```js (\\w+\\.mjs)\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("```sql\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sql();
}
