using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Identity;

public class IssuerTests(Store store)
{
    static Issuer Of(IssuerServer server, TimeProvider clock, params (string Name, string Value)[] more) =>
        new(
            Settings.Of(server.Settings(more)).Issuer,
            new HostingEnvironment { EnvironmentName = Environments.Production },
            clock,
            NullLogger<Issuer>.Instance
        );

    static async Task<bool> KnowsAsync(Issuer issuer, SigningPair pair) =>
        (await issuer.KeysAsync(pair.Kid)).Any(k => k.Kid == pair.Kid && k.Algorithm == pair.Algorithm);

    [Fact]
    public async Task Tokens_of_the_issuer_are_good_beside_our_own_while_it_rotates_and_while_it_is_away()
    {
        using var first = SigningPair.Of("RS256");
        using var second = SigningPair.Of("ES256");
        await using var server = await IssuerServer.StartAsync(first);
        await using var node = await Node.StartAsync(store, store.ConnectionString, server.Settings());
        var site = node.Site((await store.ASiteAsync()).Key);
        Task<Reply> ReadAsync(string token) => site.GetAsync("/moderation/counts", token);
        string[] moderator = ["moderator"];
        var claims = server.Claims(site.Key, roles: moderator);

        (await ReadAsync(first.Sign(claims))).Expect(200);
        (await ReadAsync(site.Token("mona", Role.Moderator))).Expect(200);
        (await ReadAsync(second.Sign(claims))).Expect(401, "unauthorized");
        Assert.Equal(2, server.Looks);

        // whoever makes kids up has nobody asked more often
        for (var n = 0; n < 5; n++)
            (await ReadAsync(first.Sign(claims, new { alg = "RS256", kid = $"made-up-{n}" }))).Expect(401);
        Assert.Equal(2, server.Looks);

        await server.StopAsync();
        (await ReadAsync(first.Sign(server.Claims(site.Key, "mona", moderator)))).Expect(200);
    }

    [Theory]
    [InlineData("RS256", "ES256")]
    [InlineData("ES256", "PS256")]
    [InlineData("PS256", "RS256")]
    public async Task A_new_key_is_found_by_the_first_token_that_it_signs_and_one_that_is_gone_is_forgotten(
        string before,
        string after
    )
    {
        using var first = SigningPair.Of(before);
        using var second = SigningPair.Of(after);
        await using var server = await IssuerServer.StartAsync(first);
        var clock = new ManualClock();
        using var issuer = Of(server, clock);
        Assert.True(await KnowsAsync(issuer, first));
        var old = (await issuer.KeysAsync(first.Kid))[0];

        server.Keys.Add(second.Jwk());
        Assert.True(await KnowsAsync(issuer, second));
        using var third = SigningPair.Of(after);
        server.Keys.Add(third.Jwk());
        Assert.False(await KnowsAsync(issuer, third));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await KnowsAsync(issuer, third));
        Assert.Same(old, (await issuer.KeysAsync(first.Kid))[0]);

