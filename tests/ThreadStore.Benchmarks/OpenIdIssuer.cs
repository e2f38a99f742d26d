using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ThreadStore.Benchmarks;

/// <summary>An OpenID Connect issuer with one RSA key of 2,048 bits, on a port of this machine.</summary>
sealed class OpenIdIssuer : IAsyncDisposable
{
    const string Audience = "comments";

    readonly RSA rsa = RSA.Create(2048);
    readonly WebApplication app;
    readonly SigningCredentials signing;
    string address = "";

    OpenIdIssuer()
    {
        var key = new RsaSecurityKey(rsa) { KeyId = "bench" };
        signing = new(key, SecurityAlgorithms.RsaSha256);
        var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(new(rsa.ExportParameters(false)));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapGet(
            "/.well-known/openid-configuration",
            () => Results.Json(new { issuer = address, jwks_uri = $"{address}/keys" })
        );
        app.MapGet(
            "/keys",
            () =>
                Results.Json(
                    new
                    {
                        keys = new[]
                        {
                            new
                            {
                                kty = "RSA",
                                use = "sig",
                                alg = SecurityAlgorithms.RsaSha256,
                                kid = key.KeyId,
                                n = jwk.N,
                                e = jwk.E,
                            },
                        },
                    }
                )
        );
    }

    public static async Task<OpenIdIssuer> StartAsync(CancellationToken ct)
    {
        var issuer = new OpenIdIssuer();
        await issuer.app.StartAsync(ct);
        issuer.address = issuer.app.Urls.First();
        return issuer;
    }

    /// <summary>Of a server that trusts it.</summary>
    public Dictionary<string, string> Settings =>
        new() { ["ThreadStore__Authority"] = address, ["ThreadStore__Audience"] = Audience };

    /// <summary>The header that names a commenter, signed as RS256.</summary>
    public string Authorization(string site, string commenter, TimeSpan life) =>
        "Authorization: Bearer "
        + new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = address,
                Audience = Audience,
                Claims = new Dictionary<string, object>
                {
                    ["sub"] = commenter,
                    ["name"] = $"Name of {commenter}",
                    ["site"] = site,
                    ["roles"] = Array.Empty<string>(),
                },
                Expires = DateTime.UtcNow + life,
                SigningCredentials = signing,
            }
        );

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        rsa.Dispose();
    }
}
