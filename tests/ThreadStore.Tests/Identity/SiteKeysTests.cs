using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Identity;

public class SiteKeysTests(Store store)
{
    static Task<Reply> PutAsync(TestSite site, SigningPair pair, object? notAfter = null) =>
        site.SendAsync(
            "PUT",
            $"/keys/{Uri.EscapeDataString(pair.Kid)}",
            new
            {
                algorithm = pair.Algorithm,
                jwk = pair.Jwk(),
                notAfter,
            },
            site.Token("root", Role.Admin)
        );

    static Task<Reply> DeleteAsync(TestSite site, string kid) =>
        site.SendAsync("DELETE", $"/keys/{Uri.EscapeDataString(kid)}", null, site.Token("root", Role.Admin));

    /// <summary>Whether a token is taken where one is needed.</summary>
    static async Task<int> StatusAsync(TestSite site, string token) =>
        (await site.GetAsync("/moderation/counts", token)).Status;

    [Theory]
    [InlineData("HS256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task A_sites_key_is_good_for_that_site_on_every_node_until_it_is_deleted(string algorithm)
    {
        await using var other = await Node.StartAsync(store, store.ConnectionString);
        var (site, neighbour) = (await store.ASiteAsync(), await store.ASiteAsync());
        var (there, next) = (other.Site(site.Key), other.Site(neighbour.Key));
        using var pair = SigningPair.Of(algorithm);
        var token = pair.Token(site.Key, "mona", "moderator");
        Assert.Equal(401, await StatusAsync(there, token));

        (await PutAsync(site, pair)).Expect(201);

        Assert.Equal(200, await StatusAsync(site, token));
        await Until.TrueAsync(
            async () => await StatusAsync(there, token) == 200,
            "the other node knows the key",
            TimeSpan.FromSeconds(1)
        );
        // for itself alone
        Assert.Equal(401, await StatusAsync(next, pair.Token(neighbour.Key, "mona", "moderator")));
        Assert.Equal(401, await StatusAsync(there, pair.Token("*", "mona", "moderator")));
        Assert.Equal(403, await StatusAsync(next, token));

        (await DeleteAsync(site, pair.Kid)).Expect(204);

        Assert.Equal(401, await StatusAsync(site, token));
        await Until.TrueAsync(
            async () => await StatusAsync(there, token) == 401,
            "the other node knows the key no more",
            TimeSpan.FromSeconds(1)
        );
    }

    [Fact]
    public async Task The_history_tells_of_a_key_without_what_is_secret_in_it()
    {
        var site = await store.ASiteAsync();
        const string secret = "hush-0123456789-0123456789-0123456789";
        var root = site.Token("root", Role.Admin);

        var put = await site.SendAsync("PUT", "/keys/k1", new { algorithm = "HS256", secret }, root);
        var again = await site.SendAsync("PUT", "/keys/k1", new { algorithm = "HS256", secret }, root);
        var events = await site.CountEventsAsync();
        var listed = await site.GetAsync("/keys", root);
        await DeleteAsync(site, "k1");
        (await DeleteAsync(site, "k1")).Expect(204);
        var feed = await site.GetAsync("/events", site.Token("ana", Role.Analyst));

        put.Expect(201);
        Assert.Equal((put.Text, events), (again.Expect(200).Text, 2));
        Assert.Equal("k1", listed["items"][0].GetProperty("kid").GetString());
        Assert.Contains("site-key-set", feed.Text, StringComparison.Ordinal);
        Assert.Contains("site-key-removed", feed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-", put.Text + listed.Text + feed.Text, StringComparison.Ordinal);
        Assert.Equal(3, await site.CountEventsAsync());
    }

    [Fact]
    public async Task A_key_whose_time_is_over_is_good_no_more_also_for_what_was_checked_before()
    {
        var site = await store.ASiteAsync();
        using var pair = SigningPair.Of("ES256");
        var token = pair.Token(site.Key, "mona", "moderator");

        (await PutAsync(site, pair, DateTimeOffset.UtcNow.AddSeconds(2))).Expect(201);

        Assert.Equal(200, await StatusAsync(site, token));
        await Until.TrueAsync(async () => await StatusAsync(site, token) == 401, "the key is over");
    }

    public static TheoryData<string> NoKeys =>
        [
            """{ "algorithm": "none", "secret": "0123456789-0123456789-0123456789" }""",
            """{ "algorithm": "HS512", "secret": "0123456789-0123456789-0123456789" }""",
            """{ "algorithm": "HS256", "secret": "short" }""",
            """{ "algorithm": "HS256" }""",
            """{ "algorithm": "RS256", "secret": "0123456789-0123456789-0123456789" }""",
            """{ "algorithm": "RS256", "jwk": {} }""",
            """{ "algorithm": "RS256", "jwk": { "kty": "RSA", "n": "AQAB", "e": "AQAB" } }""",
            """{ "algorithm": "RS256", "jwk": { "kty": "RSA", "n": 17, "e": "AQAB" } }""",
            """{ "algorithm": "ES256", "jwk": { "kty": "EC", "crv": "P-256", "x": "AQAB", "y": "AQAB" } }""",
            """{ "algorithm": "ES256", "jwk": { "kty": "EC", "crv": "P-521", "x": "AQAB", "y": "AQAB" } }""",
            """{ "algorithm": "HS256", "jwk": { "kty": "oct", "k": "c2hvcnQ" } }""",
        ];

    [Theory, MemberData(nameof(NoKeys))]
    public async Task What_is_no_key_is_refused_and_changes_nothing(string body)
    {
        var site = await store.ASiteAsync();
        var events = await site.CountEventsAsync();

        (await site.SendAsync("PUT", "/keys/k1", body, site.Token("root", Role.Admin))).Expect(
            400,
            "validation"
        );

        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task A_private_key_is_sent_back_unread()
    {
        var site = await store.ASiteAsync();
        using var pair = SigningPair.Of("RS256");

        var refused = await site.SendAsync(
            "PUT",
            "/keys/k1",
            new { algorithm = "RS256", jwk = pair.Jwk(isPrivate: true) },
            site.Token("root", Role.Admin)
        );

        refused.Expect(400, "validation");
        Assert.DoesNotContain(pair.Jwk(isPrivate: true)["d"], refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_paged_and_bounded()
    {
        var site = await store.ASiteAsync();
        var root = site.Token("root", Role.Admin);
        const string secret = "0123456789-0123456789-0123456789";
        for (var n = 0; n < 20; n++)
            (await site.SendAsync("PUT", $"/keys/k{n}", new { algorithm = "HS256", secret }, root)).Expect(
                201
            );

        (await site.SendAsync("PUT", "/keys/more", new { algorithm = "HS256", secret }, root)).Expect(
            400,
            "validation"
        );
        var kids = new List<string?>();
        for (var cursor = ""; cursor is not null; )
        {
            var page = (await site.GetAsync($"/keys?limit=7{cursor}", root)).Expect(200);
            kids.AddRange(page["items"].EnumerateArray().Select(k => k.GetProperty("kid").GetString()));
            cursor = page["nextCursor"].GetString() is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(n => $"k{n}"), kids);
    }
}
