using System.IO.Compression;
using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Threads;

public class ThreadTests(Store store)
{
    static JsonElement.ArrayEnumerator Below(JsonElement comment) =>
        comment.GetProperty("replies").GetProperty("items").EnumerateArray();

    static string? Cursor(JsonElement comment) =>
        comment.GetProperty("replies").GetProperty("nextCursor").GetString();

    static int Count(JsonElement comment) => 1 + Below(comment).Sum(Count);

    /// <summary>A site with an article <c>a</c> on which ada has written once, elsewhere.</summary>
    async Task<TestSite> ASiteWithAdaAsync()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Elsewhere");
        return site;
    }

    /// <summary>Comments of which several have one time, or one number of replies.</summary>
    static async Task<Guid[]> TiesAsync(TestSite site)
    {
        Guid[] ids = [.. Enumerable.Range(0, 10).Select(n => Past.Id(site, n))];
        int[] minutes = [1, 0, 1, 2, 0, 1, 2, 2, 0, 1];
        await Past.AppendAsync(
            site,
            ids.Zip(minutes, (id, m) => Past.Posted(id, "a", Past.Day.AddMinutes(m)))
        );
        // replies: one to 0, 2 and 4, two to 6
        foreach (var parent in (int[])[0, 2, 4, 6, 6])
            await Past.AppendAsync(
                site,
                Past.Posted(Guid.NewGuid(), "a", Past.Day.AddHours(1), ids[parent], depth: 1)
            );
        return ids;
    }

    [Theory]
    [InlineData("newest", new[] { 3, 6, 7, 0, 2, 5, 9, 1, 4, 8 })]
    [InlineData("oldest", new[] { 1, 4, 8, 0, 2, 5, 9, 3, 6, 7 })]
    [InlineData("replies", new[] { 6, 0, 2, 4, 3, 7, 5, 9, 1, 8 })]
    public async Task Every_order_is_total(string sort, int[] expected)
    {
        var site = await ASiteWithAdaAsync();
        var ids = await TiesAsync(site);

        foreach (var limit in (int[])[1, 2, 3, 10, 100])
        {
            var items = await Walk.PagesAsync(site, $"/articles/a/comments?sort={sort}", limit: limit);
            Assert.Equal(expected.Select(n => ids[n]), items.Ids());
        }
    }

    [Theory]
    [InlineData("newest", new[] { 3, 6, 7, 0, 2, 5, 9, 1, 4, 8 })]
    [InlineData("oldest", new[] { 1, 4, 8, 0, 2, 5, 9, 3, 6, 7 })]
    public async Task Replies_have_the_same_orders_and_oldest_is_the_default(string sort, int[] expected)
    {
        var site = await ASiteWithAdaAsync();
        var parent = await site.ACommentAsync("a", "ada", "Parent");
        Guid[] ids = [.. Enumerable.Range(0, 10).Select(n => Past.Id(site, n))];
        int[] minutes = [1, 0, 1, 2, 0, 1, 2, 2, 0, 1];
        await Past.AppendAsync(
            site,
            ids.Zip(minutes, (id, m) => Past.Posted(id, "a", Past.Day.AddMinutes(m), parent, depth: 1))
        );

        var path = $"/comments/{parent}/replies";
        var items = await Walk.PagesAsync(site, $"{path}?sort={sort}", limit: 3);
        Assert.Equal(expected.Select(n => ids[n]), items.Ids());
        if (sort == "oldest")
            Assert.Equal(items.Ids(), (await Walk.PagesAsync(site, path, limit: 4)).Ids());
    }

    [Fact]
    public async Task Newest_first_is_the_default_and_the_page_says_what_it_is()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var (one, two) = (
            await site.ACommentAsync(article, "ada", "1"),
            await site.ACommentAsync(article, "ada", "2")
        );

        var page = (await site.GetAsync($"/articles/{article}/comments")).Expect(200);

        Assert.Equal(
            ["article", "commentCount", "sort", "items", "nextCursor"],
            page.Json.EnumerateObject().Select(m => m.Name)
        );
        Assert.Equal(
            (article, 2, "newest"),
            (page["article"].GetString(), page["commentCount"].GetInt32(), page["sort"].GetString())
        );
        Assert.Equal([two, one], page["items"].EnumerateArray().Ids());
    }

    [Fact]
    public async Task A_comment_has_the_members_of_the_contract()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Hello");
        string[] members =
        [
            "id",
            "article",
            "parentId",
            "depth",
            "author",
            "body",
            "html",
            "state",
            "removedBy",
            "createdAt",
            "editedAt",
            "version",
            "reactions",
            "replyCount",
            "featured",
            "locked",
        ];

        var item = (await site.GetAsync($"/articles/{article}/comments"))["items"][0];
        var single = await site.GetAsync($"/comments/{item.GetProperty("id")}");

        Assert.Equal([.. members, "replies"], item.EnumerateObject().Select(m => m.Name));
        Assert.Equal([.. members, "ancestors"], single.Json.EnumerateObject().Select(m => m.Name));
        Assert.Equal(
            ["key", "name", "picture", "badges"],
            single["author"].EnumerateObject().Select(m => m.Name)
        );
        Assert.Equal("{}", single["reactions"].GetRawText());
    }

    [Fact]
    public async Task An_empty_thread_is_a_page_without_items()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();

        Assert.Equal(
            $$"""{"article":"{{article}}","commentCount":0,"sort":"newest","items":[],"nextCursor":null}""",
            (await site.GetAsync($"/articles/{article}/comments")).Expect(200).Text
        );
    }

    [Fact]
    public async Task Replies_come_nested_three_levels_deep_and_then_by_cursor()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var chain = new List<Guid>();
        for (var depth = 0; depth < 6; depth++)
            chain.Add(
                await site.ACommentAsync(article, "ada", $"{depth}", chain.Count > 0 ? chain[^1] : null)
            );

        var comment = (await site.GetAsync($"/articles/{article}/comments"))["items"][0];
        for (var level = 0; level < 3; level++)
        {
            Assert.Equal(chain[level], comment.GetProperty("id").GetGuid());
            Assert.Null(Cursor(comment));
            comment = Assert.Single(Below(comment));
        }

        Assert.Equal(
            (chain[3], 3),
            (comment.GetProperty("id").GetGuid(), comment.GetProperty("depth").GetInt32())
        );
        Assert.Empty(Below(comment));
        var next = (await site.GetAsync($"/comments/{chain[3]}/replies?cursor={Cursor(comment)}")).Expect(
            200
        );
        Assert.Equal(chain[4], next["items"][0].GetProperty("id").GetGuid());
        Assert.Equal(chain[5], Assert.Single(Below(next["items"][0])).GetProperty("id").GetGuid());
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(10, 10)]
    public async Task The_first_replies_come_along_oldest_first_and_the_cursor_leads_to_the_rest(
        int? replies,
        int shown
    )
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var parent = await site.ACommentAsync(article, "ada", "Parent");
        var below = new List<Guid>();
        for (var n = 0; n < 12; n++)
            below.Add(await site.ACommentAsync(article, "ada", $"{n}", parent));
        var query = replies is null ? "" : $"?replies={replies}";

        var item = (await site.GetAsync($"/articles/{article}/comments{query}")).Expect(200)["items"][0];

        Assert.Equal(12, item.GetProperty("replyCount").GetInt32());
        Assert.Equal(below.Take(shown), Below(item).Ids());
        var rest = (
            await site.GetAsync($"/comments/{parent}/replies?limit=100&cursor={Cursor(item)}")
        ).Expect(200);
        Assert.Equal(below.Skip(shown), rest["items"].EnumerateArray().Ids());
        Assert.Null(rest["nextCursor"].GetString());
    }

    [Fact]
    public async Task As_many_replies_as_are_shown_need_no_cursor()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var parent = await site.ACommentAsync(article, "ada", "Parent");
        for (var n = 0; n < 3; n++)
            await site.ACommentAsync(article, "ada", $"{n}", parent);

        var item = (await site.GetAsync($"/articles/{article}/comments"))["items"][0];

        Assert.Equal(3, Below(item).Count());
        Assert.Null(Cursor(item));
    }

    [Fact]
    public async Task An_answer_holds_500_comments_at_most_and_a_walk_still_meets_all()
    {
        var site = await ASiteWithAdaAsync();
        var roots = Enumerable.Range(0, 70).Select(_ => Guid.NewGuid()).ToArray();
        await Past.AppendAsync(site, roots.Select((id, n) => Past.Posted(id, "a", Past.Day.AddMinutes(n))));
        await Past.AppendAsync(
            site,
            roots.SelectMany(
                (root, n) =>
                    Enumerable
                        .Range(1, 9)
                        .Select(m =>
                            Past.Posted(Guid.NewGuid(), "a", Past.Day.AddMinutes(n + m), root, depth: 1)
                        )
            )
        );

        var page = (await site.GetAsync("/articles/a/comments?limit=100&replies=10")).Expect(200);

        var items = page["items"].EnumerateArray().ToList();
        Assert.Equal(70, items.Count);
        Assert.InRange(items.Sum(Count), 490, 500);
        Assert.All(
            items,
            i => Assert.True(Below(i).Count() == 9 ? Cursor(i) is null : Cursor(i) is not null)
        );
        Assert.All(items, i => Assert.True(Below(i).Count() is 0 or 9));
        Assert.Equal(
            700,
            (await Walk.ThreadAsync(site, "a", limit: 100, replies: 10)).Ids().Distinct().Count()
        );
        await Walk.AssertLawOfCountsAsync(site, "a");
    }

    [Fact]
    public async Task A_walk_meets_each_comment_once_and_parents_before_their_children()
    {
        var site = await ASiteWithAdaAsync();
        var random = new Random(17);
        var tree = new List<CommentPosted>();
        for (var n = 0; n < 80; n++)
        {
            // many of one time, and chains as well as crowds
            var above = n % 4 == 0 ? null : tree[n % 2 == 0 ? n - 1 : random.Next(n)];
            var at = Past.Day.AddMinutes(
                Math.Max(n / 9, above is null ? 0 : (above.PostedAt - Past.Day).Minutes)
            );
            tree.Add(
                Past.Posted(Guid.NewGuid(), "a", at, above?.CommentId, above is null ? 0 : above.Depth + 1)
            );
        }
        foreach (var e in tree)
            await Past.AppendAsync(site, e);

        foreach (var sort in (string[])["newest", "oldest", "replies"])
        foreach (var (limit, replies) in (ValueTuple<int, int>[])[(1, 1), (2, 0), (7, 2), (100, 10)])
        {
            var met = await Walk.ThreadAsync(site, "a", sort, limit, replies);
            Assert.Equal(tree.Select(e => e.CommentId).Order(), met.Ids().Order());
            var seen = new HashSet<Guid>();
            foreach (var comment in met)
            {
                var parent = comment.GetProperty("parentId");
                Assert.True(parent.ValueKind == JsonValueKind.Null || seen.Contains(parent.GetGuid()));
                seen.Add(comment.GetProperty("id").GetGuid());
            }
        }
        Assert.Equal(80, (await site.GetAsync("/articles/a"))["commentCount"].GetInt32());
    }

    [Fact]
    public async Task A_permalink_shows_what_is_above_root_first()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var chain = new List<Guid>();
        for (var depth = 0; depth < 5; depth++)
            chain.Add(
                await site.ACommentAsync(article, "ada", $"{depth}", chain.Count > 0 ? chain[^1] : null)
            );
        await site.ACommentAsync(article, "ben", "Beside", chain[1]);

        var read = (await site.GetAsync($"/comments/{chain[4]}")).Expect(200);

        Assert.Equal(chain[..4], read["ancestors"].EnumerateArray().Ids());
        Assert.Equal(
            ["0", "1", "2", "3"],
            read["ancestors"].EnumerateArray().Select(a => a.GetProperty("body").GetString())
        );
        Assert.Equal((4, article), (read["depth"].GetInt32(), read["article"].GetString()));
        Assert.Equal(0, (await site.GetAsync($"/comments/{chain[0]}"))["ancestors"].GetArrayLength());
    }

    [Fact]
    public async Task A_comment_of_another_site_or_of_none_is_not_found()
    {
        var (site, other) = (await store.ASiteAsync(), await store.ASiteAsync());
        var id = await other.ACommentAsync(await other.AnArticleAsync(), "ada", "Hello");

        foreach (var missing in (Guid[])[id, Guid.NewGuid(), Guid.Empty])
        {
            (await site.GetAsync($"/comments/{missing}")).ExpectProblem(404, "comment-not-found");
            (await site.GetAsync($"/comments/{missing}/replies")).ExpectProblem(404, "comment-not-found");
        }
        (await site.GetAsync("/articles/missing/comments")).ExpectProblem(404, "article-not-found");
    }

    [Fact]
    public async Task Counts_are_given_by_article_and_are_0_for_what_nobody_knows()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a,b")).Expect(201);
        (await site.PutArticleAsync("silent")).Expect(201);
        var parent = await site.ACommentAsync("a%2Cb", "ada", "One");
        await site.ACommentAsync("a%2Cb", "ada", "Two", parent);
        const string expected = """{"a,b":2,"silent":0,"missing":0}""";

        Assert.Equal(
            expected,
            (await site.GetAsync("/counts?article=a%2Cb&article=silent&article=missing&article=silent"))
                .Expect(200)
                .Text
        );
        var posted = await store.SendAsync(
            "POST",
            $"{site.Path}/counts",
            new { articles = new[] { "a,b", "silent", "missing", "silent" } }
        );
        Assert.Equal(expected, posted.Expect(200).Text);
    }

    [Fact]
    public async Task Reading_tells_caches_what_to_do()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "Hello");

        foreach (
            var path in (string[])
                [
                    "/articles",
                    $"/articles/{article}",
                    $"/articles/{article}/comments",
                    $"/comments/{id}",
                    $"/comments/{id}/replies",
                    "/commenters/ada",
                    "/commenters/ada/comments",
                    $"/counts?article={article}",
                ]
        )
        {
            var read = (await site.GetAsync(path)).Expect(200);
            Assert.Equal("public, max-age=0, must-revalidate", read.Headers["Cache-Control"]);
            // people are told more of themselves, at the same address
            var vary = path.StartsWith("/commenters", StringComparison.Ordinal)
                ? "Authorization, ThreadStore-Min-Position, Accept-Encoding"
                : "Accept-Encoding";
            Assert.Equal(vary, read.Headers["Vary"]);
            Assert.Equal("application/json", read.Headers["Content-Type"]);

            var unchanged = (await site.GetAsync(path, headers: ("If-None-Match", read.ETag))).Expect(304);
            Assert.Equal("", unchanged.Text);
            Assert.Equal(read.ETag, unchanged.ETag);
            Assert.Equal(read.Headers["Cache-Control"], unchanged.Headers["Cache-Control"]);
            Assert.Equal(vary, unchanged.Headers["Vary"]);
            Assert.True(unchanged.Position > 0);
        }
    }

    [Fact]
    public async Task Any_tag_that_matches_will_do_weak_or_not()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var path = $"/articles/{article}/comments";
        var etag = (await site.GetAsync(path)).ETag;

        foreach (var tags in (string[])[$"\"x\", {etag}", $"W/{etag}", $"W/\"x\",W/{etag} , \"y\"", "*"])
            (await site.GetAsync(path, headers: ("If-None-Match", tags))).Expect(304);
        foreach (var tags in (string[])["\"x\"", "W/\"x\"", "", etag.Trim('"')])
            (await site.GetAsync(path, headers: ("If-None-Match", tags))).Expect(200);
    }

    [Fact]
    public async Task A_write_changes_the_tag_of_what_shows_it()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "Hello");
        string[] paths = [$"/articles/{article}", $"/articles/{article}/comments", $"/comments/{id}"];
        var before = new List<string>();
        foreach (var path in paths)
            before.Add((await site.GetAsync(path)).ETag);

        await site.ACommentAsync(article, "ben", "Reply", id);

        foreach (var (path, etag) in paths.Zip(before))
            (await site.GetAsync(path, headers: ("If-None-Match", etag))).Expect(200);
        // a reply makes no new version of what it answers
        Assert.StartsWith("\"1.", (await site.GetAsync($"/comments/{id}")).ETag, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task An_answer_is_compressed_for_who_can_read_that(string encoding)
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Hello");
        var path = $"{site.Path}/articles/{article}/comments";
        var plain = await store.SendAsync("GET", path);
        using var client = store.Host.Server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd(encoding);

        using var response = await client.SendAsync(request);

        Assert.Equal([encoding], response.Content.Headers.ContentEncoding);
        Assert.Equal(["Accept-Encoding"], response.Headers.Vary);
        var compressed = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(
            encoding == "gzip"
                ? new GZipStream(compressed, CompressionMode.Decompress)
                : new BrotliStream(compressed, CompressionMode.Decompress)
        );
        Assert.Equal(plain.Text, await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task A_moderator_reads_a_published_thread_as_everybody_does()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "Hello");

        foreach (
            var path in (string[])[$"/articles/{article}/comments", $"/comments/{id}", $"/articles/{article}"]
        )
        {
            var (all, moderator) = (
                await site.GetAsync(path),
                await site.GetAsync(path, site.Token("m", Role.Moderator))
            );
            Assert.Equal(
                (all.Text, all.ETag, all.Headers["Cache-Control"]),
                (moderator.Text, moderator.ETag, moderator.Headers["Cache-Control"])
            );
        }
    }
}
