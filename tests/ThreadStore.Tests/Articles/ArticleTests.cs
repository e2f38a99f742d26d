using System.Text.Json;
using System.Text.Json.Nodes;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Articles;

public class ArticleTests(Store store)
{
    static readonly DateTimeOffset Day = new(2021, 4, 2, 10, 0, 0, TimeSpan.Zero);

    Task<Reply> SwitchAsync(TestSite site, string article, string what, Role role = Role.Service) =>
        store.SendAsync("POST", $"{site.Path}/articles/{article}/{what}", token: site.Token("x", role));

    static IEnumerable<string> Keys(IEnumerable<JsonElement> items) =>
        items.Select(i => i.GetProperty("key").GetString()!);

    static async Task<string[]> ListAsync(TestSite site, string query, int limit = 20) =>
        [.. Keys(await Walk.PagesAsync(site, $"/articles{query}", limit: limit))];

    [Fact]
    public async Task An_article_is_answered_whole()
    {
        var site = await store.ASiteAsync(new { closeAfterDays = 36_500, maxDepth = 4 });
        var content = new
        {
            title = "On \"threads\" & <stores> é 😀",
            url = "https://news.example/a?b=c#d",
            section = "tech",
            author = "Ada",
            tags = new[] { "b", "a", "b" },
            publishedAt = "2021-04-02T12:00:00.1234567+02:00",
            body = new[] { "One.", "", "Two\nlines." },
        };

        var put = (await site.PutArticleAsync("a", content)).Expect(201);

        var read = (await site.GetAsync("/articles/a")).Expect(200);
        Assert.Equal(put.Text, read.Text);
        var expected = """
            {
              "key": "a", "title": "On \"threads\" & <stores> é 😀", "url": "https://news.example/a?b=c#d",
              "section": "tech", "author": "Ada", "tags": ["b", "a", "b"],
              "publishedAt": "2021-04-02T10:00:00.123456Z", "discussion": "open",
              "closesAt": "2121-03-09T10:00:00.123456Z", "commentCount": 0, "lastCommentAt": null,
              "rules": { "maxCommentLength": 10000, "maxDepth": 4, "editWindowMinutes": 15,
                         "reactions": { "dislike": -1, "like": 1 } },
              "body": ["One.", "", "Two\nlines."]
            }
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(read.Text)), read.Text);
    }

    [Fact]
    public async Task What_is_left_out_becomes_null()
    {
        var site = await store.ASiteAsync();
        (
            await site.PutArticleAsync(
                "a",
                new
                {
                    title = "T",
                    url = "https://news.example/a",
                    section = "s",
                    author = "A",
                    tags = new[] { "t" },
                    publishedAt = Day,
                    body = new[] { "P" },
                }
            )
        ).Expect(201);

        (await site.PutArticleAsync("a", new { title = "U" })).Expect(200);

        var read = (await site.GetAsync("/articles/a")).Expect(200);
        Assert.Equal("U", read["title"].GetString());
        foreach (var member in (string[])["url", "section", "author", "tags", "publishedAt", "body"])
            Assert.Equal(JsonValueKind.Null, read[member].ValueKind);
    }

    [Fact]
    public async Task The_same_content_again_appends_no_event()
    {
        var site = await store.ASiteAsync();
        var content = new
        {
            title = "T",
            tags = Array.Empty<string>(),
            publishedAt = Day,
        };
        (await site.PutArticleAsync("a", content)).Expect(201);
        var events = await site.CountEventsAsync();

        (await site.PutArticleAsync("a", content)).Expect(200);
        (
            await site.PutArticleAsync(
                "a",
                """{"publishedAt":"2021-04-02T12:00:00+02:00","tags":[],"title":"T"}"""
            )
        ).Expect(200);
        Assert.Equal(events, await site.CountEventsAsync());

        (await site.PutArticleAsync("a", new { title = "T", publishedAt = Day })).Expect(200);
        Assert.Equal(events + 1, await site.CountEventsAsync());
    }

    [Fact]
    public async Task An_empty_list_is_not_the_same_as_none()
    {
        var site = await store.ASiteAsync();

        (await site.PutArticleAsync("a", """{"title":"T","tags":[],"body":[]}""")).Expect(201);

        var read = await site.GetAsync("/articles/a");
        Assert.Equal(("[]", "[]"), (read["tags"].GetRawText(), read["body"].GetRawText()));
    }

    [Fact]
    public async Task Those_who_tell_of_one_article_at_once_create_it_once()
    {
        var site = await store.ASiteAsync();
        var events = await site.CountEventsAsync();

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => site.PutArticleAsync("a", new { title = "T" }))
        );

        Assert.Single(replies, r => r.Status == 201);
        Assert.Equal(9, replies.Count(r => r.Status == 200));
        Assert.Equal(events + 1, await site.CountEventsAsync());
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59.999999Z", 3)]
    [InlineData("9999-12-30T00:00:00Z", 36_500)]
    [InlineData("0001-01-01T00:00:00Z", 3)]
    [InlineData("0001-01-01T00:00:00Z", null)]
    public async Task A_date_at_the_end_of_the_calendar_breaks_nothing(string published, int? closeAfterDays)
    {
        var site = await store.ASiteAsync(new { closeAfterDays });
        await site.PutArticleAsync("b");

        (await site.PutArticleAsync("a", new { title = "T", publishedAt = published })).Expect(201);

        Assert.Equal(published, (await site.GetAsync("/articles/a")).Expect(200)["publishedAt"].GetString());
        Assert.Equal(2, (await ListAsync(site, "?sort=newest", limit: 1)).Length);
        Assert.Equal(2, (await ListAsync(site, "?sort=active", limit: 1)).Length);
        Assert.InRange((await site.PostAsync("a", "ada", "Hello")).Status, 201, 409);
    }

    [Fact]
    public async Task Articles_of_other_sites_are_others()
    {
        var (one, other) = (await store.ASiteAsync(), await store.ASiteAsync());
        (await one.PutArticleAsync("a", new { title = "One" })).Expect(201);
        await one.ACommentAsync("a", "ada", "Hello");

        (await other.GetAsync("/articles/a")).ExpectProblem(404, "article-not-found");
        Assert.Empty(await ListAsync(other, ""));
        Assert.Equal("""{"a":0}""", (await other.GetAsync("/counts?article=a")).Text);
        (await other.PutArticleAsync("a", new { title = "Other" })).Expect(201);
        Assert.Equal("One", (await one.GetAsync("/articles/a"))["title"].GetString());
    }

    [Fact]
    public async Task Lists_come_without_paragraphs()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a", new { title = "T", body = new[] { "P" } })).Expect(201);

        var item = Assert.Single((await site.GetAsync("/articles"))["items"].EnumerateArray());

        Assert.False(item.TryGetProperty("body", out _));
        var whole = JsonNode.Parse((await site.GetAsync("/articles/a")).Text)!.AsObject();
        whole.Remove("body");
        Assert.True(JsonNode.DeepEquals(whole, JsonNode.Parse(item.GetRawText())));
    }

    [Fact]
    public async Task The_newest_come_first_by_their_date_of_publication()
    {
        var site = await store.ASiteAsync();
        foreach (var (key, days) in (ValueTuple<string, int>[])[("b", 1), ("d", 3), ("a", 0), ("c", 2)])
            (await site.PutArticleAsync(key, new { title = key, publishedAt = Day.AddDays(days) })).Expect(
                201
            );
        // without a date of its own: when we were told of it
        (await site.PutArticleAsync("today")).Expect(201);

        string[] expected = ["today", "d", "c", "b", "a"];
        Assert.Equal(expected, await ListAsync(site, ""));
        Assert.Equal(expected, await ListAsync(site, "?sort=newest", limit: 2));
    }

    [Fact]
    public async Task The_liveliest_come_first_by_their_last_comment()
    {
        var site = await store.ASiteAsync();
        foreach (var (key, days) in (ValueTuple<string, int>[])[("a", 0), ("b", 1), ("c", 2), ("d", 3)])
            (await site.PutArticleAsync(key, new { title = key, publishedAt = Day.AddDays(days) })).Expect(
                201
            );
        await site.ACommentAsync("c", "ada", "One");
        await site.ACommentAsync("a", "ada", "Two");

        Assert.Equal(["a", "c", "d", "b"], await ListAsync(site, "?sort=active"));
    }

    [Fact]
    public async Task The_most_commented_come_first_and_of_those_the_newest()
    {
        var site = await store.ASiteAsync();
        foreach (var (key, days) in (ValueTuple<string, int>[])[("a", 0), ("b", 1), ("c", 2), ("d", 3)])
            (await site.PutArticleAsync(key, new { title = key, publishedAt = Day.AddDays(days) })).Expect(
                201
            );
        foreach (
            var (key, body) in (ValueTuple<string, string>[])[("a", "1"), ("a", "2"), ("b", "1"), ("c", "1")]
        )
            await site.ACommentAsync(key, "ada", body);

        Assert.Equal(["a", "c", "b", "d"], await ListAsync(site, "?sort=mostCommented"));
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("active")]
    [InlineData("mostCommented")]
    public async Task A_walk_meets_each_article_once_also_where_many_have_one_date(string sort)
    {
        var site = await store.ASiteAsync();
        string[] keys = [.. Enumerable.Range(0, 23).Select(n => $"a{n}")];
        foreach (var key in keys)
            (await site.PutArticleAsync(key, new { title = key, publishedAt = Day })).Expect(201);
        foreach (var key in keys.Take(9))
            await site.ACommentAsync(key, "ada", "Hello");

        var whole = await ListAsync(site, $"?sort={sort}", limit: 100);
        foreach (var limit in (int[])[1, 2, 7, 23])
            Assert.Equal(whole, await ListAsync(site, $"?sort={sort}", limit));
        Assert.Equal(keys.Order(), whole.Order());
    }

    [Fact]
    public async Task A_list_is_filtered_by_section_and_tag()
    {
        var site = await store.ASiteAsync();
        (
            await site.PutArticleAsync(
                "a",
                new
                {
                    title = "a",
                    section = "s",
                    tags = new[] { "x", "y" },
                }
            )
        ).Expect(201);
        (
            await site.PutArticleAsync(
                "b",
                new
                {
                    title = "b",
                    section = "s",
                    tags = new[] { "y" },
                }
            )
        ).Expect(201);
        (
            await site.PutArticleAsync(
                "c",
                new
                {
                    title = "c",
                    section = "t",
                    tags = new[] { "x" },
                }
            )
        ).Expect(201);
        (await site.PutArticleAsync("d", new { title = "d" })).Expect(201);

        Assert.Equal(["b", "a"], await ListAsync(site, "?section=s", limit: 1));
        Assert.Equal(["c", "a"], await ListAsync(site, "?tag=x", limit: 1));
        Assert.Equal(["a"], await ListAsync(site, "?section=s&tag=x"));
        Assert.Empty(await ListAsync(site, "?section=S"));
        Assert.Empty(await ListAsync(site, "?section="));
    }

    [Fact]
    public async Task An_article_is_found_by_any_address_that_it_has_or_had()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a", new { title = "a", url = "https://news.example/one" })).Expect(201);
        (
            await site.PutArticleAsync("a", new { title = "a", url = "https://news.example/two?x=1&y=é" })
        ).Expect(200);
        (await site.PutArticleAsync("a", new { title = "a" })).Expect(200);
        (await site.PutArticleAsync("b", new { title = "b", url = "https://news.example/three" })).Expect(
            201
        );
        Task<string[]> Find(string url) => ListAsync(site, $"?url={Uri.EscapeDataString(url)}");

        Assert.Equal(["a"], await Find("https://news.example/one"));
        Assert.Equal(["a"], await Find("https://news.example/two?x=1&y=é"));
        Assert.Equal(["b"], await Find("https://news.example/three"));
        Assert.Empty(await Find("https://news.example/on"));
    }

    [Theory]
    [InlineData(
        "https://münchen.example/straße/ä b?q=ü|1",
        "https://xn--mnchen-3ya.example/stra%C3%9Fe/%C3%A4%20b?q=%C3%BC|1"
    )]
    [InlineData("https://xn--mnchen-3ya.example/stra%c3%9fe", "https://münchen.example/straße")]
    [InlineData("https://News.example:443", "https://news.example/")]
    [InlineData("https://news.example/a%7Eb/%41", "https://news.example/a~b/A")]
    public async Task An_article_is_found_by_its_address_as_browsers_send_it(string told, string sent)
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a", new { title = "a", url = told })).Expect(201);
        (await site.PutArticleAsync("b", new { title = "b", url = "https://news.example/other" })).Expect(
            201
        );

        foreach (var url in (string[])[told, sent])
            Assert.Equal(["a"], await ListAsync(site, $"?url={Uri.EscapeDataString(url)}"));
        Assert.Equal(told, (await site.GetAsync("/articles/a"))["url"].GetString());
    }

    [Fact]
    public async Task An_address_of_two_thousand_letters_of_any_script_is_found()
    {
        var site = await store.ASiteAsync();
        var url = "https://news.example/".PadRight(1_000, 'я');
        (await site.PutArticleAsync("a", new { title = "a", url })).Expect(201);

        Assert.Equal(["a"], await ListAsync(site, $"?url={Uri.EscapeDataString(url)}"));
        Assert.Equal(["a"], await ListAsync(site, $"?url={Uri.EscapeDataString(new Uri(url).AbsoluteUri)}"));
        Assert.Empty(await ListAsync(site, $"?url={Uri.EscapeDataString(url[..^1])}"));
    }

    [Fact]
    public async Task A_withdrawn_article_is_hidden_from_readers_wherever_it_stood()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a", new { title = "T", url = "https://news.example/a" })).Expect(201);
        var parent = await site.ACommentAsync("a", "ada", "Hello");
        await site.ACommentAsync("a", "ben", "Reply", parent);

        var withdrawn = (await SwitchAsync(site, "a", "withdraw")).Expect(200);

        Assert.StartsWith("private", withdrawn.Headers["Cache-Control"], StringComparison.Ordinal);
        foreach (var token in (string?[])[null, site.Token("cara"), site.Token("ada")])
        {
            (await site.GetAsync("/articles/a", token)).ExpectProblem(404, "article-not-found");
            (await site.GetAsync("/articles/a/comments", token)).ExpectProblem(404, "article-not-found");
            (await site.GetAsync($"/comments/{parent}", token)).ExpectProblem(404, "comment-not-found");
            (await site.GetAsync($"/comments/{parent}/replies", token)).ExpectProblem(
                404,
                "comment-not-found"
            );
            Assert.Equal("""{"a":0}""", (await site.GetAsync("/counts?article=a", token)).Text);
            Assert.Equal(0, (await site.GetAsync("/articles", token))["items"].GetArrayLength());
            Assert.Equal(
                0,
                (await site.GetAsync("/articles?url=https://news.example/a", token))["items"].GetArrayLength()
            );
            Assert.Equal(
                0,
                (await site.GetAsync("/commenters/ben/comments", token))["items"].GetArrayLength()
            );
        }
    }

    [Fact]
    public async Task A_withdrawn_article_is_kept_for_moderators_and_for_no_shared_cache()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var parent = await site.ACommentAsync(article, "ada", "Hello");
        await site.ACommentAsync(article, "ben", "Reply", parent);
        (await SwitchAsync(site, article, "withdraw")).Expect(200);

        foreach (var role in (Role[])[Role.Moderator, Role.Analyst, Role.Admin])
        foreach (
            var path in (string[])
                [
                    $"/articles/{article}",
                    $"/articles/{article}/comments",
                    $"/comments/{parent}",
                    $"/comments/{parent}/replies",
                ]
        )
        {
            var read = (await site.GetAsync(path, site.Token("m", role))).Expect(200);
            Assert.StartsWith("private", read.Headers["Cache-Control"], StringComparison.Ordinal);
        }
        var history = await site.GetAsync("/commenters/ben/comments", site.Token("m", Role.Moderator));
        Assert.Equal(1, history["items"].GetArrayLength());
    }

    [Fact]
    public async Task Publishing_brings_it_all_back()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Hello");
        var paths = new[]
        {
            $"/articles/{article}",
            $"/articles/{article}/comments",
            $"/counts?article={article}",
        };
        var before = new List<string>();
        foreach (var path in paths)
            before.Add((await site.GetAsync(path)).Expect(200).Text);
        (await SwitchAsync(site, article, "withdraw")).Expect(200);

        (await SwitchAsync(site, article, "publish")).Expect(200);

        foreach (var (path, text) in paths.Zip(before))
        {
            var read = (await site.GetAsync(path)).Expect(200);
            Assert.Equal(text, read.Text);
            Assert.StartsWith("public", read.Headers["Cache-Control"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("withdraw", "publish")]
    [InlineData("discussion/close", "discussion/open")]
    public async Task A_switch_turned_twice_appends_one_event(string on, string off)
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var events = await site.CountEventsAsync();
        async Task<(string Text, long Events)> Turn(string what) =>
            ((await SwitchAsync(site, article, what)).Expect(200).Text, await site.CountEventsAsync());

        var (never, first, second, back, again) = (
            await Turn(off),
            await Turn(on),
            await Turn(on),
            await Turn(off),
            await Turn(off)
        );

        Assert.Equal(events, never.Events);
        Assert.Equal(events + 1, first.Events);
        Assert.Equal(first, second);
        Assert.Equal(events + 2, back.Events);
        Assert.Equal(back, again);
        Assert.Equal(never.Text, back.Text);
    }

    [Fact]
    public async Task A_write_that_changes_nothing_tells_a_position_that_holds_what_it_answers()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();

        var closed = (await SwitchAsync(site, article, "discussion/close", Role.Moderator)).Expect(200);
        var again = (await SwitchAsync(site, article, "discussion/close", Role.Moderator)).Expect(200);

        Assert.True(again.Position >= closed.Position);
        Assert.Equal("closed", again["discussion"].GetString());
    }

    [Theory]
    [InlineData("withdraw")]
    [InlineData("publish")]
    [InlineData("discussion/close")]
    [InlineData("discussion/open")]
    public async Task What_is_not_there_cannot_be_switched(string what)
    {
        var site = await store.ASiteAsync();

        (await SwitchAsync(site, "missing", what)).ExpectProblem(404, "article-not-found");
        Assert.Equal(1, await site.CountEventsAsync());
    }

    [Fact]
    public async Task A_discussion_tells_when_it_closes_by_itself()
    {
        var site = await store.ASiteAsync(new { closeAfterDays = 3 });
        (await site.PutArticleAsync("old", new { title = "T", publishedAt = Day })).Expect(201);

        var old = await site.GetAsync("/articles/old");

        Assert.Equal("2021-04-05T10:00:00Z", old["closesAt"].GetString());
        Assert.Equal("closed", old["discussion"].GetString());
        (
            await store.SendAsync(
                "PUT",
                site.Path,
                """{"closeAfterDays":null}""",
                Store.Token("*", "r", Role.Admin)
            )
        ).Expect(200);
        var open = await site.GetAsync("/articles/old");
        Assert.Equal(
            (JsonValueKind.Null, "open"),
            (open["closesAt"].ValueKind, open["discussion"].GetString())
        );
    }
}
