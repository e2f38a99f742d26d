using System.Net.Mime;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.HostFiltering;
using ThreadStore.Deliveries;
using ThreadStore.Http;

namespace ThreadStore.Demo;

/// <summary>
/// A page at <c>/</c> that shows the sample as a newspaper would: an article by the public API, and the embed below it. Whoever loads it gets tokens for
/// the sample's site, a reader's and an editor's, so this is for the demo only.
/// </summary>
public static class DemoPage
{
    /// <summary>The site that the sample is on.</summary>
    public const string Site = "demo";

    /// <summary>The page may stay open for a day at work.</summary>
    static readonly TimeSpan TokenLife = TimeSpan.FromHours(12);

    // all that the page does: its own script and style, and requests to the server that it came from
    const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>
    /// The demo is for this machine: it answers to this machine's own names only, lest a page elsewhere gives its name our
    /// address (DNS rebinding) and takes a token; and it may call what else runs here.
    /// </summary>
    public static void Configure(WebApplicationBuilder builder)
    {
        builder.Services.Configure<HostFilteringOptions>(o =>
            o.AllowedHosts = ["localhost", "*.localhost", "127.0.0.1", "[::1]"]
        );
        if (string.IsNullOrEmpty(builder.Configuration[PublicAddresses.Setting]))
            builder.Configuration[PublicAddresses.Setting] = "true";
    }

    public static void MapDemoPage(this WebApplication app, SigningKeys signingKeys, string article)
    {
        var page = DemoFiles
            .Read("page.html")
            .Replace("{{article}}", Uri.EscapeDataString(article))
            .Replace("{{key}}", HtmlEncoder.Default.Encode(article));
        app.MapGet("/", (HttpContext http) => Page(http, page, signingKeys)).ExcludeFromDescription();
        MapFile(app, "/demo.css", "page.css", MediaTypeNames.Text.Css);
        MapFile(app, "/demo.js", "page.js", MediaTypeNames.Text.JavaScript);
    }

    static IResult Page(HttpContext http, string page, SigningKeys signingKeys)
    {
        var visitor = RandomNumberGenerator.GetHexString(8, lowercase: true);
        var name = $"Visitor {visitor[..4]}";
        var token = Authentication.Sign(signingKeys, Site, $"visitor-{visitor}", name, roles: [], TokenLife);
        // who looks at a demo has no token to paste: the links to desk and insights bring one
        var staff = Authentication.Sign(
            signingKeys,
            Site,
            "editor",
            "Editor",
            ["moderator", "analyst"],
            TokenLife
        );
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        // the token is for one visitor
        headers.CacheControl = "no-store";
        return Text(
            page.Replace("{{base}}", http.Request.PathBase.Value)
                .Replace("{{site}}", Site)
                .Replace("{{name}}", name)
                .Replace("{{token}}", token)
                .Replace("{{staff}}", staff),
            MediaTypeNames.Text.Html
        );
    }

    static void MapFile(WebApplication app, string path, string name, string type)
    {
        var text = DemoFiles.Read(name);
        app.MapGet(
                path,
                (HttpContext http) =>
                {
                    http.Response.Headers.XContentTypeOptions = "nosniff";
                    http.Response.Headers.CacheControl = "no-cache";
                    return Text(text, type);
                }
            )
            .ExcludeFromDescription();
    }

    static IResult Text(string text, string type) => Results.Text(text, $"{type}; charset=utf-8");
}
