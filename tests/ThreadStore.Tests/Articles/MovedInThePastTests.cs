using System.Text;
using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Articles;

/// <summary>The past, live streams and copies of a site know of articles that were renamed and merged.</summary>
public class MovedInThePastTests(Store store)
{
    static string Analyst(TestSite site) => site.Token("ana", Role.Analyst);

    /// <summary>A page of the past, without cursors, which name their position.</summary>
    static async Task<string> PastAsync(TestSite site, string path, long position)
    {
        var join = path.Contains('?') ? '&' : '?';
        return (await site.GetAsync($"{path}{join}atPosition={position}", Analyst(site))).Expect(200).Text;
    }

    [Fact]
    public async Task Threads_comments_and_histories_are_as_they_were_before()
    {
        var site = await store.ASiteAsync();
        foreach (var key in (string[])["a", "c"])
            (await site.PutArticleAsync(key)).Expect(201);
        var root = await site.ACommentAsync("a", "ada", "On a");
        await site.ACommentAsync("a", "ben", "Reply", root);
        var last = (await site.PostAsync("c", "ada", "On c")).Expect(201).Position;
        string[] paths =
        [
            "/articles/a/comments",
            "/articles/c/comments",
            $"/comments/{root}",
            "/commenters/ada/comments",
        ];
        var told = new List<string>();
        foreach (var path in paths)
            told.Add((await site.GetAsync(path)).Expect(200).Text);
        var renamed = (await site.RenameAsync("a", "b")).Expect(200).Position;
        var asRenamed = (await site.GetAsync("/articles/b/comments")).Expect(200).Text;
        var merged = (await site.MergeAsync("b", "c")).Expect(200).Position;
        await site.ACommentAsync("c", "cyd", "Since", root);
        (
            await site.SendAsync("PATCH", $"/comments/{root}", new { body = "Edited" }, site.Token("ada"))
        ).Expect(200);
        var now = (await site.GetAsync("/articles/c/comments")).Expect(200);

        foreach (var (path, was) in paths.Zip(told))
            Assert.Equal(was, await PastAsync(site, path, last));
        Assert.Equal(asRenamed, await PastAsync(site, "/articles/b/comments", renamed));
        Assert.Equal(now.Text, await PastAsync(site, "/articles/c/comments", now.Position));
        // a key that it got later shows it as it was; one that it had by then leads there
        Assert.Equal(told[0], await PastAsync(site, "/articles/b/comments", last));
        var led = (
            await site.GetAsync($"/articles/a/comments?sort=oldest&atPosition={merged}", Analyst(site))
        ).Expect(308);
        Assert.Equal(
            $"{site.Path}/articles/c/comments?sort=oldest&atPosition={merged}",
            led.Headers["Location"]
        );
        (await site.GetAsync($"/articles/c/comments?atPosition={merged}", site.Token("ada"))).Expect(403);
        Assert.Equal(
            3,
            JsonSerializer
                .Deserialize<JsonElement>(await PastAsync(site, "/articles/c/comments", merged))
                .GetProperty("commentCount")
                .GetInt32()
        );
    }

    /// <summary>Where a key leads today is no answer to what readers saw then.</summary>
    [Fact]
    public async Task A_key_whose_article_was_not_there_yet_led_nowhere()
    {
        var site = await store.ASiteAsync();
        var before = (await site.PutArticleAsync("other")).Expect(201).Position;
        (await site.PutArticleAsync("a")).Expect(201);
        (await site.RenameAsync("a", "b")).Expect(200);
        (await site.PutArticleAsync("c")).Expect(201);
        (await site.MergeAsync("b", "c")).Expect(200);

        foreach (var key in (string[])["a", "b", "c"])
        {
            var reply = await site.GetAsync($"/articles/{key}/comments?atPosition={before}", Analyst(site));
            reply.Expect(404, "article-not-found");
            Assert.Equal($"There is no article '{key}'.", reply["detail"].GetString());
        }
        (await site.GetAsync("/articles/a/comments")).Expect(308);
    }

    [Fact]
    public async Task What_was_taken_back_is_in_the_past_as_it_was()
    {
        var site = await store.ASiteAsync();
        foreach (var key in (string[])["a", "c"])
            (await site.PutArticleAsync(key)).Expect(201);
        var comment = await site.ACommentAsync("a", "ada", "On a");
        var merged = (await site.MergeAsync("a", "c")).Expect(200).Position;
        var together = (await site.GetAsync("/articles/c/comments")).Expect(200).Text;
        (await site.SendAsync("PUT", $"/comments/{comment}/reactions/like", token: site.Token("ben"))).Expect(
            200
        );
        (
            await site.SendAsync(
                "POST",
                $"/moderation/log/{merged}/undo",
                token: site.Token("mod", Role.Moderator)
            )
        ).Expect(200);
        var (a, c) = (
            (await site.GetAsync("/articles/a/comments")).Expect(200),
            (await site.GetAsync("/articles/c/comments")).Expect(200)
        );

        Assert.Equal(together, await PastAsync(site, "/articles/c/comments", merged));
        // the like that it got meanwhile came along
        Assert.Equal(a.Text, await PastAsync(site, "/articles/a/comments", a.Position));
        Assert.Contains("\"like\":1", a.Text, StringComparison.Ordinal);
        Assert.Equal(c.Text, await PastAsync(site, "/articles/c/comments", a.Position));
        (await site.GetAsync($"/articles/a/comments?atPosition={merged}", Analyst(site))).Expect(308);
    }

