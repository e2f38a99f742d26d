using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using ThreadStore.Transfer.Formats;
using Xunit;

namespace ThreadStore.Tests.Transfer;

public partial class TextPageLawTests
{
    static readonly Gen<string> Line = Gen.OneOf(
        "",
        " ",
        "\u00A0\u200B",
        "\f",
        "date",
        "date 2021-04-02 A lead.",
        "date 2021-13-45 A lead.",
        "Ada",
        "ADA",
        "ada_l",
        "Lena Voss",
        "Thank you",
        "¿Quién?",
        "Jean-Luc P.",
        "One.",
        "Two words",
        "e\u0301",
        "😀",
        "\uFEFF",
        "\u3000",
        "x\uFFFD",
        string.Concat(Enumerable.Repeat("Long. ", 30))
    );

    static readonly Gen<string> Lines = Line.Array[0, 25].Select(lines => string.Join('\n', lines));

    static readonly Gen<byte[]> Bytes = Gen.OneOf<byte[]>(
        Gen.Byte.Array[0, 60],
        Lines.Select(Encoding.UTF8.GetBytes),
        Gen.Select(Lines, Gen.OneOf("\0", "\r", "\r\n", "\uFFFE", "\u0085"), Lines)
            .Select(t => Encoding.UTF8.GetBytes(t.Item1 + t.Item2 + t.Item3)),
        Gen.Select(Lines, Gen.Byte.Array[0, 4], Lines)
            .Select(t =>
                (byte[])[.. Encoding.UTF8.GetBytes(t.Item1), .. t.Item2, .. Encoding.UTF8.GetBytes(t.Item3)]
            )
    );

    static readonly Gen<TextPageOptions> Options = Gen.OneOf<TextPageOptions>(
        Gen.Const(new TextPageOptions()),
        Gen.Int[-1, 26].Select(line => new TextPageOptions(CommentsFromLine: line)),
        Gen.Int[-1, 26].Array[0, 5].Select(lines => new TextPageOptions(NameLines: lines)),
        Gen.Select(Gen.Int[0, 26], Gen.Int[0, 26].Array[0, 5], Gen.Bool)
            .Select(t => new TextPageOptions(t.Item1, t.Item3, t.Item2)),
        Line.Array[0, 3].Select(names => new TextPageOptions(KnownNames: names.ToHashSet()))
    );

    [Fact]
    public void Any_bytes_are_read_or_refused_and_a_page_holds_every_line_once() =>
        Gen.Select(Bytes, Options)
            .Sample(
                (bytes, options) =>
                {
                    var reading = TextPage.Read(bytes, options);
                    if (reading is TextRefusal refusal)
                        return refusal.Line >= 1 && refusal.Message.EndsWith('.');

                    var page = (TextPage)reading;
                    var lines = LineBreak()
                        .Split(WithoutMark(Encoding.UTF8.GetString(bytes)))
                        .Select((text, i) => (i + 1, text.Trim(' ', '\t', '\f', '\u00A0', '\u200B')))
                        .Where(line => line.Item2.Length > 0);
                    return page.Lines.Select(line => (line.Line, line.Text)).SequenceEqual(lines)
                        && page.Lines.Where(line => line.Kind is LineKind.Article)
                            .Select(line => line.Text)
                            .SequenceEqual(page.Paragraphs.Skip(1))
                        && page.Lines.Where(line => line.Kind is LineKind.Name or LineKind.Paragraph)
                            .Select(line => line.Text)
                            .SequenceEqual(
                                page.Comments.SelectMany(comment =>
                                    comment.Paragraphs.Prepend(comment.Author)
                                )
                            )
                        && page.Lines[0].Kind == LineKind.Header
                        && page.Comments.All(comment => comment.Paragraphs.Count > 0);
                },
                iter: 20_000
            );

    [Fact]
    public void A_page_is_the_same_with_any_line_ends() =>
        Gen.Select(Lines, Options, Gen.OneOf("\r\n", "\r"))
            .Sample(
                (text, options, lineEnd) =>
                    Same(Read(text, options), Read(text.Replace("\n", lineEnd), options)),
                iter: 5_000
            );

    static TextReading Read(string text, TextPageOptions options) =>
        TextPage.Read(Encoding.UTF8.GetBytes(text), options);

    static string WithoutMark(string text) => text.StartsWith('\uFEFF') ? text[1..] : text;

    static bool Same(TextReading one, TextReading other) =>
        (one, other) switch
        {
            (TextPage a, TextPage b) => a.Lines.SequenceEqual(b.Lines)
                && a.Warnings.SequenceEqual(b.Warnings)
                && (a.Title, a.PublishedAt, a.Confidence) == (b.Title, b.PublishedAt, b.Confidence)
                && a.Comments.Select(c => (c.Index, c.CommenterKey, c.NameLine, c.Body))
                    .SequenceEqual(b.Comments.Select(c => (c.Index, c.CommenterKey, c.NameLine, c.Body))),
            _ => one == other,
        };

    [GeneratedRegex("\r\n|\r|\n")]
    private static partial Regex LineBreak();
}
