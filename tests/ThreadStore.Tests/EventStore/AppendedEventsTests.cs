using System.Text.Json;
using ThreadStore.Articles;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.EventStore;

/// <summary>The Appender writes Marten's tables by itself: as Marten would, so that Marten reads them.</summary>
public sealed class AppendedEventsTests(Store store)
{
    /// <summary>All columns, but for what differs between any two streams.</summary>
    const string Stored = """
        select jsonb_build_object(
          'streams', (select jsonb_agg(to_jsonb(s) - array['tenant_id', 'id', 'timestamp', 'created'])
            from threadstore.mt_streams s where tenant_id = '{0}' and type = 'article'),
          'events', (select jsonb_agg(to_jsonb(e) - array['tenant_id', 'stream_id', 'id', 'seq_id', 'timestamp']
              order by seq_id)
            from threadstore.mt_events e where tenant_id = '{0}' and type <> 'site-configured')
        )::text
        """;

    static readonly DateTimeOffset At = Past.Day;

    static ArticleRegistered Registered =>
        new("a", new("Title", null, null, null, null, null, null), "cms", At, Source: null);

    static DiscussionClosed Closed => new("a", "cms", At);

    static DiscussionOpened Opened => new("a", "cms", At);

    [Fact]
    public async Task Events_are_stored_column_by_column_as_Marten_stores_them()
    {
        await using var node = await Node.StartAsync(store);
        var (site, martens) = (await node.ASiteAsync(), await node.ASiteAsync());
        var ct = TestContext.Current.CancellationToken;
        var (stream, martensStream) = (StreamId.Article(site.Key, "a"), StreamId.Article(martens.Key, "a"));

        await HappenAsync(node, site, StreamEvent.First<Article>(stream, Registered), new(stream, Closed));
        await HappenAsync(node, site, new(stream, Opened), new StreamEvent(stream, Closed));

        await using (var session = node.Documents.LightweightSession(martens.Key))
        {
            session.Events.StartStream<Article>(martensStream, Registered, Closed);
            await session.SaveChangesAsync(ct);
            session.Events.Append(martensStream, Opened, Closed);
            await session.SaveChangesAsync(ct);
        }

        var stored = await StoredAsync(node, site);
        Assert.Equal(4, stored.GetProperty("events").GetArrayLength());
        Assert.Equal((await StoredAsync(node, martens)).ToString(), stored.ToString());
        await using var reader = node.Documents.QuerySession(site.Key);
        var events = await reader.Events.FetchStreamAsync(stream, token: ct);
        Assert.Equal([1L, 2, 3, 4], events.Select(e => e.Version));
        Assert.Equal([Registered, Closed, Opened, Closed], events.Select(e => e.Data));
        Assert.All(
            events,
            e => Assert.InRange(DateTimeOffset.UtcNow - e.Timestamp, default, TimeSpan.FromMinutes(5))
        );
        await node.AssertRowsFollowFromEventsAsync(500);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_is_missing_or_archived_takes_no_event(bool isThere)
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var stream = StreamId.Article(site.Key, "a");
        (await site.PutArticleAsync("a")).Expect(201);
        if (isThere)
            await node.ScalarAsync(
                "update threadstore.mt_streams set is_archived = true where type = 'article'"
            );
        else
            stream = Guid.NewGuid();
        var (before, article) = (await StoredAsync(node, site), await site.GetAsync("/articles/a"));

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            HappenAsync(node, site, new StreamEvent(stream, Closed))
        );

        Assert.Equal(before.ToString(), (await StoredAsync(node, site)).ToString());
        Assert.Equal(article.Text, (await site.GetAsync("/articles/a")).Text);
    }

    static Task HappenAsync(Node node, TestSite site, params StreamEvent[] events) =>
        Past.HappenAsync(node.Appender, site.Key, events);

    static async Task<JsonElement> StoredAsync(Node node, TestSite site) =>
        JsonSerializer.Deserialize<JsonElement>(
            (string)(await node.ScalarAsync(Stored.Replace("{0}", site.Key, StringComparison.Ordinal)))!
        );
}
