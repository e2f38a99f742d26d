using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ThreadStore.Http;
using Xunit;

namespace ThreadStore.Tests.Http;

public class TokenClaimsTests
{
    static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    const string Head = """{"alg":"HS256"}""";

    static (TokenClaims? Claims, string? Fault) Read(string claims, string header = Head) =>
        TokenClaims.Read(Part(header), Part(claims), Now);

    static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    /// <summary>Good claims with one more, or one that takes another's place.</summary>
    static string With(string name, string value)
    {
        var claims = new Dictionary<string, string>
        {
            ["sub"] = "\"ada\"",
            ["site"] = "\"gazette\"",
            ["exp"] = "1800000600",
            [name] = value,
        };
        return $"{{{string.Join(',', claims.Select(c => $"\"{c.Key}\":{c.Value}"))}}}";
    }

    [Theory]
    [InlineData("sub", "9007199254740993")]
    [InlineData("sub", "9007199254740992")]
    [InlineData("sub", "17")]
    [InlineData("sub", "true")]
    [InlineData("sub", "null")]
    [InlineData("sub", "[\"ada\"]")]
    [InlineData("sub", "{}")]
    [InlineData("sub", "\"\\ud800\"")]
    [InlineData("name", "17")]
    [InlineData("name", "[\"Ada\"]")]
    [InlineData("email", "17")]
    [InlineData("email", "{}")]
    [InlineData("picture", "false")]
    [InlineData("picture", "[]")]
    [InlineData("roles", "\"moderator\"")]
    [InlineData("roles", "[\"moderator\",1]")]
    [InlineData("roles", "[[\"moderator\"]]")]
    [InlineData("roles", "[null]")]
    [InlineData("roles", "{\"0\":\"moderator\"}")]
    [InlineData("roles", "null")]
    [InlineData("roles", "true")]
    [InlineData("exp", "\"1800000600\"")]
    [InlineData("exp", "null")]
    [InlineData("exp", "[1800000600]")]
    [InlineData("nbf", "\"0\"")]
    [InlineData("iat", "false")]
    public void A_claim_of_another_type_than_the_contracts_is_refused_by_name(string name, string value)
    {
        var (claims, fault) = Read(With(name, value));

        Assert.Null(claims);
        Assert.StartsWith("The token's claims are not valid: ", fault, StringComparison.Ordinal);
        Assert.Contains(name, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("17")]
    [InlineData("[\"gazette\"]")]
    [InlineData("null")]
    [InlineData("\"No Site\"")]
    [InlineData("\"\"")]
    public void A_site_that_is_none_is_told_from_other_claims(string site) =>
        Assert.Equal(
            (null, "The token's claim site must be the key of a site, or *."),
            Read(With("site", site))
        );

    [Theory]
    [InlineData("""{"sub":"ada","sub":"bob","site":"gazette","exp":1800000600}""")]
    [InlineData("""{"sub":"ada","s\u0075b":"bob","site":"gazette","exp":1800000600}""")]
    [InlineData("""{"sub":"ada","site":"gazette","exp":1800000600,"x":{"y":1,"y":2}}""")]
    [InlineData("""["ada"]""")]
    [InlineData("17")]
    [InlineData("{")]
    [InlineData("")]
    public void Claims_that_are_there_twice_or_are_no_object_are_refused(string claims) =>
        Assert.Equal(
            (null, "The token's claims are no JSON object, or one of them is there twice."),
            Read(claims)
        );

    [Theory]
    [InlineData("""{"alg":"HS256","crit":["exp"],"exp":1}""")]
    [InlineData("""{"alg":"HS256","crit":["b64"],"b64":false}""")]
    [InlineData("""{"alg":"HS256","crit":[]}""")]
    public void A_header_that_asks_for_an_extension_is_refused(string header) =>
        Assert.Contains("crit", Read(With("x", "1"), header).Fault, StringComparison.Ordinal);

    [Fact]
    public void A_header_with_a_member_twice_is_refused() =>
        Assert.NotNull(Read(With("x", "1"), """{"alg":"HS256","alg":"HS256"}""").Fault);

    [Theory]
    [InlineData("exp", -61, "expired")]
    [InlineData("exp", -60, "expired")]
    [InlineData("exp", -59, null)]
    [InlineData("nbf", 60, null)]
    [InlineData("nbf", 61, "not yet valid")]
    [InlineData("iat", 60, null)]
    [InlineData("iat", 61, "not yet valid")]
    [InlineData("iat", -1_000_000, null)]
    public void Clocks_may_differ_by_a_minute(string claim, int seconds, string? fault)
    {
        var read = Read(
            With(claim, (Now.ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture))
        );

        Assert.Equal(fault is null, read.Claims is not null);
        if (fault is not null)
            Assert.Contains(fault, read.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1800000600.5")]
    [InlineData("1.8000006e9")]
    [InlineData("253402300800")]
    [InlineData("1e400")]
    public void A_time_may_have_a_fraction_and_lie_far_ahead(string exp) =>
        Assert.True(Read(With("exp", exp)).Claims?.Until > Now);

    [Theory]
    [InlineData("-1")]
    [InlineData("-1e400")]
    [InlineData("0")]
    public void A_time_before_1970_has_passed(string exp) =>
        Assert.Equal((null, "The token has expired."), Read(With("exp", exp)));

    [Fact]
    public void What_may_be_left_out_may_be_null()
    {
        foreach (var name in (string[])["name", "email", "picture"])
            Assert.Equal("ada", Read(With(name, "null")).Claims?.Caller.Name);
    }

    [Fact]
    public void A_good_token_says_who_calls() =>
        Assert.Equal(
            new Caller("ada", "ada", null, "gazette", Role.Moderator | Role.Analyst),
            Read(
                With("roles", """["moderator","analyst","gardener","8","moderator,admin","Admin"," admin"]""")
            ).Claims!.Caller with
            {
                Also = null,
            }
        );
}
