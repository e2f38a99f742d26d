using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Identity;

/// <summary>Who may speak, what stands beside their name, and whom one does not want to hear.</summary>
public class EntitlementTests(Store store)
{
    static string Claiming(TestSite site, string sub, string name, object? value) =>
        Jwt.Of(
            new Dictionary<string, object?>
            {
                ["sub"] = sub,
                ["site"] = site.Key,
                ["exp"] = Jwt.In(TimeSpan.FromMinutes(10)),
                [name] = value,
            }
        );

    static Task<Reply> WriteAsync(TestSite site, string article, string token) =>
        site.SendAsync("POST", $"/articles/{article}/comments", new { body = $"{Guid.NewGuid()}" }, token);

    [Fact]
    public async Task Who_lacks_the_claim_reads_and_is_told_so_beforehand()
    {
        var site = await store.ASiteAsync(
            new { mayComment = new { claim = "plan.tier", values = (string[])["gold", "staff"] } }
        );
        var article = await site.AnArticleAsync();
        async Task<string?> ReasonAsync(string token) =>
            (await site.GetAsync($"/articles/{article}/me", token))
                .Expect(200)["can"]
                .GetProperty("comment")
                .GetProperty("reason")
                .GetString();

        foreach (
            var value in new object?[]
            {
                new { tier = "gold" },
                new { tier = "silver staff" },
                new { tier = new[] { "news", "staff" } },
            }
        )
        {
            var token = Claiming(site, "ada", "plan", value);
            (await WriteAsync(site, article, token)).Expect(201);
            Assert.Null(await ReasonAsync(token));
        }
        foreach (
            var value in new object?[]
            {
                null,
                "gold",
                new { tier = "golden" },
                new { tier = Array.Empty<string>() },
                new { tier = new { gold = true } },
                new { tier = 1 },
            }
        )
        {
            var token = Claiming(site, "ben", "plan", value);
            (await WriteAsync(site, article, token)).Expect(403, "not-entitled");
            Assert.Equal("not-entitled", await ReasonAsync(token));
            (await site.GetAsync($"/articles/{article}/comments", token)).Expect(200);
        }
    }

    [Fact]
    public async Task Badges_that_the_site_knows_stand_beside_the_name_as_they_were_when_it_was_written()
    {
        var site = await store.ASiteAsync(
            new { badges = new { editor = new { label = "Editor" }, expert = new { label = "Expert" } } }
        );
        var article = await site.AnArticleAsync();

        var posted = (
            await WriteAsync(
                site,
                article,
                Claiming(site, "ada", "badges", new object[] { "editor", "king", 5 })
            )
        ).Expect(201);
        var plain = (await WriteAsync(site, article, site.Token("ben"))).Expect(201);
        (await site.SendAsync("PUT", "", new { badges = new { } }, site.Token("root", Role.Admin))).Expect(
            200
        );

        Assert.Equal("""["editor"]""", posted["author"].GetProperty("badges").GetRawText());
        Assert.Equal("[]", plain["author"].GetProperty("badges").GetRawText());
        var read = (await site.GetAsync($"/articles/{article}/comments?sort=oldest")).Expect(200)["items"];
        Assert.Equal(
            ["""["editor"]""", "[]"],
            read.EnumerateArray().Select(c => c.GetProperty("author").GetProperty("badges").GetRawText())
        );
        // claimed in another way, it is none
        (await WriteAsync(site, article, Claiming(site, "cyd", "badges", "editor"))).Expect(201);
    }

    [Fact]
    public async Task Whom_one_ignores_is_for_oneself_to_know()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        foreach (var sub in (string[])["ada", "ben"])
            await site.ACommentAsync(article, sub, $"By {sub}");
        var cyd = site.Token("cyd");
        var events = await site.CountEventsAsync();

        (await site.SendAsync("PUT", "/me/ignored/ada", null, cyd)).Expect(204);
        (await site.SendAsync("PUT", "/me/ignored/ada", null, cyd)).Expect(204);
        (await site.SendAsync("PUT", "/me/ignored/ben", null, cyd)).Expect(204);
        (await site.SendAsync("PUT", "/me/ignored/nobody", null, cyd)).Expect(404, "commenter-not-found");
        (await site.SendAsync("PUT", "/me/ignored/cyd", null, cyd)).Expect(400, "validation");

        var keys = new List<string?>();
        for (var cursor = ""; cursor is not null; )
        {
            var page = (await site.GetAsync($"/me/ignored?limit=1{cursor}", cyd)).Expect(200);
            keys.AddRange(page["items"].EnumerateArray().Select(i => i.GetProperty("key").GetString()));
            cursor = page["nextCursor"].GetString() is { } next ? $"&cursor={next}" : null;
        }
        Assert.Equal(["ben", "ada"], keys);
        var me = (await site.GetAsync($"/articles/{article}/me", cyd)).Expect(200);
        Assert.Equal("""["ada","ben"]""", me["ignored"].GetRawText());
        Assert.Empty(
            (await site.GetAsync("/me/ignored", site.Token("ada"))).Expect(200)["items"].EnumerateArray()
        );
        (await site.SendAsync("DELETE", "/me/ignored/ada", null, cyd)).Expect(204);
        (await site.SendAsync("DELETE", "/me/ignored/ada", null, cyd)).Expect(204);
        Assert.Equal(
            """["ben"]""",
            (await site.GetAsync($"/articles/{article}/me", cyd))["ignored"].GetRawText()
        );
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task Nobody_is_notified_of_whom_they_ignore()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var mine = await site.ACommentAsync(article, "cyd", "Mine");
        foreach (var sub in (string[])["ada", "ben"])
            await site.ACommentAsync(article, sub, $"By {sub}", mine);
        var cyd = site.Token("cyd");
        async Task<string?[]> ByAsync() =>
            [
                .. (await site.GetAsync("/me/notifications", cyd))
                    .Expect(200)["items"]
                    .EnumerateArray()
                    .Select(n => n.GetProperty("by").GetString()),
            ];
        await Until.TrueAsync(async () => (await ByAsync()).Length == 2, "both replies");

