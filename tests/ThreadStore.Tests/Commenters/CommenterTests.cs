using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Commenters;

public class CommenterTests(Store store)
{
    [Fact]
    public async Task A_profile_says_who_somebody_is()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var first = (
            await store.SendAsync(
                "POST",
                $"{site.Path}/articles/{article}/comments",
                new { body = "One" },
                site.Token("ada", name: "Ada")
            )
        ).Expect(201);

        var profile = (await site.GetAsync("/commenters/ada")).Expect(200);

        Assert.Equal(
            $$"""{"key":"ada","name":"Ada","picture":null,"joinedAt":"{{first["createdAt"]}}","commentCount":1,"reactionsReceived":0,"standing":null}""",
            profile.Text
        );
    }

    [Fact]
    public async Task Standing_is_for_oneself_and_for_moderators()
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "One");
        async Task<(string?, string)> Read(string? token)
        {
            var profile = (await site.GetAsync("/commenters/ada", token)).Expect(200);
            return (profile["standing"].GetString(), profile.Headers["Cache-Control"].Split(',')[0]);
        }

        Assert.Equal((null, "public"), await Read(null));
        Assert.Equal((null, "public"), await Read(site.Token("ben")));
        Assert.Equal((null, "public"), await Read(site.Token("ben", Role.Service | Role.Analyst)));
        Assert.Equal(("good", "private"), await Read(site.Token("ada")));
        Assert.Equal(("good", "private"), await Read(site.Token("m", Role.Moderator)));
        Assert.Equal(("good", "private"), await Read(site.Token("m", Role.Admin)));
        // ada of another site is somebody else
        Assert.Equal((null, "public"), await Read((await store.ASiteAsync()).Token("ada")));
    }

    [Fact]
    public async Task A_history_is_newest_first_and_says_where_each_comment_stands()
    {
        var site = await store.ASiteAsync();
        (
            await site.PutArticleAsync("a 1", new { title = "One \"1\"", url = "https://news.example/1" })
        ).Expect(201);
        (await site.PutArticleAsync("b")).Expect(201);
        var first = await site.ACommentAsync("a%201", "ada", "First");
        await site.ACommentAsync("a%201", "ben", "Not hers");
        var second = await site.ACommentAsync("b", "ada", "Second");
        var third = await site.ACommentAsync("a%201", "ada", "Third", first);

        var items = (await site.GetAsync("/commenters/ada/comments"))
            .Expect(200)["items"]
            .EnumerateArray()
            .ToList();

        Assert.Equal([third, second, first], items.Ids());
        Assert.Equal(
            """{"key":"a 1","title":"One \"1\"","url":"https://news.example/1"}""",
            items[0].GetProperty("article").GetRawText()
        );
        Assert.Equal(
            """{"key":"b","title":"About b","url":null}""",
            items[1].GetProperty("article").GetRawText()
        );
        Assert.Equal("Third", items[0].GetProperty("body").GetString());
        Assert.Equal(
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
            ],
            items[0].EnumerateObject().Select(m => m.Name)
        );
    }

    [Fact]
    public async Task A_history_is_walked_without_loss_also_where_many_have_one_time()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var joined = await site.ACommentAsync("a", "ada", "Joined");
        Guid[] ids = [.. Enumerable.Range(0, 12).Select(n => Past.Id(site, n))];
        await Past.AppendAsync(site, ids.Select((id, n) => Past.Posted(id, "a", Past.Day.AddMinutes(n / 5))));
        Guid[] expected = [joined, .. ids[10..], .. ids[5..10], .. ids[..5]];

        foreach (var limit in (int[])[1, 2, 5, 100])
            Assert.Equal(
                expected,
                (await Walk.PagesAsync(site, "/commenters/ada/comments", limit: limit)).Ids()
            );
    }

    [Fact]
    public async Task A_history_is_private_for_oneself_and_for_moderators()
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "One");
        async Task<string> Caching(string? token) =>
            (await site.GetAsync("/commenters/ada/comments", token))
                .Expect(200)
                .Headers["Cache-Control"]
                .Split(',')[0];

        Assert.Equal("public", await Caching(null));
        Assert.Equal("public", await Caching(site.Token("ben")));
        Assert.Equal("private", await Caching(site.Token("ada")));
        Assert.Equal("private", await Caching(site.Token("m", Role.Moderator)));
    }

    [Fact]
    public async Task Who_never_wrote_here_is_not_found()
    {
        var (site, other) = (await store.ASiteAsync(), await store.ASiteAsync());
        await other.ACommentAsync(await other.AnArticleAsync(), "ada", "Elsewhere");

        foreach (var token in (string?[])[null, site.Token("ada"), site.Token("m", Role.Moderator)])
        {
            (await site.GetAsync("/commenters/ada", token)).ExpectProblem(404, "commenter-not-found");
            (await site.GetAsync("/commenters/ada/comments", token)).ExpectProblem(
                404,
                "commenter-not-found"
            );
        }
    }

    [Fact]
    public async Task A_refused_comment_makes_nobody_a_commenter()
    {
        var site = await store.ASiteAsync();

        (await site.PostAsync("missing", "ada", "Hello")).ExpectProblem(404, "article-not-found");

        (await site.GetAsync("/commenters/ada")).ExpectProblem(404, "commenter-not-found");
    }

    [Fact]
    public async Task A_picture_is_shown_only_by_https()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        async Task<JsonElement> Picture(string sub, string picture)
        {
            var token = Jwt.Of(
                new
                {
                    sub,
                    site = site.Key,
                    exp = Jwt.In(TimeSpan.FromMinutes(5)),
                    picture,
                }
            );
            var posted = await store.SendAsync(
                "POST",
                $"{site.Path}/articles/{article}/comments",
                new { body = "Hello" },
                token
            );
            return posted.Expect(201)["author"].GetProperty("picture");
        }

        Assert.Equal("https://x.example/p.png", (await Picture("a", "https://x.example/p.png")).GetString());
        foreach (
            var (n, bad) in ((string[])["http://x.example/p.png", "javascript:alert(1)", "p.png", ""]).Index()
        )
            Assert.Equal(JsonValueKind.Null, (await Picture($"b{n}", bad)).ValueKind);
    }
}
