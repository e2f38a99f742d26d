using System.Text.Json;
using Npgsql;
using ThreadStore.Benchmarks;
using ThreadStore.History.Replays;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.EventStore;

/// <summary>A backup that is older than what servers and readers know takes the database's place while they run.</summary>
public sealed class RestoredDatabaseTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Servers_readers_and_replays_notice_and_no_position_is_given_out_twice()
    {
        var folder = Directory.CreateTempSubdirectory("threadstore-restored-").FullName;
        var lake = Directory.CreateTempSubdirectory("threadstore-lake-").FullName;
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(folder, _ => { });
            await using var node = await Node.StartAsync(store, postgres.ConnectionString);
            var site = await node.ASiteAsync();
            (await site.PutArticleAsync("a")).Expect(201);
            var kept = await site.ACommentAsync("a", "ada", "Kept");
            Assert.SkipUnless(
                CopiedCluster.IsPossible(folder),
                "These binaries of PostgreSQL have no pg_basebackup."
            );
            await using var backup = await CopiedCluster.CopyAsync(
                postgres.ConnectionString,
                folder,
                follows: false,
                port: new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Port
            );
            var later = (await node.ASiteAsync()).Key;
            for (var n = 0; n < 9; n++)
                await site.ACommentAsync("a", "ada", $"Lost {n}");
            var told = (await site.PostAsync("a", "ada", "Lost at last")).Expect(201).Position;
            var replay = new ReplayRequest(null, lake, null, ReplayFormat.Ndjson);
            Assert.Equal(told, (await new Replay(node.Database, replay).RunAsync(_ => { }, Ct)).LastPosition);
            await using var live = await LiveReader.OpenAsync(
                node.Client,
                $"/v1/sites/{site.Key}/articles/a/live"
            );
            await using var follower = await FeedFollower.OpenAsync(site, node.Client, $"&after={told}");
            Assert.Equal(11, (await site.GetAsync("/articles/a/comments"))["commentCount"].GetInt32());

            await CopiedCluster.CrashAsync(folder);
            await backup.StartAsync();

            var resync = await live.ExpectAsync("resync");
            Assert.True(resync.Id < told);
            Assert.Null(await live.ReadAsync());
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                while (await follower.LineAsync() is not null) { }
            });
            var thread = (await site.GetAsync($"/articles/a/comments?minPosition={resync.Id}")).Expect(200);
            Assert.Equal(1, thread["commentCount"].GetInt32());
            Assert.Equal(kept, thread["items"][0].GetProperty("id").GetGuid());
            (await node.Site(later).GetAsync("/articles")).Expect(404, "site-not-found");
            (await EventsAsync(site, told)).Expect(503, "behind");
            await AssertReplayRefusedAsync(node, replay with { After = told });

            // nothing that was lost stands in the way, and what comes has positions that nobody was told
            var posted = (await site.PostAsync("a", "ada", "Lost at last")).Expect(201);
            Assert.True(posted.Position > told);
            var since = (await EventsAsync(site, told)).Expect(200).Text;
            Assert.Equal(
                posted.Position,
                JsonSerializer.Deserialize<JsonElement>(since).GetProperty("position").GetInt64()
            );
            await AssertReplayRefusedAsync(node, replay with { After = told });
            await using var again = await LiveReader.OpenAsync(
                node.Client,
                $"/v1/sites/{site.Key}/articles/a/live",
                resync.Key
            );
            Assert.Equal(posted["id"].GetGuid(), (await again.ExpectAsync("comment-published")).Comment);
            var found = await site.GetAsync($"/search?q=last&minPosition={posted.Position}");
            Assert.Equal(1, found.Expect(200)["items"].GetArrayLength());
            await node.AssertRowsFollowFromEventsAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            Directory.Delete(lake, recursive: true);
        }
    }

    static Task<Reply> EventsAsync(TestSite site, long after) =>
        site.GetAsync($"/events?after={after}", site.Token("a", Role.Analyst));

    static async Task AssertReplayRefusedAsync(Node node, ReplayRequest request)
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() =>
            new Replay(node.Database, request).RunAsync(_ => { }, Ct)
        );
        Assert.Contains("new folder", refused.Message, StringComparison.Ordinal);
    }
}