        server.Keys.RemoveAt(0);
        clock.Advance(TimeSpan.FromMinutes(5));
        // it is asked behind the back of whoever comes
        await Until.TrueAsync(async () => !await KnowsAsync(issuer, first), "the key is forgotten");
        Assert.True(old.IsGone(clock.GetUtcNow()));
    }

    public static TheoryData<string> Nonsense =>
        ["html", "huge", "endless", "nothing", "error", "array", "empty"];

    static Func<HttpContext, Task> Answer(string how, IssuerServer server) =>
        how switch
        {
            "html" => http => http.Response.WriteAsync("<!doctype html><title>Sign in</title>"),
            "huge" => http => http.Response.WriteAsync($"{{\"keys\":[\"{new string('x', 10_000_000)}\"]}}"),
            "endless" => async http =>
            {
                while (!http.RequestAborted.IsCancellationRequested)
                    await http.Response.WriteAsync(new string(' ', 65_536), http.RequestAborted);
            },
            "error" => http =>
            {
                http.Response.StatusCode = 500;
                return Task.CompletedTask;
            },
            "array" => http => http.Response.WriteAsync("[]"),
            "empty" => http => http.Response.WriteAsync("{\"keys\":[]}"),
            _ => http =>
            {
                http.Abort();
                return Task.CompletedTask;
            },
        };

    [Theory, MemberData(nameof(Nonsense))]
    public async Task Whatever_the_issuer_answers_keys_that_were_good_stay_so(string how)
    {
        using var pair = SigningPair.Of("RS256");
        using var other = SigningPair.Of("RS256");
        await using var server = await IssuerServer.StartAsync(pair);
        var clock = new ManualClock();
        using var issuer = Of(server, clock);
        Assert.True(await KnowsAsync(issuer, pair));

        server.Otherwise = Answer(how, server);
        Assert.False(await KnowsAsync(issuer, other));
        Assert.True(await KnowsAsync(issuer, pair));
        Assert.Equal(2, server.Looks);

        // it comes back with another key
        (server.Otherwise, server.Keys[0]) = (null, other.Jwk());
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await KnowsAsync(issuer, other));
    }

    [Fact]
    public async Task Keys_that_are_none_cost_the_good_ones_beside_them_nothing()
    {
        using var pair = SigningPair.Of("ES256");
        using var weak = SigningPair.Of("RS256", bits: 1024);
        using var shared = SigningPair.Of("HS256");
        await using var server = await IssuerServer.StartAsync();
        server.Keys.AddRange([
            17,
            "key",
            new { },
            new { kty = "RSA" },
            new
            {
                kty = "RSA",
                kid = 5,
                n = "AQAB",
                e = "AQAB",
            },
            new
            {
                kty = "RSA",
                kid = "x",
                n = "§",
                e = 3,
            },
            new
            {
                kty = "EC",
                kid = "y",
                crv = "P-256",
                x = "AQAB",
                y = "AQAB",
            },
            new
            {
                kty = "OKP",
                crv = "Ed25519",
                x = "AQAB",
            },
            weak.Jwk(),
            shared.Jwk(),
            pair.Jwk(),
        ]);
        using var issuer = Of(server, new ManualClock());

        Assert.True(await KnowsAsync(issuer, pair));
        Assert.Equal(pair.Kid, Assert.Single(await issuer.KeysAsync(null)).Kid);
    }

    [Fact]
    public async Task A_token_for_others_of_others_or_for_no_site_is_refused()
    {
        using var pair = SigningPair.Of("RS256");
        await using var server = await IssuerServer.StartAsync(pair);
        await using var node = await Node.StartAsync(store, store.ConnectionString, server.Settings());
        var site = node.Site((await store.ASiteAsync()).Key);
        async Task<int> StatusAsync(string name, object? value)
        {
            var claims = server.Claims(site.Key, roles: "moderator");
            claims[name] = value;
            return (await site.GetAsync("/moderation/counts", pair.Sign(claims))).Status;
        }

        Assert.Equal(200, await StatusAsync("aud", IssuerServer.Audience));
        Assert.Equal(200, await StatusAsync("aud", new[] { "account", IssuerServer.Audience }));
        foreach (var aud in new object?[] { null, "account", new[] { "account" }, 5, new { } })
            Assert.Equal(401, await StatusAsync("aud", aud));
        foreach (var iss in new object?[] { null, "https://elsewhere.example", new[] { server.Name }, 5 })
            Assert.Equal(401, await StatusAsync("iss", iss));
        foreach (var value in new object?[] { null, new[] { site.Key }, 5, "No Site" })
            Assert.Equal(401, await StatusAsync("site", value));
        Assert.Equal(401, await StatusAsync("exp", "soon"));
        Assert.Equal(401, await StatusAsync("sub", ""));
        Assert.Equal(401, await StatusAsync("sub", new string('k', 201)));
        // our own keys sign nothing in the issuer's name
        Assert.Equal(
            401,
            (
                await site.GetAsync("/moderation/counts", Jwt.Of(server.Claims(site.Key, roles: "moderator")))
            ).Status
        );
    }

    [Theory]
    [InlineData("realm_access.roles", "{\"realm_access\":{\"roles\":[\"offline\",\"moderator\"]}}")]
    [InlineData(
        "resource_access.the.client.roles",
        "{\"resource_access\":{\"the.client\":{\"roles\":[\"moderator\"]}}}"
    )]
    [InlineData("https://news.example/roles", "{\"https://news.example/roles\":[\"moderator\"]}")]
    [InlineData("scope", "{\"scope\":\"openid profile moderator\"}")]
    [InlineData("role", "{\"role\":\"moderator\"}")]
    public async Task Claims_are_read_by_the_names_that_are_configured(string claim, string json)
    {
        using var pair = SigningPair.Of("PS256");
        await using var server = await IssuerServer.StartAsync(pair);
        await using var node = await Node.StartAsync(
            store,
            store.ConnectionString,
            server.Settings(
                ("ThreadStore:Claims:Roles", claim),
                ("ThreadStore:Claims:Key", "oid"),
                ("ThreadStore:Claims:Name", "profile.display"),
                ("ThreadStore:Claims:Site", "tenant")
            )
        );
        var site = node.Site((await store.ASiteAsync()).Key);
        var article = await site.AnArticleAsync();
        var claims = server.Claims("ignored", "not-this");
        claims.Remove("roles");
        foreach (
            var (name, value) in System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, object?>>(
                json
            )!
        )
            claims[name] = value;
        (claims["oid"], claims["tenant"], claims["profile"]) = ("o-1", site.Key, new { display = "Ada L." });
        var token = pair.Sign(claims);

        (await site.GetAsync("/moderation/counts", token)).Expect(200);
        var me = (await site.GetAsync($"/articles/{article}/me", token)).Expect(200)["commenter"];

        Assert.Equal("o-1", me.GetProperty("key").GetString());
        Assert.Equal("Ada L.", me.GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("nonsense", "comments")]
    [InlineData("ftp://issuer.example", "comments")]
    [InlineData("http://issuer.example", "comments")]
    [InlineData("https://issuer.example", "")]
    public void What_can_not_be_right_keeps_the_server_from_starting(string authority, string audience) =>
        Assert.Throws<StartupException>(() =>
            new Issuer(
                Settings.Of(("ThreadStore:Authority", authority), ("ThreadStore:Audience", audience)).Issuer,
                new HostingEnvironment { EnvironmentName = Environments.Production },
                TimeProvider.System,
                NullLogger<Issuer>.Instance
            )
        );
}
