using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ThreadStore.Mail;

namespace ThreadStore.Http;

/// <summary>
/// What this server shows to people and programs beside the API (<c>/docs</c>, <c>/problems</c>, <c>/openapi</c>, <c>/unsubscribe</c>) is what
/// it says that it is, runs nothing but its own scripts and is in nobody's frame.
/// </summary>
public sealed partial class SafePages(RequestDelegate next)
{
    const string Nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // it sets styles as it goes; its scripts are this server's own, and the few lines in the page are named by hash
    const string Reference =
        Nothing
        + "; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; script-src 'self'";

    static readonly string Unsubscribing =
        $"{Nothing.Replace("form-action 'none'", "form-action 'self'", StringComparison.Ordinal)}; style-src {Hash(UnsubscribePage.Style)}";

    static readonly string Problems = $"{Nothing}; style-src {Hash(ProblemPage.Style)}";

    public Task InvokeAsync(HttpContext http)
    {
        var path = http.Request.Path;
        var policy =
            path.StartsWithSegments("/docs") ? Reference
            : path.StartsWithSegments("/problems") ? Problems
            : path.StartsWithSegments("/openapi") ? Nothing
            : path.StartsWithSegments(UnsubscribeLinks.Path) ? Unsubscribing
            : null;
        if (policy is null)
            return next(http);
        Set(http.Response.Headers, policy);
        // the page itself is small, and its script is another with other settings; what it loads passes
        return policy == Reference && !Path.HasExtension(path.Value) ? NameScriptsAsync(http) : next(http);
    }

    /// <summary>Of a page that is made elsewhere; null: it is none.</summary>
    public static void Set(IHeaderDictionary headers, string? policy)
    {
        if (policy is null)
            return;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = policy;
    }

    async Task NameScriptsAsync(HttpContext http)
    {
        var body = http.Response.Body;
        using var kept = new MemoryStream();
        http.Response.Body = kept;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = body;
        }
        var scripts = InlineScript()
            .Matches(Encoding.UTF8.GetString(kept.ToArray()))
            .Select(m => Hash(m.Groups[1].Value));
        http.Response.Headers.ContentSecurityPolicy = string.Join(' ', [Reference, .. scripts]);
        await body.WriteAsync(kept.ToArray(), http.RequestAborted);
    }

    static string Hash(string text) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    [GeneratedRegex(
        "<script(?![^>]*\\ssrc=)[^>]*>(.*?)</script>",
        RegexOptions.Singleline | RegexOptions.IgnoreCase
    )]
    private static partial Regex InlineScript();
}
