using System.Text;
using ThreadStore.Transfer.Formats;
using Xunit;

namespace ThreadStore.Tests.Transfer;

public class TextPageTests
{
    /// <summary>Forty words or so: what stands below a sub-heading.</summary>
    static readonly string Long = string.Concat(Enumerable.Repeat("Long. ", 27));

    const string OneComment = "The lead.\nMore.\nAda Byron\nHello.";
    const string ThreeWeak = "The lead.\nAda\nOne.\nBob\nTwo.\nCyd\nThree.";

    public static TheoryData<string, DateOnly?, string> Headers =>
        new()
        {
            { "date 2021-04-02 A lead.", new(2021, 4, 2), "A lead." },
            { "\uFEFF \tdate \u00A0 2021-04-02\t A lead.", new(2021, 4, 2), "A lead." },
            { "date 2020-02-29 2 days on", new(2020, 2, 29), "2 days on" },
            { "A lead.", null, "A lead." },
            { "Date 2021-04-02 a lead", null, "Date 2021-04-02 a lead" },
            { "dates 2021-04-02 and later", null, "dates 2021-04-02 and later" },
            { "date2021-04-02 and later", null, "date2021-04-02 and later" },
            { "date palms are in flower.", null, "date palms are in flower." },
            { "date 12 of 30 is sold out.", null, "date 12 of 30 is sold out." },
            { "date 0000-00-00 A lead.", null, "A lead." },
            { "date 0001-01-01 A lead.", null, "A lead." },
        };

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_header_is_a_lead_after_a_date_or_without_one(string text, DateOnly? date, string lead)
    {
        var page = Read(text);
        DateTimeOffset? midnight = date is { } day ? new(day, TimeOnly.MinValue, TimeSpan.Zero) : null;
        Assert.Equal((lead, midnight), (page.Title, page.PublishedAt));
        Assert.Equal([lead], page.Paragraphs);
    }

    [Fact]
    public void Title_address_and_date_given_win_over_the_header()
    {
        var page = Read(
            "date 2021-04-02 A lead.",
            new(Title: "T", Url: "https://a.example", Date: new(2020, 1, 2))
        );
        Assert.Equal(
            ("T", "https://a.example", new DateTimeOffset(2020, 1, 2, 0, 0, 0, TimeSpan.Zero)),
            (page.Title, page.Url, page.PublishedAt)
        );
    }

    [Fact]
    public void Lines_are_shown_by_their_physical_numbers() =>
        Assert.Equal(
            """
            2 H date 2021-04-02 The lead.
            4 A More.
            5 N ada_l
            7 P Hello.
            8 P Bye
            9 N Bob
            10 P Well
            """.ReplaceLineEndings("\n"),
            Show(
                Read(
                    "\n\tdate 2021-04-02 The lead.\n\u200B\nMore.\fada_l".Replace('\f', '\n')
                        + "\n\nHello.\nBye\nBob\nWell",
                    new(NameLines: [5, 9])
                )
            )
        );

    // where the comments begin
    [Theory]
    [InlineData(OneComment, null)] // one candidate proves nothing
    [InlineData("The lead.\nWhat now\nOne.\nAnd then\nTwo.", null)] // two weak ones neither
    [InlineData(ThreeWeak, 2)]
    [InlineData("The lead.\nWhat now\nOne.\nbob_b\nTwo.", 2)] // a strong one later is evidence for both
    [InlineData("The lead.\nAda\nOne.\nAda\nTwo.", 2)] // the same name again is strong
    [InlineData("The lead.\nAda\nOne.\nBob\nTwo.\nCyd", null)] // no line follows the last
    [InlineData("The lead.\nbob_b\n1.\n2.\n3.\n4.\n5.\n6.\nada_l\n7.\n8.\n9.\n10.\n11.\n12.\n13.\n14.", 2)]
    [InlineData(
        "The lead.\nbob_b\n1.\n2.\n3.\n4.\n5.\n6.\nada_l\n7.\n8.\n9.\n10.\n11.\n12.\n13.\n14.\n15.",
        null
    )]
    public void Comments_begin_where_the_evidence_is(string text, int? line) =>
        Assert.Equal(line, Read(text).Comments is [var first, ..] ? first.NameLine : null);

    [Theory]
    [InlineData(160, 2)]
    [InlineData(161, 4)]
    public void A_weak_name_above_a_long_paragraph_is_a_sub_heading(int length, int line) =>
        Assert.Equal(
            line,
            Read($"The lead.\nWhy so little\n{Long[..(length - 1)]}.\nbob_b\nOne.\nada_l\nTwo.")
                .Comments[0]
                .NameLine
        );

    // splitting
    [Fact]
    public void A_comment_has_at_least_one_paragraph()
    {
        var page = Read("The lead.\nLena Voss\nAgreed\nharbourcat\nWell\nada_l");
        Assert.Equal(
            "1 H The lead.\n2 N Lena Voss\n3 P Agreed\n4 N harbourcat\n5 P Well\n6 P ada_l",
            Show(page)
        );
        Assert.Equal([3, 5, 6], page.Warnings.Select(warning => warning.Line));
    }

    [Fact]
    public void A_comment_keeps_its_name_as_spelled_and_gets_a_key_to_match_by()
    {
        var comments = Read("The lead.\nZoe\u0308  B\nOne.\nTwo.\nZoë B\nThree.").Comments;
        Assert.Equal(
            [(1, "Zoe\u0308  B", "text:Zoë B", 2, "One.\n\nTwo."), (2, "Zoë B", "text:Zoë B", 5, "Three.")],
            comments.Select(c => (c.Index, c.Author, c.CommenterKey, c.NameLine, c.Body))
        );
    }

