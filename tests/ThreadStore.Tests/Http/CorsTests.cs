using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class CorsTests(Store store)
{
    const string Ours = "https://news.example";
    const string Other = "https://evil.example";

    static string? Allowed(Reply reply) => reply.Headers.GetValueOrDefault("Access-Control-Allow-Origin");

    Task<Reply> AskAsync(string path, string method, string origin) =>
        store.SendAsync(
            "OPTIONS",
            path,
            headers:
            [
                ("Origin", origin),
                ("Access-Control-Request-Method", method),
                ("Access-Control-Request-Headers", "authorization"),
            ]
        );

    [Theory]
    [InlineData(null)]
    [InlineData(Other)]
    public async Task What_is_public_may_be_read_by_every_page(string? origin)
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        (string, string)[] headers = origin is null ? [] : [("Origin", origin)];

        var read = (await site.GetAsync($"/articles/{article}/comments", headers: headers)).Expect(200);
        var missing = (await site.GetAsync("/articles/nowhere", headers: headers)).Expect(404);
        var counts = await store.SendAsync(
            "POST",
            $"{site.Path}/counts",
            new { articles = new[] { article } },
            headers: headers
        );

        Assert.All([read, missing, counts.Expect(200)], r => Assert.Equal("*", Allowed(r)));
        Assert.Equal(
            "ThreadStore-Position, ETag, Location, Retry-After",
            read.Headers["Access-Control-Expose-Headers"]
        );
        Assert.DoesNotContain("Origin", read.Headers.GetValueOrDefault("Vary", ""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_origin_in_any_script_is_allowed_as_browsers_send_it()
    {
        const string punycode = "https://xn--mnchen-3ya.example";
        var site = await store.ASiteAsync(new { allowedOrigins = new[] { "https://münchen.example" } });
        await using var kestrel = new Kestrel(store);
        await kestrel.InitializeAsync();

        Task<Reply> AskAsync(string origin) =>
            kestrel.SendAsync("GET", site.Path, site.Token("r", Role.Admin), null, $"Origin: {origin}");
        // no browser sends the last; its bytes are no reason to fail
        foreach (var origin in (string[])[punycode, "https://mÃ¼nchen.example"])
            Assert.Equal(punycode, Allowed((await AskAsync(origin)).Expect(200)));
        foreach (var origin in (string[])[Other, "null", "https://Ã¤", "Ã¤"])
            Assert.Null(Allowed((await AskAsync(origin)).Expect(200)));
    }

    [Fact]
    public async Task All_else_is_for_pages_of_the_origins_that_the_site_allows_refusals_included()
    {
        var site = await store.ASiteAsync(new { allowedOrigins = new[] { Ours } });
        var article = await site.AnArticleAsync();
        Task<Reply> Post(string origin, string? token, string body) =>
            store.SendAsync(
                "POST",
                $"{site.Path}/articles/{article}/comments",
                new { body },
                token,
                ("Origin", origin)
            );

        var posted = (await Post(Ours, site.Token("ada"), "One")).Expect(201);
        var repeated = (await Post(Ours, site.Token("ada"), "One")).Expect(409);
        var unsigned = (await Post(Ours, null, "One")).Expect(401);
        var foreign = (await Post(Other, site.Token("ada"), "Two")).Expect(201);

        Assert.All([posted, repeated, unsigned], r => Assert.Equal(Ours, Allowed(r)));
        Assert.All(
            [posted, repeated, unsigned],
            r =>
                Assert.Contains(
                    "Location",
                    r.Headers["Access-Control-Expose-Headers"],
                    StringComparison.Ordinal
                )
        );
        Assert.Null(Allowed(foreign));
        Assert.All(
            [posted, repeated, unsigned, foreign],
            r => Assert.Contains("Origin", r.Headers["Vary"], StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_change_of_the_allowed_origins_holds_from_the_next_request_on()
    {
        var site = await store.ASiteAsync(new { allowedOrigins = new[] { Ours } });
        async Task<string?> AllowedFor(string origin) =>
            Allowed(
                await store.SendAsync(
                    "GET",
                    site.Path,
                    token: site.Token("m", Role.Moderator),
                    headers: ("Origin", origin)
                )
            );
        Assert.Equal((Ours, null), (await AllowedFor(Ours), await AllowedFor(Other)));

        (
            await store.SendAsync(
                "PUT",
                site.Path,
                new { allowedOrigins = new[] { Other } },
                site.Token("root", Role.Admin)
            )
        ).Expect(200);

        Assert.Equal((null, Other), (await AllowedFor(Ours), await AllowedFor(Other)));
    }

    [Fact]
    public async Task A_preflight_is_answered_for_every_route_without_a_token()
    {
        var site = await store.ASiteAsync(new { allowedOrigins = new[] { Ours } });
        var path = $"{site.Path}/articles/a%2Fb/comments";

        var write = (await AskAsync(path, "POST", Ours)).Expect(204);
        var foreign = (await AskAsync(path, "POST", Other)).Expect(204);
        var read = (await AskAsync(path, "GET", Other)).Expect(204);

        Assert.Equal((Ours, null, "*"), (Allowed(write), Allowed(foreign), Allowed(read)));
        Assert.Equal("", write.Text);
        Assert.Equal(
            ["GET", "OPTIONS", "POST"],
            write.Headers["Access-Control-Allow-Methods"].Split(", ").Order()
        );
        Assert.Equal(
            "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, ThreadStore-Min-Position",
            write.Headers["Access-Control-Allow-Headers"]
        );
        Assert.True(int.Parse(write.Headers["Access-Control-Max-Age"], null) > 0);
        Assert.True(write.Position > 0);
    }

    [Theory]
    [InlineData("/v1/sites/nowhere")]
    [InlineData("/v1/sites/No%20where/articles/%zz")]
    [InlineData("/v1/sites/nowhere/articles/x")]
    [InlineData("/v1/sites/nowhere/comments/no-uuid/reactions/like")]
    public async Task A_preflight_for_what_is_not_there_allows_nobody_and_does_no_harm(string path)
    {
        var asked = await AskAsync(path, "PUT", Ours);

        Assert.True(asked.Status == 204, asked.Text);
        Assert.Null(Allowed(asked));
        Assert.Contains("OPTIONS", asked.Headers["Access-Control-Allow-Methods"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_no_route_is_refused_in_words_that_every_page_can_read()
    {
        Assert.Equal("*", Allowed((await AskAsync("/v1/nothing", "GET", Ours)).Expect(404, "not-found")));
        var site = await store.ASiteAsync();
        var wrong = await store.SendAsync("DELETE", $"{site.Path}/counts");
        Assert.Equal("*", Allowed(wrong.Expect(405, "method-not-allowed")));
    }
}
