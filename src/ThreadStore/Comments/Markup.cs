using AngleSharp.Dom;
using Ganss.Xss;

namespace ThreadStore.Comments;

/// <summary>How a comment's body is written. Stored by name.</summary>
public enum BodyFormat
{
    Markdown,
    Text,
    Html,

    /// <summary>HTML in which line ends count; see <see cref="LineBreaks"/>.</summary>
    HtmlLines,
}

/// <summary>Renders a comment's body to HTML that is safe to put into a page.</summary>
public static class Markup
{
    /// <summary>Rows name the version of the renderer that made their HTML; raise it with every change of the output.</summary>
    public const int Version = 2;

    /// <summary>The sanitizer takes some 20 µs for each, and more when they are many.</summary>
    const int MaxSanitizedElements = 2_000;

    // The writer can't write anything else than these. That the sanitizer agrees is a second opinion, from people
    // who know more about browsers; a property test shows that it never changes a byte, so where nothing can run
    // (no link, nothing imported) we don't pay for it. Its Sanitize is documented as safe for threads.
    static readonly HtmlSanitizer Sanitizer = BuildSanitizer();

    /// <summary>Never throws, and takes time in proportion to the length: what is too deep or too costly to parse, or would
    /// come out too long, comes out as if it were <see cref="BodyFormat.Text"/>.</summary>
    /// <param name="body">As written; not trusted, whatever its format.</param>
    /// <param name="format">What <paramref name="body"/> is written in.</param>
    /// <returns>Only p, blockquote, ul, ol, li and pre, each with dir="auto"; br, em, strong, del; code, where it names
    /// its language with a class; and a with an absolute http, https or mailto address. In UTF-8 at most
    /// <see cref="SafeHtml.MaxGrowth"/> times as long as the body, and <see cref="SafeHtml.Allowance"/> bytes. Empty for a
    /// body without anything to see.</returns>
    public static string ToHtml(string body, BodyFormat format) =>
        format switch
        {
            BodyFormat.Text => FromText(body),
            BodyFormat.Html => FromHtml(body),
            BodyFormat.HtmlLines => FromHtml(LineBreaks.ToHtml(body), body),
            _ when PlainText.IsPlain(body) => FromText(body),
            _ => FromMarkdown(body),
        };

    internal static string FromMarkdown(string body, bool alwaysSanitize = false)
    {
        var html = new SafeHtml(body);
        if (!MarkdownText.TryWrite(body, html))
            return FromText(body);
        return alwaysSanitize || html.HasLinks ? Sanitized(html, body) : Fitting(html.ToString(), body);
    }

    internal static string FromText(string body)
    {
        if (PlainText.IsOneParagraph(body))
            return string.Concat($"<p{SafeHtml.Direction}>", body, "</p>");
        var html = new SafeHtml(body);
        PlainText.Write(body, html);
        return html.ToString() is var text && SafeHtml.Fits(text, body) ? text : PlainText.Dense(body);
    }

    internal static string FromHtml(string body) => FromHtml(body, body);

    /// <param name="source">What <paramref name="markup"/> was made of: the result is held to its length.</param>
    static string FromHtml(string markup, string source)
    {
        var html = new SafeHtml(source);
        new ForeignHtml(html).Write(markup);
        return html.IsOverLimit ? FromText(source) : Sanitized(html, source);
    }

    internal static string Sanitize(string html) => Sanitizer.Sanitize(html);

    static string Sanitized(SafeHtml html, string body) =>
        html.Elements > MaxSanitizedElements ? FromText(body) : Fitting(Sanitize(html.ToString()), body);

    static string Fitting(string html, string body) => SafeHtml.Fits(html, body) ? html : FromText(body);

    static HtmlSanitizer BuildSanitizer()
    {
        var sanitizer = new HtmlSanitizer(
            new HtmlSanitizerOptions
            {
                AllowedTags = new HashSet<string>(SafeHtml.Tags),
                AllowedAttributes = new HashSet<string> { "href", "rel", "start", "dir", "class" },
                AllowedSchemes = new HashSet<string> { "http", "https", "mailto" },
                UriAttributes = new HashSet<string> { "href" },
            }
        )
        {
            KeepChildNodes = true,
        };
        // it allows an attribute on every element or on none
        sanitizer.PostProcessNode += (_, e) =>
        {
            if (e.Node is not IElement element)
                return;
            var isBlock =
                Array.IndexOf(SafeHtml.Tags, element.LocalName) is >= 0 and var tag
                && SafeHtml.IsBlock((SafeTag)tag);
            if (!isBlock || element.GetAttribute("dir") != "auto")
                element.RemoveAttribute("dir");
            if (
                element.GetAttribute("class") is { } name
                && !(element.LocalName == "code" && IsLanguage(name))
            )
                element.RemoveAttribute("class");
        };
        return sanitizer;
    }

    static bool IsLanguage(string name) =>
        name.StartsWith(SafeHtml.LanguageClass, StringComparison.Ordinal)
        && SafeHtml.IsLanguage(name.AsSpan(SafeHtml.LanguageClass.Length));
}
