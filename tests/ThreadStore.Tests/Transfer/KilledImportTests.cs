using System.Globalization;
using System.Text;
using System.Text.Json;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>An import that is killed, however often, ends as one that never was.</summary>
public sealed class KilledImportTests(Store store)
{
    const string SiteKey = "moved";
    const int Comments = 8_000;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Replies before their parents, votes, edits, tombstones and blocked people, on some pages.</summary>
    static byte[] Backup(int comments)
    {
        var random = new Random(15);
        var text = new StringBuilder(
            """{"version":1,"users":[{"id":"p1","blocked":{"status":true}}],"posts":[{"url":"https://n.example/0","read_only":true}]}"""
        );
        for (var i = 0; i < comments; i++)
        {
            var page = i % 20;
            // a page's comments are 20 apart
            var parent = i % 3 == 0 && i + 40 < comments ? $"{i + 40}" : "";
            var votes = string.Join(
                ',',
                Enumerable
                    .Range(0, i % 2)
                    .Select(_ => $"\"p{random.Next(300)}\":{(random.Next(4) > 0 ? "true" : "false")}")
            );
            text.Append(
                CultureInfo.InvariantCulture,
                $$"""

                {"id":"{{i}}","pid":"{{parent}}","text":"<p>text <b>{{i}}</b></p>","user":{"id":"p{{i
                    % 300}}","name":"Person {{i
                    % 300}}"},"locator":{"url":"https://n.example/{{page}}"},"votes":{{{votes}}},"time":"2020-01-{{1
                    + i % 28:00}}T00:00:00.{{i:000000}}Z"{{(
                    i % 11 == 0 ? ",\"delete\":true"
                    : i % 7 == 0 ? ",\"edit\":{\"time\":\"2020-03-01T00:00:00Z\"}"
                    : ""
                )}}}
                """
            );
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    [Fact]
    public async Task A_command_that_was_killed_again_and_again_ends_as_one_that_never_was()
    {
        var kills = Endurance.Kills(4);
        using var program = new ThreadStoreProgram();
        var file = Path.Combine(program.Folder, "backup.json");
        await File.WriteAllBytesAsync(file, Backup(Comments), Ct);
        string[] import = ["import", "--site", SiteKey, "--json", file];
        await using var whole = await Node.StartAsync(store);
        await using var broken = await Node.StartAsync(store);
        static (string, string?) On(Node node) => ("ConnectionStrings__ThreadStore", node.ConnectionString);
        var once = (await program.RunAsync(import, On(whole))).Expect(0);
        var all = await EventsAsync(whole);

        var random = new Random();
        var moments = new List<long>();
        for (var kill = 0; kill < kills; kill++)
        {
            var before = await EventsAsync(broken);
            // wherever it is in its work, and with some of it left for all that come after
            var moment = before + random.NextInt64(all / (3 * kills)) + 1;
            moments.Add(moment);
            var process = program.Begin(import, On(broken));
            await Until.TrueAsync(
                async () => process.HasExited || await EventsAsync(broken) >= moment,
                $"{moment} events of {all}",
                TimeSpan.FromMinutes(2)
            );
            // it writes a thousand at a time, so that on a slow machine the last kills may come too late
            if (process.HasExited)
                break;
            process.Kill();
            await process.WaitForExitAsync(Ct);
        }
        var left = await EventsAsync(broken);
        Assert.InRange(left, 1, all);
        var last = (await program.RunAsync(import, On(broken))).Expect(0);

        var told = string.Join(", ", moments);
        var (first, second) = (View(once), View(last));
        Assert.Equal(first.Created, second.Created + second.Already);
        Assert.True(second.Already.Comments > 0, told);
        Assert.True(
            await StateAsync(whole) == await StateAsync(broken),
            $"Killed at {told} of {all} events."
        );
        await broken.AssertRowsFollowFromEventsAsync();
    }

    static ImportJobView View(Ran ran) =>
        JsonSerializer.Deserialize<ImportJobView>(ran.OutLines[^1], Json.Options)!;

    static async Task<long> EventsAsync(Node node) =>
        (long)(await node.ScalarAsync("select count(*) from threadstore.mt_events"))!;

    /// <summary>All that was stored but for when, and in which order streams came.</summary>
    static async Task<string> StateAsync(Node node) =>
        (string)
            (
                await node.ScalarAsync(
                    """
                    select string_agg(concat_ws('|', stream_id, version, id, type, data - 'at'), e'\n' order by stream_id, version)
                    from threadstore.mt_events where type <> 'site-configured'
                    """
                )
            )!;
}
