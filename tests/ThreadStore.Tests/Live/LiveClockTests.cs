using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Live;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Live;

/// <summary>A node whose clock stands still until a test moves it.</summary>
public sealed class ClockNode(Store store) : IAsyncLifetime
{
    WebApplication? app;

    public ManualClock Clock { get; } = new();
    public HttpClient Client { get; private set; } = new();

    public async ValueTask InitializeAsync()
    {
        var builder = store.Builder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(Clock);
        app = builder.Build();
        app.UseServer();
        await app.StartAsync();
        Client = new() { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (app is not null)
            await app.DisposeAsync();
    }
}

public sealed class LiveClockTests(Store store, ClockNode node) : IClassFixture<ClockNode>
{
    Task<LiveReader> WatchAsync(TestSite site, string article, string? lastEventId = null) =>
        LiveReader.OpenAsync(node.Client, site, article, lastEventId);

    static async Task<long> LikeAsync(TestSite site, Guid comment, string by) =>
        (await site.SendAsync("PUT", $"/comments/{comment}/reactions/like", token: site.Token(by)))
            .Expect(200)
            .Position;

    static int Likes(LiveItem item) =>
        item.Data.GetProperty("reactions").TryGetProperty("like", out var likes) ? likes.GetInt32() : 0;

    [Fact]
    public async Task A_silent_stream_beats_every_15_seconds()
    {
        var site = await store.ASiteAsync();
        await using var reader = await WatchAsync(site, await site.AnArticleAsync());

        for (var beat = 0; beat < 3; beat++)
        {
            var next = reader.ReadAsync();
            node.Clock.Advance(ThreadFeed.HeartbeatInterval - ThreadFeed.Tick * 2);
            Assert.False(next.IsCompleted);
            node.Clock.Advance(ThreadFeed.Tick * 2);
            Assert.Equal("", (await next)?.Name);
        }
    }

    [Fact]
    public async Task Reactions_to_a_comment_are_told_once_a_second_as_they_then_stand()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, "ada", "Like me");
        await using var reader = await WatchAsync(site, article);

        await LikeAsync(site, comment, "reader0");
        Assert.Equal(1, Likes(await reader.ExpectAsync("reactions-changed")));
        for (var n = 1; n < 10; n++)
            await LikeAsync(site, comment, $"reader{n}");
        // when this has come, the tail has read the reactions before it, and told of none
        var cut = (await site.PostAsync(article, "ada", "And this?")).Expect(201).Position;
        Assert.Equal(cut, (await reader.ExpectAsync("comment-published")).Id);
        var counted = await reader.ExpectAsync("count-changed");
        Assert.Equal(cut, counted.Id);

        // who is cut off here is told all the same, and once
        await using var resumed = await WatchAsync(site, article, counted.Key);
        var told = await resumed.ExpectAsync("reactions-changed");
        Assert.Equal(10, Likes(told));

        node.Clock.Advance(ThreadFeed.ReactionInterval);
        var late = await reader.ExpectAsync("reactions-changed");
        Assert.Equal((10, cut), (Likes(late), late.Id));

        // whoever comes back with what either of them has is told nothing of it again
        await using var third = await WatchAsync(site, article, told.Key);
        await using var fourth = await WatchAsync(site, article, late.Key);
        await site.PostAsync(article, "ada", "And that?");
        foreach (var one in (LiveReader[])[reader, resumed, third, fourth])
            await one.ExpectAsync("comment-published");
    }
}
