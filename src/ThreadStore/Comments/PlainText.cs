using System.Buffers;
using System.Text;

namespace ThreadStore.Comments;

/// <summary>Text without markup: paragraphs at blank lines, line ends as written, addresses not made into links (nobody
/// who wrote or imported plain text asked for them).</summary>
static class PlainText
{
    // What Markdown, HTML or their white space rules may take for more than itself, anywhere in a line.
    static readonly SearchValues<char> Special = SearchValues.Create(
        "\\`*_[]<>&~\u007F\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A"
            + "\u2028\u2029\u202F\u205F\u3000\uFEFF"
            + new string([.. Enumerable.Range(0, ' ').Select(c => (char)c).Where(c => c != '\n')])
    );
    static readonly SearchValues<string> Autolinked = SearchValues.Create(
        ["://", "www.", "mailto:"],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>Whether Markdown would read <paramref name="body"/> as nothing but paragraphs, which is what most comments
    /// are. May say no where the answer is yes; a property test holds it to the rest.</summary>
    public static bool IsPlain(string body)
    {
        if (body.AsSpan().ContainsAny(Special) || body.AsSpan().ContainsAny(Autolinked))
            return false;
        foreach (var line in body.AsSpan().EnumerateLines())
        {
            if (!line.IsEmpty && !IsPlainLine(line))
                return false;
        }
        return true;
    }

    /// <summary>Whether <paramref name="body"/> is its own HTML but for the p around it.</summary>
    public static bool IsOneParagraph(string body) =>
        body.Length > 0
        && body[0] != ' '
        && body[^1] != ' '
        && !body.AsSpan().ContainsAny(Special)
        && !body.Contains('\n');

    public static void Write(string body, SafeHtml html)
    {
        var inParagraph = false;
        foreach (var line in body.AsSpan().EnumerateLines())
        {
            var text = line.Trim();
            if (text.IsEmpty)
            {
                if (inParagraph)
                    html.Close(SafeTag.P);
                inParagraph = false;
                continue;
            }
            if (inParagraph)
                html.LineBreak();
            else
                html.Open(SafeTag.P);
            inParagraph = true;
            html.Text(text);
        }
        if (inParagraph)
            html.Close(SafeTag.P);
    }

    /// <summary>The shortest that still shows every sign: one paragraph, and no escape where HTML needs none. Grows to four
    /// times its source, and by its one paragraph; what longer forms would make of text that is nothing but signs.</summary>
    public static string Dense(string body)
    {
        var html = new StringBuilder(body.Length * 2).Append("<p").Append(SafeHtml.Direction).Append('>');
        for (var i = 0; i < body.Length; i++)
            html.Append(
                body[i] switch
                {
                    '<' => "&lt;",
                    '>' => "&gt;",
                    // elsewhere a browser takes it for itself
                    '&'
                        when i + 1 < body.Length
                            && (body[i + 1] == '#' || char.IsAsciiLetterOrDigit(body[i + 1])) => "&amp;",
                    '\n' => "<br>",
                    '\r' => i + 1 < body.Length && body[i + 1] == '\n' ? "" : "<br>",
                    '\0' => "\uFFFD",
                    _ => null,
                } ?? body.AsSpan(i, 1)
            );
        return html.Append("</p>").ToString();
    }

    // no white space at the ends, no sign of a heading, list or rule at the start
    static bool IsPlainLine(ReadOnlySpan<char> line)
    {
        if (line[0] is ' ' or '#' or '-' or '+' or '=' || line[^1] == ' ')
            return false;
        var digits = line.IndexOfAnyExceptInRange('0', '9');
        return digits <= 0 || line[digits] is not ('.' or ')');
    }
}