        (await site.SendAsync("PUT", "/me/ignored/ada", null, cyd)).Expect(204);

        Assert.Equal("ben", Assert.Single(await ByAsync()));
        Assert.Equal(1, (await site.GetAsync("/me/notifications", cyd))["unread"].GetInt64());
    }

    [Fact]
    public async Task Who_is_often_rejected_is_held_and_who_is_trusted_is_spared_rules()
    {
        var site = await store.ASiteAsync(
            new
            {
                rejectionRateHeldForReview = 0.5,
                suspectWords = (string[])["casino"],
                linksHeldForReview = 1,
                trust = new
                {
                    trustedAfter = new
                    {
                        days = 0,
                        published = 2,
                        maxRejected = 0,
                    },
                },
                trustedSkip = (string[])["suspectWords"],
            }
        );
        var article = await site.AnArticleAsync();
        var mona = site.Token("mona", Role.Moderator);
        async Task<string?> StateAsync(string by, string text) =>
            (await site.PostAsync(article, by, text)).Expect(201)["state"].GetString();

        // nobody has decided yet
        Assert.Equal("published", await StateAsync("ada", "One"));
        var second = await site.ACommentAsync(article, "ada", "Two");
        (await site.SendAsync("POST", $"/comments/{second}/reject", new { reason = "spam" }, mona)).Expect(
            200
        );
        Assert.Equal("pending", await StateAsync("ada", "Three"));
        foreach (var n in (int[])[4, 5])
        {
            var id = await site.ACommentAsync(article, "ada", $"Number {n}");
            (await site.SendAsync("POST", $"/comments/{id}/approve", null, mona)).Expect(200);
        }
        // one of three
        Assert.Equal("published", await StateAsync("ada", "Six"));

        Assert.Equal("pending", await StateAsync("ben", "At the casino"));
        Assert.Equal("published", await StateAsync("ben", "At home"));
        Assert.Equal("published", await StateAsync("ben", "In bed"));
        Assert.Equal("published", await StateAsync("ben", "At the casino again"));
        Assert.Equal("pending", await StateAsync("ben", "Look at https://a.example"));
        // rejected once, ada is not trusted however much she writes
        Assert.Equal("pending", await StateAsync("ada", "My casino"));
    }

    [Fact]
    public async Task A_what_if_knows_of_trust_and_of_rejections()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var mona = site.Token("mona", Role.Moderator);
        foreach (var text in (string[])["One", "Two", "A casino"])
            await site.ACommentAsync(article, "ben", text);
        var first = await site.ACommentAsync(article, "ada", "First casino");
        (await site.SendAsync("POST", $"/comments/{first}/reject", new { reason = "spam" }, mona)).Expect(
            200
        );
        await site.ACommentAsync(article, "ada", "Second");
        async Task<JsonElement> AskAsync(object settings) =>
            (
                await site.SendAsync("POST", "/analytics/what-if", settings, site.Token("ana", Role.Analyst))
            ).Expect(200)["byRule"];

        var trusted = await AskAsync(
            new
            {
                suspectWords = (string[])["casino"],
                trust = new
                {
                    trustedAfter = new
                    {
                        days = 0,
                        published = 2,
                        maxRejected = 0,
                    },
                },
                trustedSkip = (string[])["suspectWords"],
            }
        );
        var rejected = await AskAsync(new { rejectionRateHeldForReview = 1.0 });

        Assert.Equal("""{"suspectWord":1}""", trusted.GetRawText());
        Assert.Equal("""{"rejectionRate":1}""", rejected.GetRawText());
    }

    [Theory]
    [InlineData("""{ "guests": "on" }""")]
    [InlineData("""{ "challenge": { "url": "ftp://x.example", "secret": "s" } }""")]
    [InlineData("""{ "challenge": { "url": "https://x.example", "secret": "" } }""")]
    [InlineData("""{ "mayComment": { "claim": "", "values": ["a"] } }""")]
    [InlineData("""{ "mayComment": { "claim": "a", "values": [] } }""")]
    [InlineData("""{ "mayComment": { "claim": "a", "values": [""] } }""")]
    [InlineData("""{ "badges": { "": { "label": "x" } } }""")]
    [InlineData("""{ "badges": { "x": { "label": " " } } }""")]
    [InlineData("""{ "rejectionRateHeldForReview": 0 }""")]
    [InlineData("""{ "rejectionRateHeldForReview": 1.1 }""")]
    [InlineData("""{ "trust": { "trustedAfter": { "days": -1, "published": 0, "maxRejected": 0 } } }""")]
    [InlineData("""{ "trustedSkip": ["shadow"] }""")]
    [InlineData("""{ "trustedSkip": ["nope"] }""")]
    public async Task A_setting_that_can_not_be_is_refused(string settings)
    {
        var site = await store.ASiteAsync();
        var events = await site.CountEventsAsync();

        (await site.SendAsync("PUT", "", settings, site.Token("root", Role.Admin))).Expect(400);

        Assert.Equal(events, await site.CountEventsAsync());
    }
}
