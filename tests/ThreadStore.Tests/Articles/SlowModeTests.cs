using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Articles;

/// <summary>A moderator sets a least time between two comments of one commenter on an article.</summary>
public class SlowModeTests(Store store)
{
    static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, 1, null)]
    [InlineData(60, null, null)]
    [InlineData(60, 0, 60)]
    [InlineData(60, 59, 1)]
    [InlineData(60, 60, null)]
    public void One_waits_for_the_rest_of_the_time(int? seconds, int? ago, int? wait)
    {
        var last = ago is { } s ? Noon.AddSeconds(-s) : (DateTimeOffset?)null;

        var until = SlowMode.Until(seconds, last, Noon);

        Assert.Equal(wait is { } w ? Noon.AddSeconds(w) : null, until);
        if (until is { } then)
            Assert.Equal(
                wait,
                SlowMode.Refusal(then, Noon.AddMilliseconds(-1).AddMilliseconds(1)).RetryAfter
            );
    }

    static Task<Reply> SetAsync(TestSite site, string article, int? seconds) =>
        site.SendAsync(
            "PUT",
            $"/articles/{article}/moderation",
            new { mode = (string?)null, slowModeSeconds = seconds },
            site.Token("mod", Role.Moderator)
        );

    static async Task<JsonElement> MayAsync(TestSite site, string who) =>
        (await site.GetAsync("/articles/a/me", site.Token(who))).Expect(200)["can"].GetProperty("comment");

    [Fact]
    public async Task A_second_comment_waits_and_ones_own_view_says_so_beforehand()
    {
        var site = await store.ASiteAsync();
        foreach (var key in (string[])["a", "b"])
            (await site.PutArticleAsync(key)).Expect(201);
        (await SetAsync(site, "a", 3600)).Expect(200);
        var events = await site.CountEventsAsync();
        (await SetAsync(site, "a", 3600)).Expect(200);
        Assert.Equal(events, await site.CountEventsAsync());
        Assert.True((await MayAsync(site, "ada")).GetProperty("allowed").GetBoolean());
        var first = await site.ACommentAsync("a", "ada", "First");

        var refused = (await site.PostAsync("a", "ada", "Second")).Expect(429, "slow-mode");

        Assert.InRange(int.Parse(refused.Headers["Retry-After"], null), 3500, 3600);
        var may = await MayAsync(site, "ada");
        Assert.False(may.GetProperty("allowed").GetBoolean());
        Assert.Equal("slow-mode", may.GetProperty("reason").GetString());
        Assert.Equal(refused["until"].GetString(), may.GetProperty("until").GetString());
        // whatever became of the first; and others, and elsewhere, at once
        (await site.SendAsync("DELETE", $"/comments/{first}", token: site.Token("ada"))).Expect(204);
        (await site.PostAsync("a", "ada", "Second")).Expect(429, "slow-mode");
        (await site.PostAsync("a", "ben", "Another's")).Expect(201);
        (await site.PostAsync("b", "ada", "Elsewhere")).Expect(201);
        (await SetAsync(site, "a", null)).Expect(200);
        (await site.PostAsync("a", "ada", "Second")).Expect(201);
    }

    [Fact]
    public async Task Of_many_at_once_one_is_taken()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        (await SetAsync(site, "a", 600)).Expect(200);

        var all = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(n => site.PostAsync("a", "ada", $"Text {n}"))
        );

        Assert.Equal(1, all.Count(r => r.Status == 201));
        Assert.All(all.Where(r => r.Status != 201), r => r.Expect(429, "slow-mode"));
    }

    [Fact]
    public async Task It_is_told_with_the_mode_kept_by_a_renaming_and_has_bounds()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var moderator = site.Token("mod", Role.Moderator);
        (await SetAsync(site, "a", 86_400)).Expect(200);
        foreach (var bad in (int[])[0, -1, 86_401])
            (await SetAsync(site, "a", bad)).Expect(400, "validation");
        (await site.RenameAsync("a", "b")).Expect(200);

        var told = (await site.GetAsync("/articles/b/moderation", moderator)).Expect(200);

        Assert.Equal("""{"mode":null,"inForce":"post","slowModeSeconds":86400}""", told.Text);
        await site.ACommentAsync("b", "ada", "First");
        (await site.PostAsync("b", "ada", "Second")).Expect(429, "slow-mode");
    }
}
