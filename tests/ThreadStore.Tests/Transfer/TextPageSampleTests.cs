using System.Globalization;
using System.Text.Json;
using ThreadStore.Transfer.Formats;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>Whole pages against what a person says is in them; the overrides to use stand in the expected file.</summary>
public class TextPageSampleTests
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    [Theory]
    [InlineData("repeat")]
    [InlineData("crlf-bom-blank")]
    [InlineData("subheadings")]
    [InlineData("names")]
    [InlineData("no-date")]
    [InlineData("one-word")]
    public void Our_own_samples_are_read_exactly(string name) =>
        HoldsWithOverrides(Above("tests/ThreadStore.Tests/Samples/text"), name);

    [Theory]
    [InlineData("names", "3,5,7,9,11,15,17,19", TextConfidence.High, "")] // misses ¿Quién? on line 13
    [InlineData("one-word", "3,5,7,9", TextConfidence.Low, "4,7,10")] // takes "Thank you" on line 7 for a name
    [InlineData("subheadings", "2,4,6", TextConfidence.Low, "2,4,6")]
    public void What_cannot_be_told_from_the_text_alone_is_read_so(
        string name,
        string nameLines,
        TextConfidence confidence,
        string warningLines
    )
    {
        var page = Read(Above("tests/ThreadStore.Tests/Samples/text"), name, []);

        Assert.Equal(nameLines, string.Join(',', page.Comments.Select(comment => comment.NameLine)));
        Assert.Equal(confidence, page.Confidence);
        Assert.Equal(warningLines, string.Join(',', page.Warnings.Select(warning => warning.Line)));
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("seed-syn-repeat")]
    [InlineData("seed-syn-crlf-blank")]
    [InlineData("seed-syn-no-comments")]
    public void The_samples_beside_the_checkout_are_read_exactly(string name)
    {
        var folder = Above("shared/samples");
        Assert.SkipUnless(
            File.Exists(Path.Combine(folder, "seed.txt")),
            "No shared/samples beside the checkout."
        );

        HoldsWithOverrides(folder, name);
        var expected = Expected(folder, name);
        var actual = Read(folder, name, []);
        if (!expected.Ambiguous || actual.Confidence == TextConfidence.High)
            Assert.Equal(Show(expected), Show(Seen(actual)));
    }

    [Fact]
    public void The_real_page_is_read_with_high_confidence_and_without_a_warning()
    {
        var folder = Above("shared/samples");
        Assert.SkipUnless(
            File.Exists(Path.Combine(folder, "seed.txt")),
            "No shared/samples beside the checkout."
        );

        var page = Read(folder, "seed", []);
        Assert.Equal(TextConfidence.High, page.Confidence);
        Assert.Empty(page.Warnings);
    }

    static void HoldsWithOverrides(string folder, string name)
    {
        var expected = Expected(folder, name);
        var page = Read(folder, name, expected.OverrideArgs ?? []);

        Assert.Equal(Show(expected), Show(Seen(page)));
        if (expected.Confidence is { } confidence)
            Assert.Equal(confidence, page.Confidence.ToString());
        if (expected.WarningLines is { } warnings)
            Assert.Equal(warnings, page.Warnings.Select(warning => warning.Line));
    }

    static TextPage Read(string folder, string name, string[] args) =>
        Assert.IsType<TextPage>(
            TextPage.Read(File.ReadAllBytes(Path.Combine(folder, name + ".txt")), Options(args))
        );

    static TextPageOptions Options(string[] args) =>
        args switch
        {
            [] => new(),
            ["--no-comments"] => new(NoComments: true),
            ["--comments-from-line", var line] => new(CommentsFromLine: Number(line)),
            ["--name-lines", var lines] => new(NameLines: [.. lines.Split(',').Select(Number)]),
            _ => throw new NotSupportedException(string.Join(' ', args)),
        };

    static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    /// <summary>The folder of that relative path nearest above the test assembly; one that does not exist where there is none.</summary>
    internal static string Above(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder.Parent is { } parent && !Directory.Exists(Path.Combine(folder.FullName, path)))
            folder = parent;
        return Path.Combine(folder.FullName, path);
    }

    static ExpectedPage Expected(string folder, string name) =>
        JsonSerializer.Deserialize<ExpectedPage>(
            File.ReadAllBytes(Path.Combine(folder, name + ".expected.json")),
            Json
        ) ?? throw new InvalidDataException(name);

    static ExpectedPage Seen(TextPage page) =>
        new(
            new(
                page.Paragraphs[0],
                page.PublishedAt?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                [.. page.Paragraphs]
            ),
            page.Comments.Count,
            page.Comments.DistinctBy(comment => comment.CommenterKey).Count(),
            new(page.Comments.CountBy(comment => comment.Author).ToDictionary(), StringComparer.Ordinal),
            [
                .. page.Comments.Select(c => new ExpectedComment(
                    c.Index,
                    c.Author,
                    c.NameLine,
                    [.. c.Paragraphs],
                    c.Body
                )),
            ],
            page.Comments.Count > 0 ? page.Comments[0].NameLine : null
        );

    static string Show(ExpectedPage page) =>
        JsonSerializer.Serialize(
            page with
            {
                PerAuthor = new(page.PerAuthor, StringComparer.Ordinal),
                OverrideArgs = null,
                Ambiguous = false,
                Confidence = null,
                WarningLines = null,
            },
            Json
        );

    sealed record ExpectedPage(
        ExpectedArticle Article,
        int CommentCount,
        int CommenterCount,
        SortedDictionary<string, int> PerAuthor,
        ExpectedComment[] Comments,
        int? CommentsFromLine,
        string[]? OverrideArgs = null,
        bool Ambiguous = false,
        string? Confidence = null,
        int[]? WarningLines = null
    );

    sealed record ExpectedArticle(string Lead, string? PublishedAt, string[] Paragraphs);

    sealed record ExpectedComment(int Index, string Author, int NameLine, string[] Paragraphs, string Body);
}
