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
/// <param name="source">What the HTML is made of: by its length is known what is too long.</param>
sealed class SafeHtml(string source)
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

    /// <summary>Bytes of HTML for one of source, beside <see cref="Allowance"/>. Tags cost more than the signs that they
    /// are written with (a short link grows eightfold), so that whoever writes nothing but signs could fill pages.</summary>
    public const int MaxGrowth = 4;

    /// <summary>Bytes: room for what a short comment may need, such as sixty of the shortest links.</summary>
    public const int Allowance = 2_048;

    /// <summary>Every block says for itself in which direction it is read: a quote in Arabic below a line of English.</summary>
    public const string Direction = " dir=\"auto\"";

    /// <summary>What a class of code begins with.</summary>
    public const string LanguageClass = "language-";

    /// <summary>Characters of the name of a language.</summary>
    const int MaxLanguageLength = 30;

    /// <summary>Characters, before encoding. What browsers and proxies take for granted.</summary>
    const int MaxHrefLength = 2_048;

    static readonly SearchValues<char> Escaped = SearchValues.Create("&<>\u00A0\0\r");
    static readonly SearchValues<char> KeptInHref = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$'()*+,;=%"
    );

    static readonly SearchValues<char> InLanguage = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_+#."
    );

    static readonly string[] Openings =
    [
        .. Tags.Select((tag, i) => $"<{tag}{(IsBlock((SafeTag)i) ? Direction : "")}>"),
    ];

    readonly StringBuilder html = new(source.Length + source.Length / 4 + 32);
    readonly long limit = LimitOf(source);
    int depth;
    bool atStart = true;

    public bool HasLinks { get; private set; }

    public int Elements { get; private set; }

    /// <summary>Too deep or too long: what was written is not to be used.</summary>
    public bool IsOverLimit { get; private set; }

    public static bool IsBlock(SafeTag tag) => tag <= SafeTag.Pre;

    /// <summary>Whether the HTML is no longer than may be made of the source.</summary>
    public static bool Fits(string html, string source)
    {
        // most is settled without counting: a character has three bytes at most
        var limit = Allowance + (long)MaxGrowth * source.Length;
        return 3L * html.Length <= limit || Encoding.UTF8.GetByteCount(html) <= LimitOf(source);
    }

    /// <summary>Whether it may stand in the class of a code element.</summary>
    public static bool IsLanguage(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxLanguageLength && !name.ContainsAnyExcept(InLanguage);

    public void Open(SafeTag tag)
    {
        BeginElement(IsBlock(tag));
        html.Append(Openings[(int)tag]);
    }

    /// <param name="language">Left out where it is no name of a language.</param>
    public void OpenCode(ReadOnlySpan<char> language)
    {
        BeginElement(isBlock: false);
        if (IsLanguage(language))
            html.Append("<code class=\"").Append(LanguageClass).Append(language).Append("\">");
        else
            html.Append("<code>");
    }

    /// <param name="start">The first number; 1 goes without saying.</param>
    public void OpenOl(int start)
    {
        BeginElement(isBlock: true);
        if (start == 1)
            html.Append(Openings[(int)SafeTag.Ol]);
        else
            html.Append(CultureInfo.InvariantCulture, $"<ol{Direction} start=\"{start}\">");
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

    static long LimitOf(string source) => Allowance + (long)MaxGrowth * Encoding.UTF8.GetByteCount(source);

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
