using System.Text;
using ThreadStore.Transfer.Formats;
using Xunit;

namespace ThreadStore.Tests.Transfer;

public class TextPageRefusalTests
{
    const string Page = "The lead.\n\nMore.\nada_l\nFirst.\nBob\nSecond.\nThe end.\n";

    [Theory]
    [InlineData("", 1, "The file is empty.")]
    [InlineData("EF BB BF", 1, "The file is empty.")]
    [InlineData("20 0A C2 A0 0D 0A 09", 1, "The file is empty.")]
    [InlineData(
        "41 0A 42 0D 0A 43 0D FF 0A",
        4,
        "The file is not UTF-8: line 4 holds the byte 0xFF where none like it can be."
    )]
    [InlineData(
        "41 0A ED A0 80 0A",
        2,
        "The file is not UTF-8: line 2 holds the byte 0xED where none like it can be."
    )]
    [InlineData(
        "FF FE 41 00",
        1,
        "The file is not UTF-8: line 1 holds the byte 0xFF where none like it can be."
    )]
    [InlineData("41 0A 42 0A 43 E2 80", 3, "The file is cut off: it ends within a character of line 3.")]
    [InlineData("41 0A 42 00 0A", 2, "The file is not text: line 2 holds the character U+0000.")]
    [InlineData("41 0D 0A 0D 0A 1B 5B", 3, "The file is not text: line 3 holds the character U+001B.")]
    [InlineData("41 0A 7F", 2, "The file is not text: line 2 holds the character U+007F.")]
    [InlineData("41 0A C2 85", 2, "The file is not text: line 2 holds the character U+0085.")]
    [InlineData("41 0A EF BF BE", 2, "The file is not text: line 2 holds the character U+FFFE.")]
    public void A_file_that_is_cut_off_or_not_text_is_refused_with_its_line(
        string hex,
        int line,
        string message
    ) =>
        Assert.Equal(
            new TextRefusal(line, message),
            TextPage.Read(Convert.FromHexString(hex.Replace(" ", "")), new())
        );

    [Fact]
    public void A_comment_that_shows_nothing_is_reported_with_its_line_and_left_out()
    {
        var page = Assert.IsType<TextPage>(
            Read("The lead.\nada_l\nFirst.\nben_b\n\u200B\u2060\n", new(NameLines: [2, 4]))
        );

        Assert.Equal([false, true], page.Comments.Select(c => c.IsEmpty));
        Assert.Equal(
            [new TextWarning(4, "The comment of \"ben_b\" shows nothing and is left out.")],
            page.Warnings
        );
    }

    [Theory]
    [InlineData("date 2021-13-45 A lead.", 1)]
    [InlineData("date 2021-02-29 A lead.", 1)]
    [InlineData("\n\ndate 2021-4-2 A lead.", 3)]
    [InlineData("date 2021/04/02 A lead.", 1)]
    [InlineData("date 02.04.2021 A lead.", 1)]
    [InlineData("date 20210402 A lead.", 1)]
    [InlineData("date 2021-04-02T10:00:00Z A lead.", 1)]
    [InlineData("date 2021-04-02A lead.", 1)]
    public void A_header_with_a_bad_date_is_refused(string text, int line) =>
        Assert.Equal(
            new TextRefusal(
                line,
                $"The date on line {line} is not a day of the calendar written as YYYY-MM-DD."
            ),
            Read(text, new())
        );

    [Theory]
    [InlineData("date 2021-04-02\nAda\nHello.", 1)]
    [InlineData("\n date \nAda\nHello.", 2)]
    public void A_header_without_a_lead_is_refused(string text, int line) =>
        Assert.Equal(
            new TextRefusal(
                line,
                $"The header on line {line} has no lead: the article's first sentence belongs there."
            ),
            Read(text, new())
        );

