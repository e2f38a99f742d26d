using System.Text.Json;
using ThreadStore.Benchmarks;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Benchmarks;

/// <summary>Benchmarks measure on a history that could have happened.</summary>
public sealed class GeneratedHistoryTests(Store store)
{
    const string Site = "generated";

    /// <summary>More than the making of rows keeps in memory, in one discussion and in others.</summary>
    static readonly HistorySpec Spec = new(
        [("large", 1_700)],
        Comments: 2_000,
        Prolific: 100,
        Reactions: 1,
        Chains: 2
    );

    [Fact]
    public void The_same_seed_gives_the_same_events_and_another_gives_others()
    {
        var first = Lines(seed: 1);
        Assert.Equal(first, Lines(seed: 1));
        Assert.NotEqual(first, Lines(seed: 2));
    }

    static List<string> Lines(int seed) =>
        [
            .. new GeneratedHistory(Site, seed)
                .Events(Spec)
                .Take(3_000)
                .Select(e =>
                    $"{e.Id} {e.Stream} {e.Version} {e.Type.Name} {e.At:O} {JsonSerializer.Serialize(e.Event, e.Type.Type, Json.Options)}"
                ),
        ];

    [Fact]
    public async Task What_is_loaded_is_what_the_events_say_and_serves_readers_and_writers()
    {
        var database = await store.CreateDatabaseAsync();
        await using var node = await Node.StartAsync(store, database, ("ThreadStore:Search:Index", "false"));
        var loaded = await HistoryLoad.RunAsync(
            database,
            Site,
            new(Site, seed: 1),
            Spec,
            _ => { },
            TestContext.Current.CancellationToken
        );

        await node.AssertRowsFollowFromEventsAsync();
        await Schema.CheckAsync(node.Documents, TestContext.Current.CancellationToken);
        Assert.Equal(loaded.Events, await node.ScalarAsync("select max(seq_id) from threadstore.mt_events"));
        Assert.Equal(2_000L, await node.ScalarAsync("select count(*) from threadstore.comment_rows"));
        Assert.Equal(
            0L,
            await node.ScalarAsync(
                """
                select count(*) from threadstore.mt_streams s
                full join (select tenant_id, stream_id, max(version) as version, count(*) as events, min(seq_id) as first
                  from threadstore.mt_events group by 1, 2) e on e.tenant_id = s.tenant_id and e.stream_id = s.id
                where (s.version, s.version) is distinct from (e.version, e.events)
                """
            )
        );
        var site = node.Site(Site);
        var page = (await site.GetAsync("/articles/large/comments?limit=100")).Expect(200);
        Assert.Equal(100, page["items"].GetArrayLength());
        (await site.PostAsync("large", "ada", "After")).Expect(201);
        await node.AssertRowsFollowFromEventsAsync();
    }
}
