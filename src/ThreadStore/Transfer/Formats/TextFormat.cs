using System.Security.Cryptography;
using System.Text;
using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>A news page as plain text, told as records; see <see cref="TextPage"/>.</summary>
public static class TextFormat
{
    public const string Name = "text";

    /// <summary>The key of the page that a file is: its name without endings.</summary>
    public static string KeyOf(string fileName) =>
        Path.GetFileNameWithoutExtension(
            fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? fileName[..^3] : fileName
        );

    /// <summary>
    /// The key of a page that came without a name: the same for a longer version of it, another one for another page.
    /// </summary>
    public static string KeyOf(TextPage page)
    {
        var opening = $"{page.PublishedAt:yyyy-MM-dd} {page.Paragraphs[0].Normalize()}";
        return $"{Name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(opening)).AsSpan(0, 8))}";
    }

    /// <summary>Whether a file that no other format knows may be one.</summary>
    public static bool Fits(FileHead head) =>
        head.IsObject is null && !head.IsXml && head.Text.Length > 0 && !head.Text.Contains('\0');

    /// <summary>Whether it says so itself.</summary>
    public static bool IsDated(FileHead head) =>
        head.Text.TrimStart('\uFEFF', ' ', '\t', '\u00A0').StartsWith("date ", StringComparison.Ordinal);

    /// <param name="article">The page's key; null: it has none, and one is made of what it says.</param>
    public static IEnumerable<ForeignRecord> Read(Stream file, string? article, TextPageOptions options)
    {
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        switch (TextPage.Read(bytes.ToArray(), options))
        {
            case TextRefusal refusal:
                yield return new ForeignProblem(null, "malformed", refusal.Message, Lost.Rest)
                {
                    Line = refusal.Line,
                };
                yield break;
            case TextPage page:
                foreach (var record in Records(page, article ?? KeyOf(page)))
                    yield return record;
                yield break;
            default:
                throw new NotSupportedException("A page or a refusal.");
        }
    }

    static IEnumerable<ForeignRecord> Records(TextPage page, string article)
    {
        foreach (var warning in page.Warnings)
            yield return new ForeignProblem(
                null,
                page.Confidence == TextConfidence.Low ? "low-confidence" : "warning",
                warning.Message,
                Lost.Nothing
            )
            {
                Line = warning.Line,
            };
        yield return new ForeignArticle(
            article,
            article,
            page.Url,
            page.Title ?? page.Paragraphs[0],
            page.PublishedAt,
            Body: page.Paragraphs
        )
        {
            Line = 1,
        };
        foreach (var c in page.Comments)
            yield return new ForeignComment(
                $"{article}#{c.Index}",
                null,
                article,
                new(c.CommenterKey[(Name.Length + 1)..], null, c.Author),
                c.Body,
                BodyFormat.Text,
                null,
                ForeignState.Approved
            )
            {
                Line = c.NameLine,
            };
    }
}