    [Theory]
    [InlineData(-3, 1, "that line is blank or not in the file.")]
    [InlineData(1, 1, "that line is the header.")]
    [InlineData(2, 2, "that line is blank or not in the file.")]
    [InlineData(3, 3, "that line does not look like a name; list all names with --name-lines.")]
    [InlineData(8, 8, "no comment follows that line.")]
    [InlineData(9, 9, "that line is blank or not in the file.")]
    public void Comments_cannot_begin_at_a_line_that_is_no_name(int from, int line, string message) =>
        Assert.Equal(
            new TextRefusal(line, $"--comments-from-line {from}: {message}"),
            Read(Page, new(CommentsFromLine: from))
        );

    [Theory]
    [InlineData("1", 1, "line 1 is the header.")]
    [InlineData("0", 1, "line 0 is blank or not in the file.")]
    [InlineData("4,99", 99, "line 99 is blank or not in the file.")]
    [InlineData("2,4", 2, "line 2 is blank or not in the file.")]
    [InlineData("6,4", 4, "4 does not come after 6; list the lines in the file's order.")]
    [InlineData("4,4", 4, "4 does not come after 4; list the lines in the file's order.")]
    [InlineData("4,5,7", 4, "no paragraph follows the name on line 4.")]
    [InlineData("4,8", 8, "no paragraph follows the name on line 8.")]
    public void A_list_of_names_must_fit_the_file(string names, int line, string message) =>
        Assert.Equal(
            new TextRefusal(line, $"--name-lines: {message}"),
            Read(Page, new(NameLines: [.. names.Split(',').Select(int.Parse)]))
        );

    [Theory]
    [InlineData(195, false)]
    [InlineData(196, true)]
    [InlineData(1_000_000, true)]
    public void A_listed_name_must_give_a_key_of_at_most_200_characters(int length, bool refused)
    {
        // each is one code point in two UTF-16 units
        var name = string.Concat(Enumerable.Repeat("𝒜", length));
        Assert.Equal(
            refused ? new TextRefusal(2, "--name-lines: line 2 is no name of at most 195 characters.") : null,
            Read($"The lead.\n{name}\nHello.", new(NameLines: [2])) as TextRefusal
        );
    }

    [Fact]
    public void A_listed_name_must_have_more_than_blanks() =>
        Assert.Equal(
            new TextRefusal(2, "--name-lines: line 2 is no name of at most 195 characters."),
            Read("The lead.\n\u3000\nHello.", new(NameLines: [2]))
        );

    public static TheoryData<TextPageOptions, TextRefusal> Contradictions =>
        new()
        {
            {
                new(NoComments: true, CommentsFromLine: 4),
                new(4, "--no-comments contradicts --comments-from-line 4: leave one of them out.")
            },
            {
                new(NoComments: true, NameLines: [4, 6]),
                new(4, "--no-comments contradicts --name-lines: leave one of them out.")
            },
            {
                new(CommentsFromLine: 0, NameLines: [4, 6]),
                new(
                    1,
                    "--comments-from-line 0 contradicts --name-lines, which begins elsewhere: leave one of them out."
                )
            },
            {
                new(CommentsFromLine: 6, NameLines: [4, 6]),
                new(
                    6,
                    "--comments-from-line 6 contradicts --name-lines, which begins elsewhere: leave one of them out."
                )
            },
            {
                new(CommentsFromLine: 6, NameLines: []),
                new(
                    6,
                    "--comments-from-line 6 contradicts --name-lines, which begins elsewhere: leave one of them out."
                )
            },
        };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Options_that_contradict_each_other_are_refused(
        TextPageOptions options,
        TextRefusal expected
    ) => Assert.Equal(expected, Read(Page, options));

    public static TheoryData<TextPageOptions> Agreements =>
        [
            new TextPageOptions(NoComments: true, CommentsFromLine: 0, NameLines: []),
            new TextPageOptions(CommentsFromLine: 4, NameLines: [4, 6]),
            new TextPageOptions(NoComments: true, KnownNames: new HashSet<string> { "Bob" }),
        ];

    [Theory]
    [MemberData(nameof(Agreements))]
    public void Options_that_say_the_same_twice_are_not_refused(TextPageOptions options) =>
        Assert.IsType<TextPage>(Read(Page, options));

    static TextReading Read(string text, TextPageOptions options) =>
        TextPage.Read(Encoding.UTF8.GetBytes(text), options);
}
