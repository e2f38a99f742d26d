using System.Net;
using ThreadStore.Comments;

namespace ThreadStore.Moderation;

/// <summary>
/// A comment's text as the rules look at it: as it was written, and, where markup makes that another text, as readers
/// see it (<c>b**a**d</c> reads "bad"). What no rule asks for is not made.
/// </summary>
public sealed class ScreenedText(string body, BodyFormat format)
{
    /// <summary>How much longer than what was written a shown text may be, before the rest is left out: only one who
    /// repeats references to one long address gets there, and what they wrote is looked at whole.</summary>
    const int MaxGrowth = 2;

    string? html;
    string[]? faces;
    FoldedText[]? folded;

    /// <summary>The text as it was written, and as it is shown where that is another.</summary>
    public IReadOnlyList<string> Faces => faces ??= MakeFaces();

    public IReadOnlyList<FoldedText> Words => folded ??= [.. Faces.Select(f => new FoldedText(f))];

    /// <summary>Links that readers can follow; or addresses that they see, where these are more.</summary>
    public int CountLinks() =>
        IsPlain ? Addresses(body) : Math.Max(Html.AsSpan().Count("<a "), Addresses(Faces[^1]));

    bool IsPlain => format == BodyFormat.Text || (format == BodyFormat.Markdown && PlainText.IsPlain(body));

    string Html => html ??= CommentJson.Html(body, format);

    string[] MakeFaces()
    {
        if (IsPlain)
            return [body];
        var shown = Shown(Html, MaxGrowth * body.Length + 64);
        return shown == body ? [body] : [body, shown];
    }

    static int Addresses(string text)
    {
        var count = 0;
        for (var rest = text.AsSpan(); ; count++)
        {
            var at = rest.IndexOf("://");
            if (at < 0)
                return count;
            rest = rest[(at + 3)..];
        }
    }

    /// <summary>What our own HTML shows: inline elements leave no trace, others part words.</summary>
    static string Shown(string html, int maxLength)
    {
        var shown = new System.Text.StringBuilder(html.Length);
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

    static bool IsInline(ReadOnlySpan<char> tag)
    {
        var name = tag.TrimStart('/');
        name = name[..name.IndexOfAny(' ', '>', '/')];
        return name is "em" or "strong" or "del" or "code" or "a";
    }
}
