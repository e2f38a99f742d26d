using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Identity;

public class SignOutTests(Store store)
{
    static string IssuedAt(TestSite site, string sub, double seconds) =>
        Jwt.Of(
            new
            {
                sub,
                site = site.Key,
                exp = Jwt.In(TimeSpan.FromMinutes(10)),
                iat = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0 + seconds,
            }
        );

    static Task<Reply> SignOutAsync(TestSite site, string sub, string token) =>
        site.SendAsync("POST", $"/commenters/{Uri.EscapeDataString(sub)}/sign-out", null, token);

    static async Task<Reply> MeAsync(TestSite site, string article, string token) =>
        await site.GetAsync($"/articles/{article}/me", token);

    [Fact]
    public async Task Tokens_from_before_are_revoked_on_every_node_and_later_ones_are_good()
    {
        await using var other = await Node.StartAsync(store, store.ConnectionString);
        var site = await store.ASiteAsync();
        var (there, article) = (other.Site(site.Key), await site.AnArticleAsync());
        var (before, without) = (
            IssuedAt(site, "ada", -5),
            Jwt.Of(
                new
                {
                    sub = "ada",
                    site = site.Key,
                    exp = Jwt.In(TimeSpan.FromMinutes(10)),
                }
            )
        );
        (await MeAsync(site, article, before)).Expect(200);
        (await MeAsync(there, article, before)).Expect(200);

        (await SignOutAsync(site, "ada", before)).Expect(204);

        (await MeAsync(site, article, before)).Expect(401, "token-revoked");
        await Until.TrueAsync(
            async () => (await MeAsync(there, article, before)).Status == 401,
            "the other node heard of it",
            TimeSpan.FromSeconds(1)
        );
        (await MeAsync(there, article, before)).Expect(401, "token-revoked");
        (await MeAsync(site, article, without)).Expect(401, "token-revoked");
        (await MeAsync(site, article, IssuedAt(site, "ada", 1))).Expect(200);
        (await MeAsync(there, article, IssuedAt(site, "ada", 1))).Expect(200);
        (await MeAsync(site, article, IssuedAt(site, "ben", -5))).Expect(200);
        // what needs no token can be read with any
        (await site.GetAsync($"/articles/{article}", before)).Expect(200);
        // a node that starts later knows it too
        await using var late = await Node.StartAsync(store, store.ConnectionString);
        (await MeAsync(late.Site(site.Key), article, before)).Expect(401, "token-revoked");
    }

    [Fact]
    public async Task An_administrator_signs_others_out_and_nobody_else_does()
    {
        var (site, neighbour) = (await store.ASiteAsync(), await store.ASiteAsync());
        var (article, next) = (await site.AnArticleAsync(), await neighbour.AnArticleAsync());
        var events = await site.CountEventsAsync();

        (await SignOutAsync(site, "ada", site.Token("ben"))).Expect(403, "forbidden");
        (await SignOutAsync(site, "ada", site.Token("mona", Role.Moderator))).Expect(403, "forbidden");
        Assert.Equal(events, await site.CountEventsAsync());
        var token = Store.Token("*", "ada");
        (await SignOutAsync(site, "ada", site.Token("root", Role.Admin))).Expect(204);

        (await MeAsync(site, article, token)).Expect(401, "token-revoked");
        (await MeAsync(neighbour, next, token)).Expect(200);
        Assert.Equal(events + 1, await site.CountEventsAsync());
    }
}
