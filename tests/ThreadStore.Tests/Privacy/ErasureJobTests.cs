using Npgsql;
using ThreadStore.Privacy;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Privacy;

/// <summary>Whoever wrote much is erased by a job.</summary>
public class ErasureJobTests(Store store)
{
    const int Many = EraseCommenterEndpoint.MaxAtOnce + 1;

    /// <summary>A site where somebody wrote one comment more than are erased at once.</summary>
    static async Task<(TestSite Site, string Article)> OnASiteAsync(Node node)
    {
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "The first of many");
        await Past.HappenAsync(
            node.Appender,
            site.Key,
            [
                .. Enumerable
                    .Range(1, Many - 1)
                    .Select(n =>
                        ThreadStore.EventStore.StreamEvent.First<ThreadStore.Comments.Comment>(
                            new Guid(n, 0, 0, site.Key.Select(c => (byte)c).Take(8).ToArray()),
                            Past.Posted(
                                new Guid(n, 0, 0, site.Key.Select(c => (byte)c).Take(8).ToArray()),
                                article,
                                Past.Day.AddSeconds(n)
                            )
                        )
                    ),
            ]
        );
        return (site, article);
    }

    static async Task<Reply> DoneAsync(TestSite site, string location)
    {
        Reply? last = null;
        await Until.TrueAsync(
            async () =>
            {
                last = (
                    await site.GetAsync(
                        location[location.IndexOf("/erasures", StringComparison.Ordinal)..],
                        site.Token("ada")
                    )
                ).Expect(200);
                return last["state"].GetString() == "done";
            },
            "the erasure to be done",
            TimeSpan.FromMinutes(1)
        );
        return last!;
    }

    [Fact]
    public async Task Who_wrote_more_than_a_thousand_comments_is_erased_whole_a_while_later()
    {
        await using var node = await Node.StartAsync(store);
        var (site, article) = await OnASiteAsync(node);
        Assert.Equal(
            Many,
            (await site.GetAsync($"/articles/{article}")).Expect(200)["commentCount"].GetInt32()
        );

        var asked = (await site.EraseAsync("ada", site.Token("ada"))).Expect(202);
        var done = await DoneAsync(site, asked.Headers["Location"]);

        Assert.Equal("running", asked["state"].GetString());
        Assert.Equal(Many, done["comments"].GetInt32());
        Assert.Equal(0, (await site.GetAsync($"/articles/{article}")).Expect(200)["commentCount"].GetInt32());
        (await site.GetAsync("/commenters/ada")).Expect(404);
        Assert.Equal(done["id"].GetString(), (await site.EraseAsync("ada")).Expect(200)["id"].GetString());
        Assert.Null(
            await node.ScalarAsync(
                "select max(coalesce(subject, random, asked_by)) from threadstore.erasures"
            ) as string
        );
        await node.AssertErasureLawsAsync();
    }

    [Fact]
    public async Task A_server_that_dies_at_it_has_changed_nothing_and_another_takes_it_over()
    {
        await using var node = await Node.StartAsync(store);
        var (site, article) = await OnASiteAsync(node);
        // nobody may erase as long as this is held
        await using var held = await NpgsqlDataSource.Create(node.ConnectionString).OpenConnectionAsync();
        await using (var hold = new NpgsqlCommand($"select pg_advisory_lock({IndexedAsErased.Lock})", held))
            await hold.ExecuteNonQueryAsync();
        var asked = (await site.EraseAsync("ada")).Expect(202);
        string waiting = $"""
            select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and query like '%pg_advisory_xact_lock({IndexedAsErased.Lock})%'
            """;
        // as often as somebody begins, they are cut off
        for (var times = 0; times < 3; times++)
            await Until.TrueAsync(
                async () => await node.ScalarAsync(waiting) is > 0L,
                "somebody to be at it"
            );
        await using var other = await node.AnotherAsync();
        var again = (await (site with { Client = other.Client }).EraseAsync("ada")).Expect(202);
        Assert.Equal(asked["id"].GetString(), again["id"].GetString());
        Assert.Equal(
            Many,
            (await site.GetAsync($"/articles/{article}")).Expect(200)["commentCount"].GetInt32()
        );

        await using (var release = new NpgsqlCommand("select pg_advisory_unlock_all()", held))
            await release.ExecuteNonQueryAsync();
        var done = await DoneAsync(site with { Client = other.Client }, asked.Headers["Location"]);

        Assert.Equal(Many, done["comments"].GetInt32());
        await node.AssertErasureLawsAsync();
    }
}
