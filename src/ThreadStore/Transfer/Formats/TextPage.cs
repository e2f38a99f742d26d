using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>What a person knows better than the rules about a news page as plain text.</summary>
/// <param name="CommentsFromLine">Physical line of the first name; 0 for a page without comments.</param>
/// <param name="NoComments">All of the page is the article.</param>
/// <param name="NameLines">Physical lines of all names, ascending; the complete list, so no rule is asked.</param>
/// <param name="KnownNames">Names that are names whatever they look like; others may still be found beside them.</param>
/// <param name="Title">Plain text; blank is as none.</param>
/// <param name="Url">Kept as given.</param>
/// <param name="Date">Day of publication in UTC, instead of the one in the header.</param>
public sealed record TextPageOptions(
    int? CommentsFromLine = null,
    bool NoComments = false,
    IReadOnlyList<int>? NameLines = null,
    IReadOnlySet<string>? KnownNames = null,
    string? Title = null,
    string? Url = null,
    DateOnly? Date = null
);

/// <summary>What came of reading a file: a <see cref="TextPage"/>, or a <see cref="TextRefusal"/>.</summary>
public abstract record TextReading;

/// <summary>Why a file could not be read: one sentence, and the physical line, from 1, that it is about.</summary>
public sealed record TextRefusal(int Line, string Message) : TextReading;

/// <summary>Something that a person should look at, and the physical line, from 1, where it is.</summary>
public sealed record TextWarning(int Line, string Message);

/// <summary>Low: the page may have been split in the wrong places; the warnings say where.</summary>
public enum TextConfidence
{
    High,
    Low,
}

/// <summary>What a line was taken for; the value is the letter that a dry run shows.</summary>
public enum LineKind
{
    Header = 'H',
    Article = 'A',
    Name = 'N',
    Paragraph = 'P',
}

/// <summary>A line that is not blank, by its physical number from 1, without the blanks at its ends.</summary>
public sealed record ClassifiedLine(int Line, LineKind Kind, string Text);

/// <summary>A comment of the page: <see cref="Index"/> is its place among them from 1, <see cref="Author"/> the name as
/// spelled there, <see cref="CommenterKey"/> <c>text:</c> and the name in NFC with single spaces. All plain text.</summary>
public sealed record TextComment(
    int Index,
    string Author,
    string CommenterKey,
    int NameLine,
    IReadOnlyList<string> Paragraphs
)
{
    public string Body => string.Join("\n\n", Paragraphs);

    /// <summary>There is nothing to see in it, so there is no comment to import.</summary>
    public bool IsEmpty => !Paragraphs.Any(paragraph => Letters.HasVisible(paragraph));
}

/// <summary>A news page as plain text: an article, then the comments on it, which have no times and no parents.
/// <see cref="Title"/> is the one given, or the lead: such a page has no headline of its own.
/// <see cref="PublishedAt"/> is midnight UTC; null where no day is known. The lead is the first of
/// <see cref="Paragraphs"/>. <see cref="Warnings"/> come by line; not all of them lower the confidence.
/// <see cref="Lines"/> holds every line that is not blank, once, in the file's order.</summary>
public sealed record TextPage(
    string? Title,
    string? Url,
    DateTimeOffset? PublishedAt,
    IReadOnlyList<string> Paragraphs,
    IReadOnlyList<TextComment> Comments,
    IReadOnlyList<TextWarning> Warnings,
    IReadOnlyList<ClassifiedLine> Lines,
    TextConfidence Confidence
) : TextReading
{
    /// <summary>Reads a page in UTF-8. The time it takes is linear in the length of the content, whatever that is.</summary>
    public static TextReading Read(ReadOnlySpan<byte> content, TextPageOptions options)
    {
        if (TextLines.Read(content, out var lines) is { } notText)
            return notText;
        if (TextHeader.Read(lines[0], out var header) is { } noHeader)
            return noHeader;
        if (NameChoice.Choose(lines, options, out var names) is { } misfit)
            return misfit;

        var comments = Split(lines, names.Indices);
        return new TextPage(
            string.IsNullOrWhiteSpace(options.Title) ? header.Lead : options.Title,
            options.Url,
            (options.Date ?? header.Date) is { } date ? new(date, TimeOnly.MinValue, TimeSpan.Zero) : null,
            [header.Lead, .. lines[1..names.ArticleEnd(lines)].Select(line => line.Text)],
            comments,
            [
                .. names
                    .Warnings.Concat(SpelledAlike(comments))
                    .Concat(Empty(comments))
                    .OrderBy(warning => warning.Line),
            ],
            Classify(lines, names),
            names.Confidence
        );
    }

    static List<TextComment> Split(List<TextLine> lines, List<int> names)
    {
        var comments = new List<TextComment>(names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            var name = lines[names[i]];
            var end = i + 1 < names.Count ? names[i + 1] : lines.Count;
            string[] paragraphs = [.. lines[(names[i] + 1)..end].Select(line => line.Text)];
            comments.Add(new(i + 1, name.Text, NameLine.Key(name.Text), name.Number, paragraphs));
        }
        return comments;
    }

    // "Ada" and "ADA" may be two people: merging them could not be undone, so a person is asked.
    static IEnumerable<TextWarning> SpelledAlike(List<TextComment> comments)
    {
        var first = new Dictionary<string, TextComment>(StringComparer.OrdinalIgnoreCase);
        foreach (var comment in comments.DistinctBy(comment => comment.CommenterKey))
            if (!first.TryAdd(comment.CommenterKey, comment))
            {
                var other = first[comment.CommenterKey];
                yield return new(
                    comment.NameLine,
                    $"\"{comment.Author}\" and \"{other.Author}\" (line {other.NameLine}) differ only in case and are kept as two commenters."
                );
            }
    }

    static IEnumerable<TextWarning> Empty(List<TextComment> comments) =>
        comments
            .Where(comment => comment.IsEmpty)
            .Select(comment => new TextWarning(
                comment.NameLine,
                $"The comment of \"{comment.Author}\" shows nothing and is left out."
            ));

    static ClassifiedLine[] Classify(List<TextLine> lines, NameChoice names)
    {
        var kinds = new LineKind[lines.Count];
        Array.Fill(kinds, LineKind.Paragraph);
        Array.Fill(kinds, LineKind.Article, 0, names.ArticleEnd(lines));
        kinds[0] = LineKind.Header;
        foreach (var name in names.Indices)
            kinds[name] = LineKind.Name;
        return [.. lines.Select((line, i) => new ClassifiedLine(line.Number, kinds[i], line.Text))];
    }
}
