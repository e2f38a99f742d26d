using ThreadStore.Setup;

namespace ThreadStore.Face;

/// <summary>How people sign in to desk and insights, for these pages to know: by an issuer, or by a token alone.</summary>
public static class SignInWays
{
    public static void MapSignInWays(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<ServerOptions>().Issuer;
        // nothing of it is secret: a public client proves itself by PKCE, and by where the issuer sends people back to
        var ways = options is { Authority: { } authority, ClientId: { } client }
            ? new Ways(new(authority.TrimEnd('/'), client, options.Scope))
            : new Ways(null);
        app.MapGet(
                "/sign-in.json",
                (HttpContext http) =>
                {
                    http.Response.Headers.CacheControl = "no-cache";
                    http.Response.Headers.XContentTypeOptions = "nosniff";
                    return Results.Json(ways);
                }
            )
            .ExcludeFromDescription();
    }

    sealed record Ways(Way? Issuer);

    sealed record Way(string Authority, string ClientId, string Scope);
}
