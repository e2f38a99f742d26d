using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using ThreadStore.Tests.Transfer;
using Xunit;

namespace ThreadStore.Tests.Articles;

/// <summary>An article gets another key: all that it was goes on under that, and the old one leads there.</summary>
public class RenameArticleTests(Store store)
{
    const string Old = "a b é";
    static readonly string OldPath = $"/articles/{Uri.EscapeDataString(Old)}";

    [Fact]
    public async Task All_that_it_was_goes_on_under_the_new_key()
    {
        var site = await store.ASiteAsync();
        var content = new
        {
            title = "T",
            url = "https://news.example/a",
            section = "s",
            author = "w",
            tags = new[] { "t" },
            publishedAt = "2021-04-02T10:00:00Z",
            body = new[] { "One.", "Two." },
        };
        (await site.PutArticleAsync(Old, content)).Expect(201);
        var moderator = site.Token("mod", Role.Moderator);
        (await site.SendAsync("PUT", $"{OldPath}/moderation", new { mode = "post" }, moderator)).Expect(200);
        var first = await site.ACommentAsync(Uri.EscapeDataString(Old), "ada", "First words");
        var reply = await site.ACommentAsync(Uri.EscapeDataString(Old), "ben", "A reply", first);
        (await site.SendAsync("PUT", $"/comments/{first}/reactions/like", token: site.Token("ben"))).Expect(
            200
        );
        (await site.FlagAsync(first, "ben")).Expect(201);
        var article = (await site.GetAsync(OldPath)).Expect(200);
        var thread = (await site.GetAsync($"{OldPath}/comments")).Expect(200).Text;
        var own = (await site.GetAsync($"{OldPath}/me", site.Token("ben"))).Expect(200).Text;

        var renamed = await site.RenameAsync(Old, "new");

        var quoted = JsonSerializer.Serialize(Old, ThreadStore.Kernel.Json.Options);
        Assert.Equal(article.Text.Replace(quoted, "\"new\""), renamed.Expect(200).Text);
        Assert.Equal(renamed.Text, (await site.GetAsync("/articles/new")).Expect(200).Text);
        Assert.Equal(
            thread.Replace(quoted, "\"new\""),
            (await site.GetAsync("/articles/new/comments")).Expect(200).Text
        );
        Assert.Equal(
            own.Replace(quoted, "\"new\""),
            (await site.GetAsync("/articles/new/me", site.Token("ben"))).Expect(200).Text
        );
        var moderation = (await site.GetAsync("/articles/new/moderation", moderator)).Expect(200);
        Assert.Equal("post", moderation["mode"].GetString());
        // and takes what is written
        await site.ACommentAsync("new", "cyd", "More", reply);
        (await site.DecideAsync(reply, "reject")).Expect(200);
        await Walk.AssertLawOfCountsAsync(site, "new");
        var list = (await site.GetAsync("/articles")).Expect(200)["items"];
        Assert.Equal("new", Assert.Single(list.EnumerateArray()).GetProperty("key").GetString());
        var byUrl = (await site.GetAsync("/articles?url=https://news.example/a")).Expect(200)["items"];
        Assert.Equal("new", Assert.Single(byUrl.EnumerateArray()).GetProperty("key").GetString());
    }

