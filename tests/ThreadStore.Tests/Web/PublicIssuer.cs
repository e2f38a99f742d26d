using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ThreadStore.Tests.Support;

namespace ThreadStore.Tests.Web;

/// <summary>
/// An OpenID Connect issuer that knows one public client, and holds it to PKCE. Everybody is signed in there already.
/// </summary>
sealed class PublicIssuer : IAsyncDisposable
{
    public const string Client = "desk";

    readonly WebApplication app;
    readonly SigningPair pair = SigningPair.Of("ES256");
    (string Code, string Challenge, string Redirect)? given;

    public string Address => app.Urls.First();

    /// <summary>What it says of whoever asks.</summary>
    public Dictionary<string, object?> Claims { get; } = [];

    PublicIssuer(WebApplication app)
    {
        this.app = app;
        app.Use(
            (http, next) =>
            {
                http.Response.Headers.AccessControlAllowOrigin = "*";
                return next(http);
            }
        );
        app.MapGet(
            "/.well-known/openid-configuration",
            () =>
                Results.Json(
                    new
                    {
                        issuer = Address,
                        jwks_uri = $"{Address}/keys",
                        authorization_endpoint = $"{Address}/authorize",
                        token_endpoint = $"{Address}/token",
                    }
                )
        );
        app.MapGet("/keys", () => Results.Json(new { keys = new[] { pair.Jwk() } }));
        app.MapGet("/authorize", (HttpContext http) => Authorize(http.Request.Query));
        // of a handler that takes the context alone the result would be dropped: it is a RequestDelegate
        app.MapPost("/token", async (HttpRequest request) => Exchange(await request.ReadFormAsync()));
    }

    IResult Authorize(IQueryCollection asked)
    {
        if (
            asked["client_id"] != Client
            || asked["response_type"] != "code"
            || asked["code_challenge_method"] != "S256"
        )
            return Results.BadRequest();
        given = (
            Guid.NewGuid().ToString("N"),
            asked["code_challenge"].ToString(),
            asked["redirect_uri"].ToString()
        );
        return Results.Redirect($"{given.Value.Redirect}?code={given.Value.Code}&state={asked["state"]}");
    }

    IResult Exchange(IFormCollection form)
    {
        var challenge = Base64Url.EncodeToString(
            SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))
        );
        if (given != (form["code"].ToString(), challenge, form["redirect_uri"].ToString()))
            return Results.BadRequest(new { error = "invalid_grant" });
        given = null;
        return Results.Json(new { access_token = pair.Sign(Claims), token_type = "Bearer" });
    }

    public static async Task<PublicIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new PublicIssuer(builder.Build());
        await issuer.app.StartAsync();
        return issuer;
    }

    public async ValueTask DisposeAsync()
    {
        pair.Dispose();
        await app.DisposeAsync();
    }
}
