using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Articles;

public class ModerateArticleTests(Store store)
{
    static Task<Reply> SetAsync(TestSite site, string article, object body, Role role = Role.Moderator) =>
        site.SendAsync("PUT", $"/articles/{article}/moderation", body, site.Token("mo", role));

    [Fact]
    public async Task A_mode_that_was_set_holds_until_another_is_and_is_an_event_once()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var known = (await site.GetAsync($"/articles/{article}")).Position;
        foreach (var mode in (string?[])["pre", "pre", "post", "post", null, null])
            (await SetAsync(site, article, new { mode })).Expect(200);

        var feed = await site.GetAsync(
            $"/events?type=article-moderation-set&after={known}",
            site.Token("ana", Role.Analyst)
        );

        var events = feed.Expect(200).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var data = events
            .Select(e => JsonSerializer.Deserialize<JsonElement>(e).GetProperty("data"))
            .ToArray();
        Assert.Equal(["pre", "post", null], data.Select(d => d.GetProperty("mode").GetString()));
        Assert.All(data, d => Assert.Equal("mo", d.GetProperty("by").GetString()));
        Assert.All(data, d => Assert.Equal(article, d.GetProperty("articleKey").GetString()));
    }

    [Fact]
    public async Task The_mode_is_read_back_beside_what_is_in_force()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var article = await site.AnArticleAsync();
        async Task<(string?, string?)> ReadAsync(Role role)
        {
            var read = await site.GetAsync($"/articles/{article}/moderation", site.Token("mo", role));
            return (read.Expect(200)["mode"].GetString(), read["inForce"].GetString());
        }

        Assert.Equal((null, "pre"), await ReadAsync(Role.Moderator));
        (await SetAsync(site, article, new { mode = "post" })).Expect(200);
        Assert.Equal(("post", "post"), await ReadAsync(Role.Admin));
        foreach (var role in (Role[])[Role.Service, Role.Analyst, Role.None])
            (await site.GetAsync($"/articles/{article}/moderation", site.Token("x", role))).Expect(403);
    }

    [Fact]
    public async Task To_set_the_mode_that_an_article_has_from_the_start_is_no_event()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var before = await site.CountEventsAsync();

        (await SetAsync(site, article, new { mode = (string?)null })).Expect(200);

        Assert.Equal(before, await site.CountEventsAsync());
    }

    [Theory]
    [InlineData("""{}""", "validation")]
    [InlineData("", "validation")]
    [InlineData("""{"mode":"Pre"}""", "validation")]
    [InlineData("""{"mode":"none"}""", "validation")]
    [InlineData("""{"mode":0}""", "bad-request")]
    [InlineData("""{"mode":"pre","mode":"post"}""", "validation")]
    [InlineData("""{"mode":"pre","until":null}""", "validation")]
    [InlineData("""null""", "bad-request")]
    public async Task What_is_no_mode_is_refused_and_changes_nothing(string body, string code)
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var before = await site.CountEventsAsync();

        (await SetAsync(site, article, body)).Expect(400, code);

        Assert.Equal(before, await site.CountEventsAsync());
    }

    [Theory]
    [InlineData(Role.Moderator, 200)]
    [InlineData(Role.Admin, 200)]
    [InlineData(Role.Service, 403)]
    [InlineData(Role.None, 403)]
    public async Task Moderators_set_it_also_where_the_article_is_withdrawn(Role role, int status)
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.SendAsync("POST", $"/articles/{article}/withdraw", token: site.Token("cms", Role.Service));

        (await SetAsync(site, article, new { mode = "pre" }, role)).Expect(status);
    }

    [Fact]
    public async Task An_article_that_is_not_there_has_no_mode() =>
        (await SetAsync(await store.ASiteAsync(), "absent", new { mode = "pre" })).Expect(
            404,
            "article-not-found"
        );
}