    // what a person says
    public static TheoryData<string, TextPageOptions, int[]> Overrides =>
        new()
        {
            { OneComment, new(CommentsFromLine: 3), [3] },
            { ThreeWeak, new(CommentsFromLine: 4), [4, 6] },
            { ThreeWeak, new(CommentsFromLine: 0), [] },
            { ThreeWeak, new(NoComments: true), [] },
            { ThreeWeak, new(NameLines: []), [] },
            { ThreeWeak, new(NameLines: [2, 6]), [2, 6] },
            { ThreeWeak, new(NameLines: [3, 5]), [3, 5] },
            { ThreeWeak, new(NameLines: [4], KnownNames: new HashSet<string> { "Ada" }), [4] },
            { OneComment, new(KnownNames: new HashSet<string> { "Ada  Byron" }), [3] },
            {
                "The lead.\nAda\nOne.\n¿Quién?\nTwo.",
                new(KnownNames: new HashSet<string> { "¿Quie\u0301n?" }),
                [2, 4]
            },
            { OneComment, new(KnownNames: new HashSet<string> { "", "\uFFFE", "\0", new('x', 9_999) }), [] },
        };

    [Theory]
    [MemberData(nameof(Overrides))]
    public void What_a_person_says_wins(string text, TextPageOptions options, int[] nameLines) =>
        Assert.Equal(nameLines, Read(text, options).Comments.Select(comment => comment.NameLine));

    // how sure it is
    public static TheoryData<string, TextPageOptions, TextConfidence, int[]> Doubts =>
        new()
        {
            { "The lead.\nMore.", new(), TextConfidence.High, [2] }, // no comments: reported
            { OneComment, new(), TextConfidence.Low, [3] },
            { OneComment, new(NoComments: true), TextConfidence.High, [] },
            { OneComment, new(CommentsFromLine: 3), TextConfidence.High, [] },
            { ThreeWeak, new(), TextConfidence.Low, [2] },
            { ThreeWeak[..^6] + "lol", new(), TextConfidence.Low, [2] }, // the last line is no candidate
            { ThreeWeak, new(NameLines: [2, 4, 6]), TextConfidence.High, [] },
            { "The lead.\nada_l\nOne.\nBob\nTwo.", new(), TextConfidence.High, [] },
            { "The lead.\nada_l\nOne.\nBob\nTwo", new(), TextConfidence.Low, [5] }, // a paragraph like a name
            { "The lead.\nada_l\nSame\nBob\nSame\nNo.", new(), TextConfidence.High, [] }, // occurs twice
            { "The lead.\nada_l\nOne.\nThank you\nBob\nTwo.", new(), TextConfidence.Low, [4, 5] }, // like a sentence
            { "The lead.\nada_l\nOne.\nThank You\nTwo.", new(), TextConfidence.High, [] },
            { "The lead.\nada_l\nOne.\nBob\nTwo.\nada_l", new(), TextConfidence.High, [6] }, // cut off?
        };

    [Theory]
    [MemberData(nameof(Doubts))]
    public void Doubts_are_shown_by_line(
        string text,
        TextPageOptions options,
        TextConfidence confidence,
        int[] lines
    )
    {
        var page = Read(text, options);
        Assert.Equal(confidence, page.Confidence);
        Assert.Equal(lines, page.Warnings.Select(warning => warning.Line));
    }

    [Fact]
    public void Names_that_differ_only_in_case_are_two_commenters_and_a_warning()
    {
        var page = Read("The lead.\nada_l\nOne.\nAda_L\nTwo.\nAda_L\nThree.");
        Assert.Equal(["text:ada_l", "text:Ada_L", "text:Ada_L"], page.Comments.Select(c => c.CommenterKey));
        Assert.Equal(
            [new(4, "\"Ada_L\" and \"ada_l\" (line 2) differ only in case and are kept as two commenters.")],
            page.Warnings
        );
        Assert.Equal(TextConfidence.High, page.Confidence);
    }

    // adversarial input: these would take minutes if anything were quadratic
    [Fact]
    public void A_hundred_thousand_names_are_read_in_linear_time()
    {
        var weak = Read(
            "The lead.\n"
                + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"N{(char)(0x4E00 + i % 20_000)}\n"))
        );
        Assert.Equal((50_000, 100_001), (weak.Comments.Count, weak.Lines.Count));

        var none = Read(
            "The lead.\n" + string.Concat(Enumerable.Repeat($"Name\n{Long}\n.\n.\n.\n.\n.\n.\n.\n", 20_000))
        );
        Assert.Equal((0, 180_001), (none.Comments.Count, none.Lines.Count));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("\u0301\u0323")]
    [InlineData(" ")]
    [InlineData("\r")]
    public void A_very_long_line_is_read_in_linear_time(string filler)
    {
        var filled = string.Concat(Enumerable.Repeat(filler, 4_000_000));
        Assert.Empty(
            Read(
                "x" + filled + "\nada_l\n" + filled + "y",
                new(KnownNames: new HashSet<string> { "z" })
            ).Comments
        );
    }

    internal static TextPage Read(string text, TextPageOptions? options = null) =>
        Assert.IsType<TextPage>(TextPage.Read(Encoding.UTF8.GetBytes(text), options ?? new()));

    internal static string Show(TextPage page) =>
        string.Join('\n', page.Lines.Select(line => $"{line.Line} {(char)line.Kind} {line.Text}"));
}
