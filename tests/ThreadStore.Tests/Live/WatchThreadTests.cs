using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Live;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Live;

/// <summary>All that is written goes through one node, and all readers watch another.</summary>
public sealed class WatchThreadTests(Store store, Kestrel other) : IClassFixture<Kestrel>, IDisposable
{
    readonly HttpClient client = new() { BaseAddress = new Uri($"http://{other.Authority}") };

    public void Dispose() => client.Dispose();

    Task<LiveReader> WatchAsync(TestSite site, string article, string? lastEventId = null) =>
        LiveReader.OpenAsync(client, site, article, lastEventId);

    [Fact]
    public async Task What_happens_on_one_node_reaches_the_reader_of_another()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await using var reader = await WatchAsync(site, article);
        Assert.Equal("text/event-stream", reader.Response.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            ["no-store, no-transform"],
            reader.Response.Headers.NonValidated["Cache-Control"].AsEnumerable()
        );
        Assert.Equal("no", Assert.Single(reader.Response.Headers.GetValues("X-Accel-Buffering")));

        var posted = (await site.PostAsync(article, "ada", "First\nline")).Expect(201);
        var path = $"/comments/{posted["id"]}";
        var published = await reader.ExpectAsync("comment-published");
        Assert.Equal(posted.Position, published.Id);
        Assert.Equal(posted.Text, published.Data.GetRawText());
        var count = await reader.ExpectAsync("count-changed");
        Assert.Equal((posted.Position, 1), (count.Id, count.Data.GetProperty("commentCount").GetInt32()));

        var edited = await site.SendAsync("PATCH", path, new { body = "Second" }, site.Token("ada"));
        var edit = await reader.ExpectAsync("comment-edited");
        Assert.Equal((edited.Expect(200).Position, edited.Text), (edit.Id, edit.Data.GetRawText()));

        var liked = await site.SendAsync("PUT", $"{path}/reactions/like", token: site.Token("bob"));
        var reactions = await reader.ExpectAsync("reactions-changed");
        Assert.Equal(liked.Expect(200).Position, reactions.Id);
        Assert.Equal(1, reactions.Data.GetProperty("reactions").GetProperty("like").GetInt32());

        var deleted = await site.SendAsync("DELETE", path, token: site.Token("ada"));
        var removed = await reader.ExpectAsync("comment-removed");
        Assert.Equal(deleted.Expect(204).Position, removed.Id);
        Assert.Equal("author", removed.Data.GetProperty("removedBy").GetString());
        Assert.Null(removed.Data.GetProperty("body").GetString());
        Assert.Equal(
            0,
            (await reader.ExpectAsync("count-changed")).Data.GetProperty("commentCount").GetInt32()
        );

