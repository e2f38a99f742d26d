using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.Benchmarks;
using ThreadStore.Http;
using ThreadStore.Postgres;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

/// <summary>A primary and a physical standby, both real, and a server that reads from the standby where it may.</summary>
public sealed class ReadReplicasTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_standby_answers_readers_while_it_holds_all_and_the_primary_does_otherwise()
    {
        var folder = Directory.CreateTempSubdirectory("threadstore-replica-").FullName;
        try
        {
            await using var primary = await EmbeddedPostgres.StartAsync(folder, _ => { });
            Assert.SkipUnless(
                CopiedCluster.IsPossible(folder),
                "These binaries of PostgreSQL have no pg_basebackup."
            );
            await using var standby = await CopiedCluster.CopyAsync(
                primary.ConnectionString,
                folder,
                follows: true
            );
            await standby.StartAsync();
            await using var node = await Node.StartAsync(
                store,
                primary.ConnectionString,
                // one that is a database of another history is never asked
                ("ThreadStore:ReadReplicas:0", store.ConnectionString),
                ("ThreadStore:ReadReplicas:1", standby.ConnectionString)
            );
            var replicas = node.Services.GetRequiredService<ReadReplicas>();
            var site = await node.ASiteAsync();
            (await site.PutArticleAsync("a")).Expect(201);
            var posted = 0;

            async Task<Guid> PostAndReadAsync()
            {
                var comment = (await site.PostAsync("a", "ada", $"The bridge {++posted}")).Expect(201);
                var id = comment["id"].GetGuid();
                (string, string)[][] asked =
                [
                    [],
                    [("ThreadStore-Min-Position", $"{comment.Position}")],
                ];
                foreach (var headers in asked)
                {
                    Assert.Equal(
                        posted,
                        await CountAsync("/articles/a/comments?sort=newest", "commentCount")
                    );
                    Assert.Equal(posted, await CountAsync("/counts?article=a", "a"));
                    (await site.GetAsync($"/comments/{id}", null, headers)).Expect(200);
                    (await site.GetAsync("/commenters/ada/comments", null, headers)).Expect(200);
                    var past = await site.GetAsync(
                        $"/articles/a/comments?atPosition={comment.Position}",
                        site.Token("ana", Role.Analyst),
                        headers
                    );
                    Assert.Equal(posted, past.Expect(200)["commentCount"].GetInt32());
                    async Task<int> CountAsync(string path, string member)
                    {
                        var read = (await site.GetAsync(path, null, headers)).Expect(200);
                        Assert.True(read.Position >= comment.Position);
                        return read[member].GetInt32();
                    }
                }
                return id;
            }

            async Task UntilItAnswersAsync()
            {
                var before = replicas.Answered;
                var id = await PostAndReadAsync();
                await Until.TrueAsync(
                    async () =>
                    {
                        (await site.GetAsync($"/comments/{id}")).Expect(200);
                        return replicas.Answered > before;
                    },
                    "the standby answers"
                );
            }

            await UntilItAnswersAsync();
            for (var n = 0; n < 20; n++)
                await PostAndReadAsync();
            var word = $"The bridge {posted}";
            var found = await site.GetAsync(
                "/search?q=bridge&limit=100",
                null,
                ("ThreadStore-Min-Position", $"{node.Positions.Newest}")
            );
            Assert.Contains(word, found.Expect(200).Text, StringComparison.Ordinal);
            (await site.GetAsync("/analytics/activity", site.Token("ana", Role.Analyst))).Expect(200);

            var told = replicas.DescribeAsync(Ct).ToBlockingEnumerable(Ct).ToList();
            Assert.Equal([false, true], told.Select(r => r.IsWell));
            await AssertMetricsAsync(node, standby);
            await AssertReplayAsync(node, site, replicas);

            // it stands still
            await standby.ExecuteAsync("select pg_wal_replay_pause()");
            var answered = replicas.Answered;
            for (var n = 0; n < 5; n++)
                await PostAndReadAsync();
            Assert.Equal(answered, replicas.Answered);
            await standby.ExecuteAsync("select pg_wal_replay_resume()");
            await UntilItAnswersAsync();

            // it has a history of its own
            await standby.ExecuteAsync("select pg_promote()");
            await PostAndReadAsync();
            answered = replicas.Answered;
            for (var n = 0; n < 5; n++)
                await PostAndReadAsync();
            Assert.Equal(answered, replicas.Answered);

            // it is gone
            await standby.StopAsync();
            await PostAndReadAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static Task AssertMetricsAsync(Node node, CopiedCluster standby) =>
        Until.TrueAsync(
            async () =>
                Regex.IsMatch(
                    await node.Client.GetStringAsync("/metrics", Ct),
                    $@"threadstore_replicas_reads_total\{{[^}}]*replica=""127\.0\.0\.1:{standby.Port}""[^}}]*\}} [1-9]"
                ),
            "the standby in the metrics"
        );

    /// <summary>The files are the same from there, and of one moment while others write.</summary>
    static async Task AssertReplayAsync(Node node, TestSite site, ReadReplicas replicas)
    {
        async Task<NpgsqlDataSource> StandbyAsync()
        {
            NpgsqlDataSource? found = null;
            await Until.TrueAsync(
                async () => (found = (await replicas.HoldingAllAsync(Ct))?.Database) is not null,
                "a standby that holds all"
            );
            return found!;
        }

        using (var ofPrimary = new Lake())
        using (var ofStandby = new Lake())
        {
            await ofPrimary.ReplayAsync(node.Database, site: null);
            await ofStandby.ReplayAsync(await StandbyAsync(), site: null);
            Assert.Equal(ofPrimary.Files(), ofStandby.Files());
        }
        (await site.PutArticleAsync("b")).Expect(201);
        var standby = await StandbyAsync();
        using var end = new CancellationTokenSource();
        var written = 0;
        var writing = Task.Run(
            async () =>
            {
                while (!end.IsCancellationRequested)
                    await site.ACommentAsync("b", "ben", $"Number {Interlocked.Increment(ref written)}");
            },
            Ct
        );
        for (var n = 0; n < 5; n++)
        {
            var goal = Volatile.Read(ref written) + 5;
            await Until.TrueAsync(
                () => Task.FromResult(writing.IsCompleted || Volatile.Read(ref written) >= goal),
                "comments"
            );
            using var lake = new Lake();
            await lake.ReplayAsync(standby, site.Key);
            var counts = lake.Query(
                "select (select count(*) from {events} where type = 'comment-posted'), (select count(*) from {comments})"
            );
            Assert.Equal(counts[0][0], counts[0][1]);
        }
        await end.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task A_standby_that_goes_while_it_is_read_costs_nobody_an_answer()
    {
        var folder = Directory.CreateTempSubdirectory("threadstore-replica-").FullName;
        try
        {
            await using var primary = await EmbeddedPostgres.StartAsync(folder, _ => { });
            Assert.SkipUnless(
                CopiedCluster.IsPossible(folder),
                "These binaries of PostgreSQL have no pg_basebackup."
            );
            await using var standby = await CopiedCluster.CopyAsync(
                primary.ConnectionString,
                folder,
                follows: true
            );
            await standby.StartAsync();
            await using var node = await Node.StartAsync(
                store,
                primary.ConnectionString,
                ("ThreadStore:ReadReplicas:0", standby.ConnectionString)
            );
            var replicas = node.Services.GetRequiredService<ReadReplicas>();
            var site = await node.ASiteAsync();
            var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");

            async Task ReadUntilAsync(Func<bool> isEnough)
            {
                while (!isEnough())
                    (await site.GetAsync($"/comments/{comment}")).Expect(200);
            }

            await ReadUntilAsync(() => replicas.Answered > 20);
            var read = 0;
            using var end = new CancellationTokenSource();
            var reading = Task.WhenAll(
                Enumerable
                    .Range(0, 4)
                    .Select(_ =>
                        ReadUntilAsync(() =>
                        {
                            Interlocked.Increment(ref read);
                            return end.IsCancellationRequested;
                        })
                    )
            );
            await standby.StopAsync();
            var then = Volatile.Read(ref read);
            await Until.TrueAsync(
                () => Task.FromResult(Volatile.Read(ref read) > then + 50 || reading.IsCompleted),
                "readers go on"
            );
            await end.CancelAsync();
            await reading;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