    [Fact]
    public async Task Reports_name_the_article_that_has_the_comments_now()
    {
        var site = await store.ASiteAsync();
        foreach (var key in (string[])["a", "c"])
            (await site.PutArticleAsync(key)).Expect(201);
        await site.ACommentAsync("a", "ada", "On a");
        var position = (await site.PostAsync("c", "ben", "On c")).Expect(201).Position;
        async Task<string> ArticlesAsync(long at) =>
            string.Join(
                ' ',
                (await site.GetAsync($"/analytics/articles?minPosition={at}", Analyst(site)))
                    .Expect(200)["rows"]
                    .EnumerateArray()
                    .SkipLast(1)
                    .Select(r => $"{r[0]}:{r[2]}")
            );
        Assert.Equal("a:1 c:1", await ArticlesAsync(position));

        var merged = (await site.MergeAsync("a", "c")).Expect(200).Position;
        Assert.Equal("c:2", await ArticlesAsync(merged));
        Assert.Equal("d:2", await ArticlesAsync((await site.RenameAsync("c", "d")).Expect(200).Position));
    }

    [Fact]
    public async Task A_copy_by_export_and_import_is_equal()
    {
        var site = await store.ASiteAsync();
        foreach (var key in (string[])["a", "b", "c"])
            (await site.PutArticleAsync(key)).Expect(201);
        var root = await site.ACommentAsync("a", "ada", "On a");
        await site.ACommentAsync("b", "ben", "On b");
        (await site.MergeAsync("b", "a")).Expect(200);
        var undone = (await site.MergeAsync("a", "c")).Expect(200).Position;
        (
            await site.SendAsync(
                "POST",
                $"/moderation/log/{undone}/undo",
                token: site.Token("mod", Role.Moderator)
            )
        ).Expect(200);
        (await site.RenameAsync("a", "d")).Expect(200);
        await site.ACommentAsync("d", "cyd", "On d", root);
        (await site.SendAsync("PUT", $"/comments/{root}/reactions/like", token: site.Token("ben"))).Expect(
            200
        );
        var feed = (await site.GetAsync("/events?limit=10000", Analyst(site))).Expect(200).Text;
        await using var node = await Node.StartAsync(store);
        var copy = new TestSite(store, site.Key) { Client = node.Client };

        for (var times = 0; times < 2; times++)
        {
            await using var import = await ImportFeed.OpenAsync(
                node.Database,
                site.Key,
                isDry: false,
                TestContext.Current.CancellationToken
            );
            using var file = new MemoryStream(Encoding.UTF8.GetBytes(feed));
            var problems = new List<FeedProblem>();
            await import.RunAsync(file, problems.Add, (_, _) => { }, TestContext.Current.CancellationToken);
            Assert.Empty(problems);
        }

        foreach (var path in (string[])["/articles/d/comments", "/articles/c/comments", "/articles/d"])
            Assert.Equal(
                (await site.GetAsync(path)).Expect(200).Text,
                (await copy.GetAsync(path)).Expect(200).Text
            );
        (await copy.GetAsync("/articles/b")).Expect(308);
        await node.AssertRowsFollowFromEventsAsync(500, 3);
        await Walk.AssertLawOfCountsAsync(copy, "d");
    }

    [Fact]
    public async Task Live_readers_of_both_read_anew_and_come_back_by_the_new_key()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        foreach (var key in (string[])["a", "c"])
            (await site.PutArticleAsync(key)).Expect(201);
        await site.ACommentAsync("a", "ada", "On a");
        Task<LiveReader> WatchAsync(string article, long? after = null) =>
            LiveReader.OpenAsync(
                node.Client,
                $"{site.Path}/articles/{article}/live",
                after is null ? null : $"{after}"
            );
        await using var ofA = await WatchAsync("a");
        await using var ofC = await WatchAsync("c");

        var position = (await site.MergeAsync("a", "c")).Expect(200).Position;

        await ofC.ExpectAsync("resync");
        Assert.Null(await ofC.ReadAsync());
        while (await ofA.ReadAsync() is { } beat)
            Assert.Equal("", beat.Name);
        (await site.GetAsync("/articles/a/live?after=1")).Expect(308);
        // whoever was away meanwhile
        await using var late = await WatchAsync("c", position - 1);
        await late.ExpectAsync("resync");
        await using var back = await WatchAsync("c", position);
        await site.ACommentAsync("c", "ben", "More");
        await back.ExpectAsync("comment-published");
    }
}