        foreach (var (way, name) in new[] { ("close", "discussion-closed"), ("open", "discussion-opened") })
        {
            var switched = await site.SendAsync(
                "POST",
                $"/articles/{article}/discussion/{way}",
                token: site.Token("cms", Role.Service)
            );
            Assert.Equal(switched.Expect(200).Position, (await reader.ExpectAsync(name)).Id);
        }
    }

    [Fact]
    public async Task A_withdrawn_article_ends_its_streams_and_is_not_found()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await using var reader = await WatchAsync(site, article);

        var token = site.Token("cms", Role.Service);
        var withdrawn = await site.SendAsync("POST", $"/articles/{article}/withdraw", token: token);

        Assert.Null(await reader.ReadAsync());
        var path = $"{site.Path}/articles/{article}/live?minPosition={withdrawn.Position}";
        (await other.SendAsync("GET", path)).ExpectProblem(404, "article-not-found");
        (await other.SendAsync("GET", $"{site.Path}/articles/none/live")).ExpectProblem(
            404,
            "article-not-found"
        );
        (await other.SendAsync("GET", $"{path}&after=x")).ExpectProblem(400, "bad-request");
    }

    [Fact]
    public async Task What_readers_may_not_see_is_never_sent()
    {
        var site = await store.ASiteAsync(new { flagsHeldForReview = 1 });
        var article = await site.AnArticleAsync();
        var first = await site.PostAsync(article, "ada", "First");
        await using var reader = await WatchAsync(site, article, $"{first.Expect(201).Position}");
        await reader.ExpectAsync("count-changed");

        await Past.AppendAsync(
            site,
            Past.Posted(Past.Id(site, 1), article, Past.Day) with
            {
                State = CommentState.Pending,
            },
            Past.Posted(Past.Id(site, 2), article, Past.Day) with
            {
                State = CommentState.Rejected,
            }
        );
        var path = $"/comments/{first["id"]}";
        (await site.SendAsync("POST", $"{path}/flags", new { reason = "spam" }, site.Token("bob"))).Expect(
            201
        );

        var removed = await reader.ExpectAsync("comment-removed");
        Assert.Equal(
            (first["id"].GetGuid(), "pending"),
            (removed.Comment, removed.Data.GetProperty("state").GetString())
        );
        Assert.Null(removed.Data.GetProperty("html").GetString());
        Assert.Equal(
            0,
            (await reader.ExpectAsync("count-changed")).Data.GetProperty("commentCount").GetInt32()
        );
        (await site.SendAsync("PATCH", path, new { body = "Unseen" }, site.Token("ada"))).Expect(200);
        var last = await site.PostAsync(article, "ada", "Last");
        // an edit may publish what flags held, or leave it held: nothing but what is now published is told
        LiveItem item;
        do
        {
            item = await reader.NextAsync();
            if (!item.IsState)
                Assert.Equal("published", item.Data.GetProperty("state").GetString());
        } while (item.Id < last.Expect(201).Position);
    }

    [Fact]
    public async Task A_reader_too_far_behind_or_from_the_future_is_asked_to_read_anew()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await using var reader = await WatchAsync(site, article, $"{long.MaxValue}");

        var resync = await reader.ExpectAsync("resync");

        Assert.Equal("behind", resync.Data.GetProperty("reason").GetString());
        Assert.Equal(resync.Id, resync.Data.GetProperty("position").GetInt64());
        Assert.Null(await reader.ReadAsync());
    }

    [Fact]
    public async Task What_was_missed_is_read_up_to_its_limit_whatever_the_last_event_was_that_one_has()
    {
        var history = store.Services.GetRequiredService<LiveHistory>();
        var site = await store.ASiteAsync();
        var registered = (await site.PutArticleAsync("a")).Expect(201).Position;
        var posted = new List<long>();
        for (var i = 0; i < 5; i++)
            posted.Add((await site.PostAsync("a", "ada", $"Comment {i}")).Expect(201).Position);
        Task<LiveHistory.Gap> ReadAsync(long after) =>
            history.ReadGapAsync(
                site.Key,
                "a",
                after,
                posted[^1],
                limit: 3,
                TestContext.Current.CancellationToken
            );

        var (fromArticle, fromComment) = (await ReadAsync(registered), await ReadAsync(posted[0]));

        Assert.Equal(posted[..3], fromArticle.Events.Select(e => e.Position));
        Assert.Equal(posted[0], fromComment.Last?.Position);
        Assert.Equal(posted[1..4], fromComment.Events.Select(e => e.Position));
    }

    [Fact]
    public async Task A_reader_who_does_not_read_gets_resync_and_goes_on_from_there()
    {
        const int Comments = 40;
        var site = await store.ASiteAsync(new { maxCommentLength = 60_000 });
        var article = await site.AnArticleAsync();
        await using var reader = await WatchAsync(site, article);
        await using var witness = await WatchAsync(site, article);
        // more than the sockets of both sides, the server's buffer and the queue hold together
        for (var n = 0; n < Comments; n++)
        {
            var body = $"{n} {string.Concat(Enumerable.Repeat("漢", 59_000))}";
            (await site.PostAsync(article, "ada", body)).Expect(201);
            await witness.ExpectAsync("comment-published");
            await witness.ExpectAsync("count-changed");
        }

        var items = new List<LiveItem>();
        while (await reader.ReadAsync() is { } item)
            items.Add(item);

        Assert.Equal("resync", items[^1].Name);
        Assert.Equal("slow", items[^1].Data.GetProperty("reason").GetString());
        Assert.True(items.Count(i => i.Name == "comment-published") < Comments);
        await using var again = await WatchAsync(site, article, items[^1].Key);
        var next = (await site.PostAsync(article, "ada", "Next")).Expect(201);
        // the count as of the resync comes again, unless another site wrote last
        LiveItem first;
        do first = await again.NextAsync();
        while (first.Name == "count-changed");
        Assert.Equal(next.Position, first.Id);
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_streams_and_has_their_readers_come_back()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await using var app = await store.StartKestrelAsync();
        using var here = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        await using var reader = await LiveReader.OpenAsync(here, $"{site.Path}/articles/{article}/live");

        var stopping = app.StopAsync(TestContext.Current.CancellationToken);

        // a proxy's 502, which a browser takes for final, is over by then
        Assert.Equal("retry: 10000\n\n", (await reader.ReadAsync())?.Text);
        Assert.Null(await reader.ReadAsync());
        // sooner than it is made to
        await stopping.WaitAsync(TimeSpan.FromSeconds(24), TestContext.Current.CancellationToken);
    }
}
