using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class SigningKeysTests(Store store)
{
    const string First = "first-0123456789-0123456789-0123456789";
    const string Second = "second-0123456789-0123456789-0123456789";

    static SigningKeys Find(params (string Name, string Value)[] settings) =>
        SigningKeys.Find(Settings.Of(settings), mayMakeOne: false);

    static SigningKeys Of(params string[] texts) => SigningKeys.Of(texts.Select((t, i) => ($"key {i}", t)));

    async Task<bool> TakesAsync(SigningKeys keys, string token) =>
        (
            await new Tokens(
                keys,
                store.Host.Services.GetRequiredService<Trust>(),
                store.Host.Services.GetRequiredService<Issuer>(),
                TimeProvider.System
            ).ReadAsync($"Bearer {token}")
        ).Token
            is not null;

    static string By(SigningKeys keys) =>
        Authentication.Sign(keys, "gazette", "ada", null, [], TimeSpan.FromMinutes(5));

    [Fact]
    public async Task Each_key_checks_and_the_first_signs()
    {
        var (old, both) = (
            Of(Second),
            Find(("ThreadStore:SigningKeys:1", Second), ("ThreadStore:SigningKeys:0", First))
        );

        Assert.True(await TakesAsync(both, By(old)));
        Assert.True(await TakesAsync(both, By(both)));
        Assert.True(await TakesAsync(Of(First), By(both)));
        Assert.False(await TakesAsync(old, By(both)));
    }

    [Fact]
    public async Task The_short_form_is_a_further_key_after_the_list()
    {
        var keys = Find(("ThreadStore:SigningKey", Second), ("ThreadStore:SigningKeys:0", First));

        Assert.Equal(2, keys.All.Count);
        Assert.True(await TakesAsync(keys, By(Of(Second))));
        Assert.True(await TakesAsync(Of(First), By(keys)));
        Assert.Single(Find(("ThreadStore:SigningKey", First), ("ThreadStore:SigningKeys:0", First)).All);
    }

    [Fact]
    public async Task A_token_that_names_a_key_is_checked_with_that_one_alone()
    {
        using var one = SigningPair.Of("RS256", "one");
        using var two = SigningPair.Of("RS256", "two");
        var keys = Of(First, one.JwkText(), two.JwkText());
        var claims = new
        {
            sub = "ada",
            site = "gazette",
            exp = Jwt.In(TimeSpan.FromMinutes(5)),
        };

        Assert.True(await TakesAsync(keys, one.Sign(claims)));
        Assert.False(await TakesAsync(keys, one.Sign(claims, new { alg = "RS256", kid = "two" })));
        Assert.True(await TakesAsync(keys, one.Sign(claims, new { alg = "RS256" })));
        // what programs call a key by themselves chooses none
        foreach (var kid in (string[])["", "../../etc/passwd", "' or 1=1 --", new string('k', 3_000)])
            Assert.True(await TakesAsync(keys, one.Sign(claims, new { alg = "RS256", kid })));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("HS256")]
    public async Task A_key_is_of_one_algorithm_whatever_a_token_says(string algorithm)
    {
        using var pair = SigningPair.Of(algorithm, "the-key");
        var keys = Of(First, pair.JwkText());
        var claims = new
        {
            sub = "ada",
            site = "gazette",
            exp = Jwt.In(TimeSpan.FromMinutes(5)),
        };

        Assert.True(await TakesAsync(keys, pair.Sign(claims)));
        foreach (
            var other in (string[])
                ["HS256", "HS384", "HS512", "RS256", "RS512", "PS256", "ES256", "ES384", "none"]
        )
            if (other != algorithm)
                Assert.False(await TakesAsync(keys, pair.Sign(claims, new { alg = other, kid = "the-key" })));
    }

    [Fact]
    public async Task A_public_key_is_no_secret_to_sign_with()
    {
        using var pair = SigningPair.Of("RS256", "public");
        var keys = Of(First, pair.JwkText());
        var claims = new
        {
            sub = "ada",
            site = "gazette",
            exp = Jwt.In(TimeSpan.FromMinutes(5)),
        };

        foreach (var secret in (string[])[pair.JwkText(), pair.Jwk()["n"]])
            Assert.False(
                await TakesAsync(keys, Jwt.Of(claims, key: System.Text.Encoding.UTF8.GetBytes(secret)))
            );
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task A_private_key_signs(string algorithm)
    {
        using var pair = SigningPair.Of(algorithm, "mine");

        var token = By(Of(pair.JwkText(isPrivate: true)));

        Assert.True(await TakesAsync(Of(First, pair.JwkText()), token));
        Assert.False(Of(pair.JwkText()).CanSign);
        Assert.Throws<StartupException>(() => By(Of(pair.JwkText())));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("{\"kty\":\"RSA\"}")]
    [InlineData("{\"kty\":\"RSA\",\"alg\":\"RS256\"}")]
    [InlineData("{\"kty\":\"RSA\",\"alg\":\"RS256\",\"n\":\"AQAB\",\"e\":\"AQAB\"}")]
    [InlineData("{\"kty\":\"RSA\",\"alg\":\"RS512\",\"n\":\"AQAB\",\"e\":\"AQAB\"}")]
    [InlineData("{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"c2hvcnQ\"}")]
    [InlineData("{\"kty\":\"EC\",\"alg\":\"ES256\",\"crv\":\"P-256\",\"x\":\"AQAB\",\"y\":\"AQAB\"}")]
    [InlineData("{\"kty\":\"EC\",\"alg\":\"ES256\",\"crv\":\"P-384\",\"x\":\"AQAB\",\"y\":\"AQAB\"}")]
    [InlineData("{nonsense")]
    public void A_key_that_is_none_or_weak_keeps_the_server_from_starting(string text)
    {
        var refused = Assert.Throws<StartupException>(() =>
            Find(("ThreadStore:SigningKeys:0", First), ("ThreadStore:SigningKeys:1", text))
        );

        Assert.StartsWith("ThreadStore__SigningKeys__1 ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(text, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_rsa_key_of_a_thousand_bits_is_weak()
    {
        using var pair = SigningPair.Of("RS256", bits: 1024);

        Assert.Contains("1024 bits", Assert.Throws<StartupException>(() => Of(pair.JwkText())).Message);
    }
}
