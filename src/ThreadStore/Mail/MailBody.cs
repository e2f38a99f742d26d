using System.Globalization;
using System.Text;

namespace ThreadStore.Mail;

/// <summary>What a mail says, as text and as HTML.</summary>
public sealed record MailBody(string Subject, string Text, Html Html)
{
    /// <summary>A mail about more would be cut off by mail programs.</summary>
    public const int MaxItems = 50;

    /// <summary>In characters; the rest is on the page.</summary>
    const int MaxText = 1_000;

    /// <summary>In characters: of headers that are longer nobody sees the end.</summary>
    const int MaxSubject = 150;

    const string Grey = "color:#5f6368;font-size:13px";

    /// <param name="unsubscribe">The address of the page that ends it.</param>
    public static MailBody Of(MailContent content, MailTexts texts, string siteName, string unsubscribe)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(content.Site.TimeZone);
        var items = content.Items.Take(MaxItems).ToList();
        var left = content.Items.Count - items.Count;
        var more = left > 0 ? MailTexts.Fill(texts.More, left.ToString(CultureInfo.InvariantCulture)) : null;
        var why = MailTexts.Fill(texts.Why, siteName);
        var text = new StringBuilder();
        foreach (var item in items)
        {
            text.Append(texts.Of(item)).Append('\n').Append(texts.Date(item.At, zone)).Append("\n\n");
            if (Excerpt(item.Text) is { } said)
                text.Append("> ").Append(said.Replace("\n", "\n> ", StringComparison.Ordinal)).Append("\n\n");
            if (item.Link is { } link)
                text.Append(texts.Read).Append(": ").Append(link).Append("\n\n");
        }
        if (more is not null)
            text.Append(more).Append("\n\n");
        text.Append("-- \n").Append(why).Append('\n');
        text.Append(texts.Unsubscribe).Append(": ").Append(unsubscribe).Append('\n');
        var html = Mail.Html.Of(
            $"""
            <!doctype html>
            <html lang="{texts.Language}">
            <head><meta charset="utf-8"><title>{siteName}</title></head>
            <body style="font-family:sans-serif;font-size:16px;line-height:1.5;max-width:600px">
            {Mail.Html.Join(items.Select(i => Item(i, texts, zone)))}{Paragraph(
                more
            )}<p style="{Grey}">{why} <a href="{unsubscribe}">{texts.Unsubscribe}</a></p>
            </body>
            </html>

            """
        );
        var subject =
            content.Items.Count == 1
                ? texts.SubjectOf(content.Items[0], siteName)
                : MailTexts.Fill(texts.DigestSubject, siteName);
        return new(OneLine(subject, MaxSubject), text.ToString(), html);
    }

    static Html Item(MailItem item, MailTexts texts, TimeZoneInfo zone) =>
        Mail.Html.Of(
            $"""
            <p><strong>{texts.Of(item)}</strong><br><span style="{Grey}">{texts.Date(
                item.At,
                zone
            )}</span></p>
            {Quotation(Excerpt(item.Text))}{Link(item.Link, texts.Read)}
            """
        );

    static Html Paragraph(string? text) => text is null ? default : Mail.Html.Of($"<p>{text}</p>\n");

    static Html Quotation(string? text) =>
        text is null
            ? default
            : Mail.Html.Of(
                $"<blockquote dir=\"auto\" style=\"margin:0 0 16px;padding-left:12px;border-left:3px solid #dadce0;white-space:pre-line\">{text}</blockquote>\n"
            );

    static Html Link(string? address, string label) =>
        address is null ? default : Mail.Html.Of($"<p><a href=\"{address}\">{label}</a></p>\n");

    /// <summary>Null where there is nothing.</summary>
    static string? Excerpt(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var lines = text.Trim().ReplaceLineEndings("\n");
        return new([.. Cut(lines, MaxText).Where(c => c == '\n' || !char.IsControl(c))]);
    }

    /// <summary>What stands in a header has no line of its own, and no invisible characters that change how others look.</summary>
    public static string OneLine(string text, int most)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
                line.Append(' ');
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format)
                line.Append(rune);
        return Cut(line.ToString().Trim(), most);
    }

    static string Cut(string text, int most)
    {
        if (text.Length <= most)
            return text;
        // not through a character
        var end = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
