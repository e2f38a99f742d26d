using ThreadStore.Http;
using ThreadStore.Setup;

namespace ThreadStore.Face;

/// <summary>
/// What is shown in a browser: <c>/embed.js</c> for publishers' pages, <c>/desk</c> for moderators, <c>/insights</c> for
/// editors, and the files that these load. Built from src/web.
/// </summary>
public static class ServeFace
{
    /// <summary>Of what has its content's hash in its name.</summary>
    const string ForGood = "public, max-age=31536000, immutable";

    /// <summary>A new version reaches all readers within it.</summary>
    const string Shortly = "public, max-age=300, stale-while-revalidate=3600";

    /// <summary>Of pages, which name the newest files.</summary>
    const string AskFirst = "no-cache";

    public static void MapFace(this WebApplication app)
    {
        app.MapGet("/embed.js", (HttpContext http) => Script(http, "embed.js", Shortly))
            .ExcludeFromDescription();
        app.MapGet(
                "/assets/{name}",
                (HttpContext http, string name) => Script(http, $"assets/{name}", ForGood)
            )
            .ExcludeFromDescription();
        var authority = app.Services.GetRequiredService<ServerOptions>().Issuer.Authority;
        foreach (var page in (string[])["desk", "insights"])
            app.MapGet(
                    $"/{page}",
                    (HttpContext http, Origins origins, string? site) =>
                        PageAsync(http, origins, page, site, authority)
                )
                .ExcludeFromDescription();
    }

    /// <summary>Modules are read by pages of other origins, and these ask for leave.</summary>
    static IResult Script(HttpContext http, string path, string cacheControl)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        return FaceFile.Find(path)?.Answer(http, cacheControl) ?? Problem.NotFound;
    }

    /// <param name="site">Whose <c>allowedOrigins</c> may have the page in a frame; null: nobody may.</param>
    /// <param name="authority">Where people sign in, which the page then speaks to.</param>
    static async Task<IResult> PageAsync(
        HttpContext http,
        Origins origins,
        string page,
        string? site,
        string? authority
    )
    {
        // what it loads is named from the folder above
        if (http.Request.Path.Value!.EndsWith('/'))
            return Results.LocalRedirect($"~/{page}{http.Request.QueryString}");
        var framedBy = site is null ? [] : await origins.OfAsync(site, http.RequestAborted);
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy(framedBy, authority);
        headers["Referrer-Policy"] = "no-referrer";
        return FaceFile.Find($"{page}.html")!.Answer(http, AskFirst);
    }

    static string Policy(IReadOnlyList<string> framedBy, string? authority)
    {
        var issuer = authority is null ? null : Articles.WebAddress.Origin(authority);
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + $"connect-src {(issuer is null ? "'self'" : $"'self' {issuer}")}; "
            + $"base-uri 'none'; form-action 'none'; {Ancestors(framedBy)}";
    }

    /// <summary>Who may have a page in a frame; none: nobody.</summary>
    public static string Ancestors(IReadOnlyList<string> framedBy) =>
        $"frame-ancestors {(framedBy.Count == 0 ? "'none'" : string.Join(' ', framedBy))}";
}
