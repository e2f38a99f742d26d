using Ganss.Xss;

namespace ThreadStore.Comments;

/// <summary>How a comment's body is written. Stored by name.</summary>
public enum BodyFormat
{
    Markdown,
    Text,
    Html,
}

/// <summary>Renders a comment's body to HTML that is safe to put into a page.</summary>
public static class Markup
{
    /// <summary>Rows name the version of the renderer that made their HTML; raise it with every change of the output.</summary>
    public const int Version = 1;

    /// <summary>The sanitizer takes some 20 µs for each, and more when they are many.</summary>
    const int MaxSanitizedElements = 2_000;

    // The writer can't write anything else than these. That the sanitizer agrees is a second opinion, from people
    // who know more about browsers; a property test shows that it never changes a byte, so where nothing can run
    // (no link, nothing imported) we don't pay for it. Its Sanitize is documented as safe for threads.
    static readonly HtmlSanitizer Sanitizer = new(
        new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(SafeHtml.Tags),
            AllowedAttributes = new HashSet<string> { "href", "rel", "start" },
            AllowedSchemes = new HashSet<string> { "http", "https", "mailto" },
            UriAttributes = new HashSet<string> { "href" },
        }
    )
    {
        KeepChildNodes = true,
    };

    /// <summary>Never throws, and takes time in proportion to the length: what is too deep or too costly to parse comes
    /// out as if it were <see cref="BodyFormat.Text"/>.</summary>
    /// <param name="body">As written; not trusted, whatever its format.</param>
    /// <param name="format">What <paramref name="body"/> is written in.</param>
    /// <returns>Only p, br, em, strong, del, blockquote, ul, ol, li, code, pre, and a with an absolute http, https or
    /// mailto address. Empty for a body without anything to see.</returns>
    public static string ToHtml(string body, BodyFormat format) =>
        format switch
        {
            BodyFormat.Text => FromText(body),
            BodyFormat.Html => FromHtml(body),
            _ when PlainText.IsPlain(body) => FromText(body),
            _ => FromMarkdown(body),
        };

    internal static string FromMarkdown(string body, bool alwaysSanitize = false)
    {
        var html = new SafeHtml(body.Length);
        if (!MarkdownText.TryWrite(body, html))
            return FromText(body);
        return alwaysSanitize || html.HasLinks ? Sanitized(html, body) : html.ToString();
    }

    internal static string FromText(string body)
    {
        if (PlainText.IsOneParagraph(body))
            return string.Concat("<p>", body, "</p>");
        var html = new SafeHtml(body.Length);
        PlainText.Write(body, html);
        return html.ToString();
    }

    internal static string FromHtml(string body)
    {
        var html = new SafeHtml(body.Length);
        new ForeignHtml(html).Write(body);
        return html.IsOverLimit ? FromText(body) : Sanitized(html, body);
    }

    internal static string Sanitize(string html) => Sanitizer.Sanitize(html);

    static string Sanitized(SafeHtml html, string body) =>
        html.Elements > MaxSanitizedElements ? FromText(body) : Sanitize(html.ToString());
}
