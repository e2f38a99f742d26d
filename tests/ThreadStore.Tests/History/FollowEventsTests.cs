using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using ThreadStore.History;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Live;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History;

/// <summary>A node on the database that all tests share, behind a real socket.</summary>
public sealed class FeedNode(Store store) : IAsyncLifetime
{
    Node? node;

    public HttpClient Client => node!.Client;

    public async ValueTask InitializeAsync() => node = await Node.StartAsync(store, store.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
            await node.DisposeAsync();
    }
}

public sealed class FollowEventsTests(Store store, FeedNode node, ClockNode clockNode)
    : IClassFixture<FeedNode>,
        IClassFixture<ClockNode>
{
    static long Position(JsonElement e) => e.GetProperty("position").GetInt64();

    static string? Type(JsonElement e) => e.GetProperty("type").GetString();

    static async Task<List<long>> PositionsAsync(TestSite site)
    {
        var feed = (await site.GetAsync("/events?limit=10000", site.Token("a", Role.Analyst))).Expect(200);
        return
        [
            .. feed
                .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => Position(JsonSerializer.Deserialize<JsonElement>(l))),
        ];
    }

    [Fact]
    public async Task Who_follows_gets_what_there_is_and_then_what_comes()
    {
        var site = await store.ASiteAsync();
        await using var follower = await FeedFollower.OpenAsync(site, node.Client, "");
        Assert.Equal("application/x-ndjson", follower.Response.Content.Headers.ContentType?.ToString());
        Assert.Equal("site-configured", Type((await follower.TakeAsync(1))[0]));

        var article = await site.AnArticleAsync();
        Assert.Equal("article-registered", Type((await follower.TakeAsync(1))[0]));
        await site.ACommentAsync(article, "ada", "One");

        Assert.Equal(["commenter-joined", "comment-posted"], (await follower.TakeAsync(2)).Select(Type));
    }

    [Fact]
    public async Task Filters_hold_for_what_comes_too()
    {
        var site = await store.ASiteAsync();
        await using var byType = await FeedFollower.OpenAsync(site, node.Client, "&type=comment-posted");
        await using var byArticle = await FeedFollower.OpenAsync(site, node.Client, "&article=b");
        await using var byPerson = await FeedFollower.OpenAsync(site, node.Client, "&commenter=ben");

        (await site.PutArticleAsync("a")).Expect(201);
        (await site.PutArticleAsync("b")).Expect(201);
        await site.ACommentAsync("a", "ada", "One");
        await site.ACommentAsync("b", "ben", "Two");

        Assert.Equal(["comment-posted", "comment-posted"], (await byType.TakeAsync(2)).Select(Type));
        Assert.Equal(["article-registered", "comment-posted"], (await byArticle.TakeAsync(2)).Select(Type));
        Assert.Equal(["commenter-joined", "comment-posted"], (await byPerson.TakeAsync(2)).Select(Type));
    }

    [Fact]
    public async Task A_limit_ends_it()
    {
        var site = await store.ASiteAsync();
        await using var follower = await FeedFollower.OpenAsync(site, node.Client, "&limit=2");

        await site.AnArticleAsync();
        await site.AnArticleAsync();

        await follower.TakeAsync(2);
        Assert.Null(await follower.LineAsync());
    }

    /// <summary>16 writers; readers who page, readers who follow, and readers who are cut off and come again.</summary>
    [Fact]
    public async Task Nothing_is_missed_or_doubled_from_any_position_while_sixteen_write()
    {
        var site = await store.ASiteAsync();
        var here = await site.AnArticleAsync();
        var writers = Enumerable
            .Range(0, 16)
            .Select(async w =>
            {
                var there = site with { Client = w % 2 == 0 ? node.Client : null };
                for (var n = 0; n < 12; n++)
                    (await there.PostAsync(here, $"writer{w}", $"{w} {n}")).Expect(201);
            });
        var starts = new ConcurrentBag<(long After, List<long> Met)>();
        // site, article, and of each writer their coming and twelve comments
        const int All = 2 + 16 * 13;

        async Task FollowAsync(HttpClient client, int stretch)
        {
            var met = new List<long>();
            while (met.Count < All)
            {
                await using var follower = await FeedFollower.OpenAsync(
                    site,
                    client,
                    $"&after={met.LastOrDefault()}"
                );
                met.AddRange((await follower.TakeAsync(Math.Min(stretch, All - met.Count))).Select(Position));
            }
            starts.Add((0, met));
        }

        await Task.WhenAll([
            .. writers,
            FollowAsync(node.Client, All),
            FollowAsync(node.Client, 7),
            FollowAsync(node.Client, 41),
        ]);

        var all = await PositionsAsync(site);
        Assert.Equal(All, all.Count);
        Assert.All(starts, s => Assert.Equal(all, s.Met));
        foreach (var after in new[] { all[0], all[^2], all[all.Count / 2] + 1 })
        {
            await using var follower = await FeedFollower.OpenAsync(site, node.Client, $"&after={after}");
            var rest = all.Where(p => p > after).ToList();
            Assert.Equal(rest, (await follower.TakeAsync(rest.Count)).Select(Position));
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Compressed_news_arrive_at_once_too(string encoding)
    {
        var site = await store.ASiteAsync();
        await using var follower = await FeedFollower.OpenAsync(
            site,
            node.Client,
            "",
            encoding,
            body =>
                encoding == "gzip"
                    ? new GZipStream(body, CompressionMode.Decompress)
                    : new BrotliStream(body, CompressionMode.Decompress)
        );
        Assert.Equal([encoding], follower.Response.Content.Headers.ContentEncoding);
        await follower.TakeAsync(1);

        for (var n = 0; n < 3; n++)
        {
            await site.AnArticleAsync();
            Assert.Equal("article-registered", Type((await follower.TakeAsync(1))[0]));
        }
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_followers_at_the_end_of_a_line()
    {
        var site = await store.ASiteAsync();
        var stopped = await Node.StartAsync(store, store.ConnectionString);
        await using var follower = await FeedFollower.OpenAsync(site, stopped.Client, "");
        await follower.TakeAsync(1);

        var stopping = stopped.DisposeAsync().AsTask();

        Assert.Null(await follower.NextAsync());
        await stopping.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Followers_who_wait_hold_no_connection()
    {
        var site = await store.ASiteAsync();
        var followers = new List<FeedFollower>();
        // more than the pool has
        for (var n = 0; n < 40; n++)
            followers.Add(await FeedFollower.OpenAsync(site, node.Client, ""));
        foreach (var follower in followers)
            await follower.TakeAsync(1);

        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "One");

        foreach (var follower in followers)
        {
            Assert.Equal(
                ["article-registered", "commenter-joined", "comment-posted"],
                (await follower.TakeAsync(3)).Select(Type)
            );
            await follower.DisposeAsync();
        }
    }

    [Fact]
    public async Task Silence_is_broken_by_an_empty_line()
    {
        var site = await store.ASiteAsync();
        await using var follower = await FeedFollower.OpenAsync(site, clockNode.Client, "");
        await follower.TakeAsync(1);

        // others write too: the feed may have slept a moment, which this clock must see pass
        async Task<T> WithTimeAsync<T>(Task<T> waiting)
        {
            while (!waiting.IsCompleted)
            {
                clockNode.Clock.Advance(EventFeed.HeartbeatInterval);
                await Task.WhenAny(waiting, Task.Delay(20, TestContext.Current.CancellationToken));
            }
            return await waiting;
        }
        Assert.Equal("", await WithTimeAsync(follower.LineAsync()));
        await site.AnArticleAsync();
        Assert.Equal("article-registered", Type((await WithTimeAsync(follower.TakeAsync(1)))[0]));
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("True")]
    [InlineData("")]
    public async Task A_flag_that_is_none_is_refused(string value)
    {
        var site = await store.ASiteAsync();

        (await site.GetAsync($"/events?follow={value}", site.Token("a", Role.Analyst))).ExpectProblem(
            400,
            "validation"
        );
    }

    [Fact]
    public async Task A_ban_ends_what_was_begun_before_it()
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "a", "Hello");
        await using var follower = await FeedFollower.OpenAsync(site, node.Client, "");

        (
            await site.SendAsync(
                "POST",
                "/commenters/a/ban",
                new { reason = "A leak" },
                site.Token("mo", Role.Moderator)
            )
        ).Expect(200);

        while (await follower.NextAsync() is not null) { }
    }
}
