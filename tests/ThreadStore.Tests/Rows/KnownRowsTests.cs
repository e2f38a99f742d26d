using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Rows;

/// <summary>Commands that a node decides by what it remembers, before it has the append lock.</summary>
public sealed class KnownRowsTests(Store store)
{
    [Fact]
    public async Task A_text_that_comes_again_is_refused_and_takes_no_position()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        (await site.PostAsync("a", "ada", "One")).Expect(201);
        var two = (await site.PostAsync("a", "ada", "Two")).Expect(201);

        var again = (await site.PostAsync("a", "ada", "Two")).Expect(409, "duplicate-comment");
        (await site.PostAsync("a", "ada", "One")).Expect(409, "duplicate-comment");
        var three = (await site.PostAsync("a", "ada", "Three")).Expect(201);

        Assert.Equal(two.Position, again.Position);
        Assert.Equal(two.Position + 1, three.Position);
        Assert.Equal(3, (await Walk.ThreadAsync(site, "a")).Count);
        await node.AssertRowsFollowFromEventsAsync(500);
    }

    [Fact]
    public async Task One_of_a_batch_whose_text_comes_again_costs_its_neighbours_nothing()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        foreach (var by in (string[])["ada", "ben"])
            (await site.PostAsync("a", by, "Before")).Expect(201);
        var batch = await HeldBatch.StartAsync(node, Say(site, "ada", "First"));

        var ben = batch.AddAsync(Say(site, "ben", "Before"));
        var ada = batch.AddAsync(Say(site, "ada", "Second"));
        var same = batch.AddAsync(Say(site, "ada", "Second"));
        await batch.ReleaseAsync();

        Assert.Equal("duplicate-comment", (await ben).Refusal?.Code);
        Assert.Equal("duplicate-comment", (await same).Refusal?.Code);
        Assert.Null((await ada).Refusal);
        Assert.Equal(
            new[] { "Before", "Before", "First", "Second" },
            (await Walk.ThreadAsync(site, "a")).Select(c => c.GetProperty("body").GetString()).Order()
        );
        await node.AssertRowsFollowFromEventsAsync(500);
    }

    [Fact]
    public async Task What_another_node_writes_while_one_waits_for_the_lock_is_decided_upon()
    {
        await using var one = await Node.StartAsync(store);
        await using var two = await one.AnotherAsync();
        var site = await one.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        // what follows is decided by what the node remembers
        (await site.PostAsync("a", "ada", "Before")).Expect(201);
        (await site.PostAsync("a", "ada", "Again")).Expect(201);
        var first = await HeldBatch.StartAsync(two, Say(site, "ada", "Said twice"));

        Task<Reply>[] waiting =
        [
            site.PostAsync("a", "ada", "Said twice"),
            site.PostAsync("a", "ada", "Said once"),
        ];
        await WaitForLockAsync(one, 2);
        await first.ReleaseAsync();

        var (twice, once) = (await waiting[0], await waiting[1]);
        twice.Expect(409, "duplicate-comment");
        once.Expect(201);
        Assert.Equal(
            new[] { "Again", "Before", "Said once", "Said twice" },
            (await Walk.ThreadAsync(site, "a")).Select(c => c.GetProperty("body").GetString()).Order()
        );
        await Walk.AssertLawOfCountsAsync(two.Site(site.Key), "a");
        await one.AssertRowsFollowFromEventsAsync(500);
    }

    /// <summary>Until so many connections to the node's database wait for an advisory lock.</summary>
    static async Task WaitForLockAsync(Node node, int count)
    {
        await using var command = node.Database.CreateCommand(
            "select count(*) from pg_locks l join pg_database d on d.oid = l.database "
                + "where l.locktype = 'advisory' and not l.granted and d.datname = current_database()"
        );
        while ((long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) ?? 0L) < count)
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    static Posting Say(TestSite site, string by, string text) =>
        new(
            site.Key,
            "a",
            Guid.CreateVersion7(),
            new PostComment(text),
            new Caller(by, by, null, site.Key, Role.None),
            DateTimeOffset.UtcNow,
            RequestHash: null
        );
}
