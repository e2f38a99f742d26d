using System.Buffers;
using System.Globalization;
using System.Text;

namespace ThreadStore.Comments;

/// <summary>The elements that a comment may hold, beside br.</summary>
enum SafeTag
{
    P,
    Blockquote,
    Ul,
    Ol,
    Li,
    Pre,
    Em,
    Strong,
    Del,
    Code,
    A,
}

/// <summary>Collects HTML from tags that it names and text that it escapes; nothing else can get in. Writes what a
/// browser would serialise, so that parsing and writing it again changes nothing.</summary>
sealed class SafeHtml(int sourceLength)
{
    public static readonly string[] Tags =
    [
        "p",
        "blockquote",
        "ul",
        "ol",
        "li",
        "pre",
        "em",
        "strong",
        "del",
        "code",
        "a",
        "br",
    ];

    /// <summary>Elements in each other. Nobody reads deeper quotes, and parsers recurse.</summary>
    public const int MaxDepth = 100;

    /// <summary>Characters of HTML for one of source. A bare short link grows tenfold; beyond that, somebody repeats
    /// references to one long definition.</summary>
    const int MaxGrowth = 16;

    /// <summary>Characters, before encoding. What browsers and proxies take for granted.</summary>
    const int MaxHrefLength = 2_048;

    static readonly SearchValues<char> Escaped = SearchValues.Create("&<>\u00A0\0\r");
    static readonly SearchValues<char> KeptInHref = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$'()*+,;=%"
    );

    readonly StringBuilder html = new(sourceLength + sourceLength / 4 + 16);
    readonly long limit = 1_024 + (long)MaxGrowth * sourceLength;
    int depth;
    bool atStart = true;

    public bool HasLinks { get; private set; }

    public int Elements { get; private set; }

    /// <summary>Too deep or too long: what was written is not to be used.</summary>
    public bool IsOverLimit { get; private set; }

    public static bool IsBlock(SafeTag tag) => tag <= SafeTag.Pre;

    public void Open(SafeTag tag)
    {
        BeginElement(IsBlock(tag));
        html.Append('<').Append(Tags[(int)tag]).Append('>');
    }

    /// <param name="start">The first number; 1 goes without saying.</param>
    public void OpenOl(int start)
    {
        BeginElement(isBlock: true);
        if (start == 1)
            html.Append("<ol>");
        else
            html.Append(CultureInfo.InvariantCulture, $"<ol start=\"{start}\">");
    }

    /// <returns>False, with nothing written, for any address that is not absolute http, https or mailto.</returns>
    public bool TryOpenA(string? url)
    {
        var scheme = SchemeOf(url);
        if (scheme is null)
            return false;
        BeginElement(isBlock: false);
        HasLinks = true;
        html.Append("<a href=\"").Append(scheme);
        AppendHref(url.AsSpan(scheme.Length));
        html.Append("\" rel=\"nofollow ugc noopener\">");
        return true;
    }

    public void Close(SafeTag tag)
    {
        depth--;
        atStart = false;
        html.Append("</").Append(Tags[(int)tag]).Append('>');
    }

    public void LineBreak()
    {
        Elements++;
        atStart = false;
        html.Append("<br>\n");
    }

    public void Text(ReadOnlySpan<char> text)
    {
        atStart = false;
        for (var i = text.IndexOfAny(Escaped); i >= 0; i = text.IndexOfAny(Escaped))
        {
            html.Append(text[..i])
                .Append(
                    text[i] switch
                    {
                        '&' => "&amp;",
                        '<' => "&lt;",
                        '>' => "&gt;",
                        '\0' => "\uFFFD",
                        '\r' => "\n",
                        _ => "&nbsp;",
                    }
                );
            text = text[(i + 1)..];
        }
        html.Append(text);
        IsOverLimit |= html.Length > limit;
    }

    public void GiveUp() => IsOverLimit = true;

    public override string ToString() => html.ToString();

    void BeginElement(bool isBlock)
    {
        // between blocks a line end, so that who drops the tags (search, mails) gets words, not a chain of them
        if (isBlock && !atStart)
            html.Append('\n');
        Elements++;
        atStart = true;
        IsOverLimit |= ++depth > MaxDepth || html.Length > limit;
    }

    static string? SchemeOf(string? url)
    {
        if (url is null || url.Length > MaxHrefLength)
            return null;
        var scheme =
            url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https://"
            : url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http://"
            : url.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? "mailto:"
            : null;
        return scheme?.Length < url.Length ? scheme : null;
    }

    void AppendHref(ReadOnlySpan<char> rest)
    {
        Span<byte> utf8 = stackalloc byte[4];
        while (!rest.IsEmpty)
        {
            // an unpaired surrogate is decoded as U+FFFD, which is encoded as it would be by a browser
            Rune.DecodeFromUtf16(rest, out var rune, out var length);
            if (rune.IsAscii ? KeptInHref.Contains(rest[0]) : Rune.IsLetterOrDigit(rune))
                html.Append(rest[..length]);
            else if (rune.Value == '&')
                html.Append("&amp;");
            else
                foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
                    html.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            rest = rest[length..];
        }
    }
}
