using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Http;
using ThreadStore.Inbox;
using ThreadStore.Kernel;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Inbox;

public class NotificationsTests(Store store)
{
    static async Task<Reply> InboxAsync(TestSite site, string who, string query = "", long? min = null)
    {
        // whatever was written before this request
        var position = min ?? (await site.GetAsync("/articles")).Position;
        return (
            await site.GetAsync(
                $"/me/notifications{query}",
                site.Token(who),
                ("ThreadStore-Min-Position", $"{position}")
            )
        ).Expect(200);
    }

    static string[] Types(Reply inbox) =>
        [.. inbox["items"].EnumerateArray().Select(i => i.GetProperty("type").GetString()!)];

    static long Unread(Reply inbox) => inbox["unread"].GetInt64();

    [Fact]
    public async Task A_reply_is_told_with_the_comment_and_who_wrote_it()
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("bridge", new { title = "Bridge", url = "https://news.example/b" });
        var root = await site.ACommentAsync("bridge", "ada", "One");
        var reply = (await site.PostAsync("bridge", "ben", "Two", root)).Expect(201);
        await site.ACommentAsync("bridge", "ada", "My own answer", root);

        var inbox = await InboxAsync(site, "ada");

        var item = Assert.Single(inbox["items"].EnumerateArray());
        Assert.Equal(
            ["id", "type", "at", "read", "article", "comment", "by"],
            item.EnumerateObject().Select(m => m.Name)
        );
        Assert.Equal(
            (reply.Position, "reply", false, "ben"),
            (
                item.GetProperty("id").GetInt64(),
                item.GetProperty("type").GetString(),
                item.GetProperty("read").GetBoolean(),
                item.GetProperty("by").GetString()
            )
        );
        Assert.Equal(
            """{"key":"bridge","title":"Bridge","url":"https://news.example/b"}""",
            item.GetProperty("article").GetRawText()
        );
        Assert.Equal(reply.Text, item.GetProperty("comment").GetRawText());
        Assert.Equal(1, Unread(inbox));
        Assert.Empty(Types(await InboxAsync(site, "ben")));
    }

    [Fact]
    public async Task Who_wrote_on_the_article_can_be_mentioned_by_key_or_name()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var cleo = site.Token("cleo", name: "Cleo de Nile");
        (await site.SendAsync("POST", $"/articles/{article}/comments", new { body = "Here" }, cleo)).Expect(
            201
        );
        await site.ACommentAsync(article, "ben", "Here, too");
        await site.ACommentAsync(await site.AnArticleAsync(), "dan", "Elsewhere");

        await site.ACommentAsync(article, "ada", "@ben, @\"cleo de nile\", @dan and me@ben.example");

        Assert.Equal(["mention"], Types(await InboxAsync(site, "ben")));
        Assert.Equal(["mention"], Types(await InboxAsync(site, "cleo")));
        Assert.Empty(Types(await InboxAsync(site, "dan")));
    }

    [Fact]
    public async Task An_edit_tells_those_who_are_named_anew_and_nobody_twice()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ben", "One");
        await site.ACommentAsync(article, "cleo", "Two");
        var reply = await site.ACommentAsync(article, "ada", "@ben no", root);

        foreach (var body in (string[])["@ben @cleo no", "@cleo @ben yes"])
            (await site.SendAsync("PATCH", $"/comments/{reply}", new { body }, site.Token("ada"))).Expect(
                200
            );

        Assert.Equal(["reply"], Types(await InboxAsync(site, "ben")));
        Assert.Equal(["mention"], Types(await InboxAsync(site, "cleo")));
    }

    [Fact]
    public async Task What_became_unseen_is_in_no_inbox_and_not_counted()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        var deleted = await site.ACommentAsync(article, "ben", "Two", root);
        var rejected = await site.ACommentAsync(article, "cleo", "Three", root);
        Assert.Equal(2, Unread(await InboxAsync(site, "ada")));

        (await site.SendAsync("DELETE", $"/comments/{deleted}", token: site.Token("ben"))).Expect(204);
        await site.DecideAsync(rejected, "reject");
        Assert.Equal(0, Unread(await InboxAsync(site, "ada")));
        await site.DecideAsync(rejected, "restore");
        var inbox = await InboxAsync(site, "ada");
        Assert.Equal(1, Unread(inbox));
        Assert.Equal(["reply"], Types(inbox));
        (
            await site.SendAsync(
                "POST",
                $"/articles/{article}/withdraw",
                token: site.Token("cms", Role.Service)
            )
        ).Expect(200);
        Assert.Empty(Types(await InboxAsync(site, "ada")));
    }

    [Fact]
    public async Task What_is_held_is_told_when_it_is_published()
    {
        var site = await store.ASiteAsync(new { suspectWords = (string[])["hotel"] });
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        var held = await site.ACommentAsync(article, "ben", "My hotel", root);
        Assert.Empty(Types(await InboxAsync(site, "ada")));

        await site.DecideAsync(held, "approve");

        Assert.Equal(["reply"], Types(await InboxAsync(site, "ada")));
        var told = await InboxAsync(site, "ben");
        Assert.Equal(["decision"], Types(told));
        Assert.Equal("moderator", told["items"][0].GetProperty("by").GetString());
    }

    [Fact]
    public async Task What_moderators_do_is_told_to_whom_it_is_about()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, "ada", "One");
        await site.DecideAsync(comment, "feature");
        await site.DecideAsync(comment, "reject");
        var appeal = await site.SendAsync(
            "POST",
            $"/comments/{comment}/appeal",
            new { text = "It was a quotation" },
            site.Token("ada")
        );
        (
            await site.SendAsync(
                "POST",
                $"/moderation/appeals/{appeal.Expect(201)["id"]}",
                new { uphold = true, reason = "It was not" },
                site.Token("max", Role.Moderator)
            )
        ).Expect(200);
        (await site.ModerateAsync("/commenters/ada/warn", new { message = "Mind your words" })).Expect(200);

        var inbox = await InboxAsync(site, "ada");

        // what was featured is seen no more
        Assert.Equal(["warning", "appeal", "decision"], Types(inbox));
        Assert.Equal("One", inbox["items"][1].GetProperty("comment").GetProperty("body").GetString());
        Assert.Equal(JsonValueKind.Null, inbox["items"][0].GetProperty("comment").ValueKind);
    }

    [Fact]
    public async Task Nobody_hears_of_those_in_the_shadow()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        await site.ACommentAsync(article, "eve", "Hello");
        (await site.ModerateAsync("/commenters/eve/shadow", new { reason = "Trolls" })).Expect(200);
        await site.ACommentAsync(article, "eve", "@ada look", root);

        Assert.Empty(Types(await InboxAsync(site, "ada")));
        Assert.Empty(Types(await InboxAsync(site, "eve")));
    }

    [Fact]
    public async Task What_was_read_is_counted_no_more_and_pages_hold_the_rest()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        for (var i = 0; i < 5; i++)
            await site.ACommentAsync(article, "ben", $"Reply {i}", root);
        var first = await InboxAsync(site, "ada", "?limit=2");
        var second = await InboxAsync(site, "ada", $"?limit=3&cursor={first["nextCursor"].GetString()}");
        Assert.Equal(5, Unread(first));
        Assert.Equal(JsonValueKind.Null, second["nextCursor"].ValueKind);
        long[] ids =
        [
            .. first["items"]
                .EnumerateArray()
                .Concat(second["items"].EnumerateArray())
                .Select(i => i.GetProperty("id").GetInt64()),
        ];
        Assert.Equal(ids.OrderDescending().Distinct(), ids);
        Assert.Equal(5, ids.Length);

        async Task<long> ReadAsync(long upTo) =>
            (await site.SendAsync("POST", "/me/notifications/read", new { upTo }, site.Token("ada")))
                .Expect(200)["unread"]
                .GetInt64();
        Assert.Equal(2, await ReadAsync(ids[2]));
        // never the other way
        Assert.Equal(2, await ReadAsync(ids[4]));
        var after = await InboxAsync(site, "ada");
        Assert.Equal(
            [false, false, true, true, true],
            after["items"].EnumerateArray().Select(i => i.GetProperty("read").GetBoolean())
        );
        Assert.Equal(0, await ReadAsync(long.MaxValue));
        await site.ACommentAsync(article, "ben", "One more", root);
        Assert.Equal(1, Unread(await InboxAsync(site, "ada")));
    }

    [Fact]
    public async Task What_came_after_a_stretch_is_not_counted_as_unread_in_it()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        var reply = (await site.PostAsync(article, "ben", "Two", root)).Expect(201);
        await InboxAsync(site, "ada");
        var notifications = store.Services.GetRequiredService<Notifications>();

        async Task<(int Items, long Unread)> UpToAsync(long position)
        {
            var (items, unread) = await notifications.SinceAsync(
                site.Key,
                StreamId.Commenter(site.Key, "ada"),
                0,
                position,
                10,
                TestContext.Current.CancellationToken
            );
            return (items!.Count, unread);
        }

        Assert.Equal((0, 0), await UpToAsync(reply.Position - 1));
        Assert.Equal((1, 1), await UpToAsync(reply.Position));
    }

    [Fact]
    public async Task A_window_that_is_open_is_told_at_once_and_resumes_with_nothing_missed()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        var path = $"{site.Path}/me/notifications/live";
        using var client = new HttpClient { BaseAddress = node.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", site.Token("ada"));
        string last;
        await using (var window = await LiveReader.OpenAsync(client, path))
        {
            Assert.Equal(0, (await window.ExpectAsync("unread")).Data.GetProperty("unread").GetInt64());
            var reply = (await site.PostAsync(article, "ben", "Two", root)).Expect(201);
            var told = await window.ExpectAsync("notification");
            Assert.Equal(reply.Text, told.Data.GetProperty("comment").GetRawText());
            Assert.Equal(1, (await window.ExpectAsync("unread")).Data.GetProperty("unread").GetInt64());
            last = told.Key;
            await site.SendAsync(
                "POST",
                "/me/notifications/read",
                new { upTo = reply.Position },
                site.Token("ada")
            );
            Assert.Equal(0, (await window.ExpectAsync("unread")).Data.GetProperty("unread").GetInt64());
        }
        await site.ACommentAsync(article, "ben", "Three", root);
        await site.ACommentAsync(article, "cleo", "To nobody");
        await InboxAsync(site, "ada");

        await using var again = await LiveReader.OpenAsync(client, path, last);
        var missed = await again.ExpectAsync("notification");
        Assert.Equal("Three", missed.Data.GetProperty("comment").GetProperty("body").GetString());
        Assert.Equal(1, (await again.ExpectAsync("unread")).Data.GetProperty("unread").GetInt64());
    }

    [Fact]
    public async Task Two_nodes_note_everything_once()
    {
        await using var first = await Node.StartAsync(store);
        await using var second = await first.AnotherAsync();
        var site = await first.ASiteAsync();
        var there = second.Site(site.Key);
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        for (var i = 0; i < 20; i++)
            await (i % 2 == 0 ? site : there).ACommentAsync(article, "ben", $"Reply {i}", root);
        var newest = (long)(await first.ScalarAsync("select max(seq_id) from threadstore.mt_events"))!;

        foreach (var node in (TestSite[])[site, there])
            Assert.Equal(20, Unread(await InboxAsync(node, "ada", min: newest)));
    }

    [Fact]
    public async Task Bad_requests_are_refused()
    {
        var site = await store.ASiteAsync();
        foreach (var body in (string[])["""{ "upTo": -1 }""", """{ }""", """{ "upto": 1 }"""])
            (await site.SendAsync("POST", "/me/notifications/read", body, site.Token("ada"))).Expect(400);
        (await site.GetAsync("/me/notifications")).Expect(401);
        (await site.GetAsync("/me/notifications/live?after=x", site.Token("ada"))).Expect(400);
    }
}
