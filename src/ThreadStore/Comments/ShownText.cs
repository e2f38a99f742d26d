using System.Net;
using System.Text;

namespace ThreadStore.Comments;

/// <summary>What our own HTML shows: inline elements leave no trace, others part words.</summary>
static class ShownText
{
    /// <param name="html">As <see cref="Markup"/> makes it.</param>
    /// <param name="maxLength">Characters after which no more is read.</param>
    public static string Of(string html, int maxLength = int.MaxValue)
    {
        var shown = new StringBuilder(html.Length);
        for (var rest = html.AsSpan(); !rest.IsEmpty && shown.Length < maxLength; )
        {
            var tag = rest.IndexOf('<');
            if (tag < 0)
                tag = rest.Length;
            shown.Append(rest[..tag]);
            rest = rest[tag..];
            if (rest.IsEmpty)
                break;
            var end = rest.IndexOf('>') + 1;
            if (!IsInline(rest[1..end]))
                shown.Append('\n');
            rest = rest[end..];
        }
        return WebUtility.HtmlDecode(shown.ToString()).Trim();
    }

    /// <summary>Whether readers see anything at all; most is told by the first letter.</summary>
    public static bool IsNothing(string html)
    {
        for (var rest = html.AsSpan(); !rest.IsEmpty; )
        {
            var tag = rest.IndexOf('<');
            var text = tag < 0 ? rest : rest[..tag];
            if (
                text.Contains('&')
                    ? Letters.HasVisible(WebUtility.HtmlDecode(text.ToString()))
                    : Letters.HasVisible(text)
            )
                return false;
            rest = tag < 0 ? default : rest[(tag + rest[tag..].IndexOf('>') + 1)..];
        }
        return true;
    }

    static bool IsInline(ReadOnlySpan<char> tag)
    {
        var name = tag.TrimStart('/');
        name = name[..name.IndexOfAny(' ', '>', '/')];
        return name is "em" or "strong" or "del" or "code" or "a";
    }
}
