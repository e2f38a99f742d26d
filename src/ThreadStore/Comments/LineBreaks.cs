using System.Text;
using System.Text.RegularExpressions;

namespace ThreadStore.Comments;

/// <summary>HTML in which a line end is a line break and a blank line a new paragraph, as WordPress keeps comments.</summary>
static partial class LineBreaks
{
    public static string ToHtml(string body)
    {
        if (!body.Contains('\n') && !body.Contains('\r'))
            return body;
        var html = new StringBuilder(body.Length + 64);
        var (blank, inPre, afterBlock) = (true, false, true);
        foreach (var line in body.AsSpan().EnumerateLines())
        {
            if (inPre)
                html.Append('\n').Append(line);
            else if (line.IsWhiteSpace())
                blank = true;
            else
            {
                if (blank)
                    html.Append("<p>");
                else if (!afterBlock && !BeginsWithBlock().IsMatch(line))
                    html.Append("<br>");
                else
                    html.Append('\n');
                html.Append(line);
                (blank, afterBlock) = (false, EndsWithBlock().IsMatch(line));
            }
            inPre = line.LastIndexOf("<pre", StringComparison.OrdinalIgnoreCase) is >= 0 and var opened
                ? line.LastIndexOf("</pre", StringComparison.OrdinalIgnoreCase) < opened
                : inPre && !line.Contains("</pre", StringComparison.OrdinalIgnoreCase);
        }
        return html.ToString();
    }

    const string Blocks = "p|div|ul|ol|li|blockquote|pre|table|tr|td|th|h[1-6]|hr|br|dl|dt|dd";

    [GeneratedRegex($@"^\s*</?(?:{Blocks})\b", RegexOptions.IgnoreCase)]
    private static partial Regex BeginsWithBlock();

    [GeneratedRegex($@"</?(?:{Blocks})\b[^<>]*>\s*$", RegexOptions.IgnoreCase | RegexOptions.RightToLeft)]
    private static partial Regex EndsWithBlock();
}
