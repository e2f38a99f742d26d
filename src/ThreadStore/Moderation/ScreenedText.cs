using ThreadStore.Comments;

namespace ThreadStore.Moderation;

/// <summary>
/// A comment's text as the rules look at it: as it was written, and, where markup makes that another text, as readers
/// see it (<c>b**a**d</c> reads "bad"). What no rule asks for is not made.
/// </summary>
/// <param name="language">The site's, by which letters are folded.</param>
public sealed class ScreenedText(CommentText text, string language)
{
    /// <summary>How much longer than what was written a shown text may be, before the rest is left out: only one who
    /// repeats references to one long address gets there, and what they wrote is looked at whole.</summary>
    const int MaxGrowth = 2;

    readonly string body = text.Body;
    string[]? faces;
    FoldedText[]? folded;

    /// <summary>The text as it was written, and as it is shown where that is another.</summary>
    public IReadOnlyList<string> Faces => faces ??= MakeFaces();

    public IReadOnlyList<FoldedText> Words =>
        folded ??= [.. Faces.SelectMany(f => FoldedText.Of(f, language))];

    /// <summary>Links that readers can follow; or addresses that they see, where these are more.</summary>
    public int CountLinks() =>
        IsPlain ? Addresses(body) : Math.Max(text.Html.AsSpan().Count("<a "), Addresses(Faces[^1]));

    bool IsPlain =>
        text.Format == BodyFormat.Text || (text.Format == BodyFormat.Markdown && PlainText.IsPlain(body));

    string[] MakeFaces()
    {
        if (IsPlain)
            return [body];
        var shown = ShownText.Of(text.Html, MaxGrowth * body.Length + 64);
        return shown == body ? [body] : [body, shown];
    }

    static int Addresses(string face)
    {
        var count = 0;
        for (var rest = face.AsSpan(); ; count++)
        {
            var at = rest.IndexOf("://");
            if (at < 0)
                return count;
            rest = rest[(at + 3)..];
        }
    }
}