    [Fact]
    public async Task The_old_key_leads_to_the_new_one_in_whatever_is_asked_or_written()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync(Old)).Expect(201);
        (await site.RenameAsync(Old, "b")).Expect(200);
        (await site.RenameAsync("b", "c ü")).Expect(200);
        var (service, moderator) = (site.Token("cms", Role.Service), site.Token("mod", Role.Moderator));
        var events = await site.CountEventsAsync();

        foreach (
            var (method, path, body, token) in ((string, string, object?, string?)[])
                [
                    ("GET", "", null, null),
                    ("HEAD", "", null, null),
                    ("GET", "/comments?sort=best&limit=5", null, null),
                    ("GET", "/me", null, moderator),
                    ("GET", "/moderation", null, moderator),
                    ("GET", "/live?after=0", null, null),
                    ("PUT", "", new { title = "T" }, service),
                    ("PUT", "/moderation", new { mode = "pre" }, moderator),
                    ("POST", "/comments", new { body = "Words" }, site.Token("ada")),
                    ("POST", "/comments?dryRun=true", new { body = "Words" }, site.Token("ada")),
                    ("POST", "/discussion/close", null, moderator),
                    ("POST", "/withdraw", null, service),
                    ("POST", "/rename", new { key = "d" }, service),
                    ("POST", "/merge", new { into = "d" }, service),
                ]
        )
        {
            var sent = await site.SendAsync(method, OldPath + path, body, token);

            sent.Expect(308);
            Assert.Equal($"{site.Path}/articles/c%20%C3%BC{path}", sent.Headers["Location"]);
            // it may be taken back
            Assert.Equal("no-store", sent.Headers["Cache-Control"]);
            Assert.Equal("", sent.Text);
        }
        Assert.Equal(events, await site.CountEventsAsync());
        // what is wrong or forbidden is so under any key
        (await site.SendAsync("PUT", OldPath, new { title = "" }, service)).Expect(400, "validation");
        (await site.SendAsync("PUT", OldPath, new { title = "T" }, moderator)).Expect(403, "forbidden");
        (await site.GetAsync("/articles/unknown")).Expect(404, "article-not-found");
    }

    [Fact]
    public async Task Counts_search_queue_and_log_know_it_by_both_keys()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var comment = await site.ACommentAsync("a", "ada", "Wombats dig");
        (await site.FlagAsync(comment, "ben")).Expect(201);
        (await site.RenameAsync("a", "b")).Expect(200);
        var decided = await site.DecideAsync(await site.ACommentAsync("b", "cyd", "Wombats"), "approve");

        Assert.Equal(
            """{"a":2,"b":2}""",
            (await site.GetAsync("/counts?article=a&article=b")).Expect(200).Text
        );
        // once more, from the hot pages; then after a change
        Assert.Equal(
            """{"a":2,"b":2}""",
            (await site.GetAsync("/counts?article=a&article=b")).Expect(200).Text
        );
        await site.ACommentAsync("b", "dan", "Other");
        Assert.Equal("""{"a":3}""", (await site.GetAsync("/counts?article=a")).Expect(200).Text);
        foreach (var key in (string[])["a", "b"])
        {
            var found = (
                await site.GetAsync($"/search?q=wombats&article={key}&minPosition={decided.Position}")
            ).Expect(200)["items"];
            Assert.Equal(
                ["b", "b"],
                found.EnumerateArray().Select(i => i.GetProperty("article").GetProperty("key").GetString())
            );
            var queue = (await site.LookAsync($"/moderation/queue?state=flagged&article={key}")).GetProperty(
                "items"
            );
            Assert.Equal(
                "b",
                Assert
                    .Single(queue.EnumerateArray())
                    .GetProperty("comment")
                    .GetProperty("article")
                    .GetString()
            );
            var log = (await site.LookAsync($"/moderation/log?article={key}")).GetProperty("items");
            Assert.Equal(
                ["approve", "rename"],
                log.EnumerateArray().Select(l => l.GetProperty("action").GetString())
            );
        }
    }

    [Fact]
    public async Task Counts_and_imports_find_each_of_several_that_moved()
    {
        var site = await store.ASiteAsync();
        foreach (var key in (string[])["a", "b", "c", "d"])
        {
            (await site.PutArticleAsync(key)).Expect(201);
            await site.ACommentAsync(key, "ada", "First");
        }
        (await site.RenameAsync("a", "a2")).Expect(200);
        (await site.RenameAsync("b", "b2")).Expect(200);
        (await site.MergeAsync("c", "b")).Expect(200);

        Assert.Equal(
            """{"a":1,"b":2,"c":2,"d":1}""",
            (await site.GetAsync("/counts?article=a&article=b&article=c&article=d")).Expect(200).Text
        );

        var file =
            """
            {"type":"header","format":"threadstore-ndjson","version":1}
            {"type":"article","key":"a","title":"A"}
            {"type":"commenter","externalId":"7","name":"Old hand"}
            {"type":"comment","externalId":"1","article":"a","author":"7","createdAt":"2021-04-02T10:00:00Z","body":"Older"}
            """u8;
        var imported = await ImportJobTests.SendAsync(site, "/imports?format=threadstore", file.ToArray());
        Assert.Equal("done", imported["state"].GetString());
        Assert.Equal(
            """{"a":2,"a2":2}""",
            (await site.GetAsync("/counts?article=a&article=a2")).Expect(200).Text
        );
    }

    [Fact]
    public async Task A_key_that_is_or_was_another_articles_is_taken()
    {
        var site = await store.ASiteAsync();
        foreach (var key in (string[])["a", "b", "c"])
            (await site.PutArticleAsync(key)).Expect(201);
        (await site.RenameAsync("b", "b2")).Expect(200);
        (await site.SendAsync("POST", "/articles/c/withdraw", token: site.Token("cms", Role.Service))).Expect(
            200
        );
        var events = await site.CountEventsAsync();

        (await site.RenameAsync("a", "b")).Expect(409, "article-exists");
        (await site.RenameAsync("a", "b2")).Expect(409, "article-exists");
        (await site.RenameAsync("a", "c")).Expect(409, "article-exists");
        (await site.RenameAsync("nobody", "d")).Expect(404, "article-not-found");
        (await site.RenameAsync("a", "..")).Expect(400, "validation");
        (await site.RenameAsync("a", "")).Expect(400, "validation");
        (await site.RenameAsync("a", "x\ny")).Expect(400, "validation");
        var moderator = site.Token("mod", Role.Moderator);
        (await site.SendAsync("POST", "/articles/a/rename", new { key = "d" }, moderator)).Expect(
            403,
            "forbidden"
        );
        (await site.RenameAsync("a", "a")).Expect(200);
        // again, and by its old key: it is so already
        (await site.RenameAsync("b", "b2")).Expect(200);

        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task It_may_have_an_old_key_of_its_own_again()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var comment = await site.ACommentAsync("a", "ada", "First");
        (await site.RenameAsync("a", "b")).Expect(200);
        await site.ACommentAsync("b", "ben", "Second", comment);

        (await site.RenameAsync("b", "a")).Expect(200);

        await Walk.AssertLawOfCountsAsync(site, "a");
        Assert.Equal(2, (await site.GetAsync("/articles/a")).Expect(200)["commentCount"].GetInt32());
        Assert.Equal(
            $"{site.Path}/articles/a",
            (await site.GetAsync("/articles/b")).Expect(308).Headers["Location"]
        );
        Assert.Equal("a", (await site.GetAsync($"/comments/{comment}")).Expect(200)["article"].GetString());
    }

    [Fact]
    public async Task The_same_request_again_renames_once_and_shows_it_as_it_is_called_by_then()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        (string, string) key = ("Idempotency-Key", "k1");
        var first = (await site.RenameAsync("a", "b", key)).Expect(200);
        var again = (await site.RenameAsync("a", "b", key)).Expect(200);
        Assert.Equal(first.Text, again.Text);
        (await site.RenameAsync("a", "c", key)).Expect(422, "idempotency-conflict");
        (await site.RenameAsync("b", "c")).Expect(200);

        Assert.Equal("c", (await site.RenameAsync("a", "b", key)).Expect(200)["key"].GetString());
        Assert.Equal(4, await site.CountEventsAsync());
    }

    [Fact]
    public async Task It_is_in_the_log_and_can_be_taken_back_while_nothing_was_written_since()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", "ada", "First");
        var before = await site.RowsAsync();
        var position = (await site.RenameAsync("a", "b")).Expect(200).Position;
        var line = (await site.LookAsync("/moderation/log")).GetProperty("items")[0];
        Assert.Equal(position, line.GetProperty("position").GetInt64());
        Assert.Equal("rename", line.GetProperty("action").GetString());
        Assert.Equal("cms", line.GetProperty("by").GetString());
        Assert.True(line.GetProperty("undoable").GetBoolean());
        Assert.Equal(
            """{"type":"article","id":null,"article":"b","commenter":null,"from":"a"}""",
            line.GetProperty("target").GetRawText()
        );

        var undone = (await site.ModerateAsync($"/moderation/log/{position}/undo")).Expect(200);

        Assert.Equal("a", undone["article"].GetString());
        // the key that was given up is free, and leads nowhere
        (await site.GetAsync("/articles/b")).Expect(404, "article-not-found");
        Assert.Equal(1, (await site.GetAsync("/articles/a")).Expect(200)["commentCount"].GetInt32());
        Assert.Equal(
            before,
            (await site.RowsAsync())
                .Split("\n")
                .Where(r => !r.Contains("\"key\": \"b\""))
                .Aggregate((x, y) => $"{x}\n{y}")
        );
        (await site.ModerateAsync($"/moderation/log/{position}/undo")).Expect(409, "not-undoable");
        (await site.PutArticleAsync("b")).Expect(201);
        (await site.PutArticleAsync("b")).Expect(200);
        await site.ACommentAsync("b", "ben", "Another article");
        await Walk.AssertLawOfCountsAsync(site, "b");

        var second = (await site.RenameAsync("a", "c")).Expect(200).Position;
        await site.ACommentAsync("c", "ben", "Written since");
        (await site.ModerateAsync($"/moderation/log/{second}/undo")).Expect(409, "not-undoable");
        Assert.False(
            (await site.LookAsync("/moderation/log"))
                .GetProperty("items")[0]
                .GetProperty("undoable")
                .GetBoolean()
        );
    }
}

/// <summary>The shortest ways to rename and merge.</summary>
static class Moving
{
    public static Task<Reply> RenameAsync(
        this TestSite site,
        string key,
        string to,
        params (string, string)[] headers
    ) =>
        site.SendAsync(
            "POST",
            $"/articles/{Uri.EscapeDataString(key)}/rename",
            new { key = to },
            site.Token("cms", Role.Service),
            headers
        );

    public static Task<Reply> MergeAsync(
        this TestSite site,
        string key,
        string into,
        params (string, string)[] headers
    ) =>
        site.SendAsync(
            "POST",
            $"/articles/{Uri.EscapeDataString(key)}/merge",
            new { into },
            site.Token("cms", Role.Service),
            headers
        );
}
