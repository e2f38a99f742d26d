using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using ThreadStore.Kernel;

namespace ThreadStore.Transfer.Formats;

/// <summary>A line that is not blank: its physical number from 1, and its text without the blanks at its ends.</summary>
readonly record struct TextLine(int Number, string Text);

/// <summary>Bytes to lines, or the line that shows that they are no text.</summary>
static class TextLines
{
    /// <summary>What copying from a web page leaves at the ends of lines; a form feed is a printed page's end.</summary>
    public const string Blanks = " \t\f\u00A0\u200B";

    /// <summary>Control characters that no text holds, and the byte order mark of another byte order, which
    /// <see cref="string.Normalize()"/> throws on.</summary>
    static readonly SearchValues<char> NotText = SearchValues.Create([
        .. Enumerable
            .Range(0, 0xA0)
            .Select(c => (char)c)
            .Where(c => char.IsControl(c) && !"\t\n\f\r".Contains(c)),
        '\uFFFE',
    ]);

    public static bool IsText(ReadOnlySpan<char> text) => !text.ContainsAny(NotText);

    public static TextRefusal? Read(ReadOnlySpan<byte> content, out List<TextLine> lines)
    {
        lines = [];
        if (content.StartsWith("\uFEFF"u8))
            content = content[3..];
        if (!Utf8.IsValid(content))
            return RefuseBytes(content);

        var rest = Encoding.UTF8.GetString(content).AsSpan();
        for (var number = 1; !rest.IsEmpty; number++)
        {
            var line = TakeLine(ref rest);
            if (line.IndexOfAny(NotText) is >= 0 and var at)
                return new(
                    number,
                    $"The file is not text: line {number} holds the character U+{(int)line[at]:X4}."
                );
            var text = line.Trim(Blanks);
            if (!text.IsEmpty)
                lines.Add(new(number, text.ToString()));
        }
        return lines.Count == 0 ? new(1, "The file is empty.") : null;
    }

    static ReadOnlySpan<char> TakeLine(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny('\r', '\n');
        var line = end < 0 ? rest : rest[..end];
        rest = rest[line.Length..];
        rest = rest[(rest.StartsWith("\r\n") ? 2 : Math.Min(1, rest.Length))..];
        return line;
    }

    static TextRefusal RefuseBytes(ReadOnlySpan<byte> content)
    {
        var bad = 0;
        OperationStatus status;
        while ((status = Rune.DecodeFromUtf8(content[bad..], out _, out var length)) == OperationStatus.Done)
            bad += length;

        var before = content[..bad];
        var line = 1 + before.Count((byte)'\n') + before.Count((byte)'\r') - before.Count("\r\n"u8);
        return status == OperationStatus.NeedMoreData
            ? new(line, $"The file is cut off: it ends within a character of line {line}.")
            : new(
                line,
                $"The file is not UTF-8: line {line} holds the byte 0x{content[bad]:X2} where none like it can be."
            );
    }
}

/// <summary>What the first line says: perhaps the day of publication, always the lead.</summary>
readonly partial record struct TextHeader(DateOnly? Date, string Lead)
{
    public static TextRefusal? Read(TextLine line, out TextHeader header)
    {
        header = new(null, line.Text);
        if (!line.Text.StartsWith("date", StringComparison.Ordinal))
            return null;
        var afterWord = line.Text.AsSpan(4);
        var afterBlanks = afterWord.TrimStart(TextLines.Blanks);
        if (afterWord.IsEmpty)
            return NoLead(line);
        // a lead may begin with such a word: "dates for …", "date palms are …"
        if (afterBlanks.Length == afterWord.Length || !ADate.IsMatch(afterBlanks))
            return null;

        var end = afterBlanks.IndexOfAny(TextLines.Blanks);
        var day = end < 0 ? afterBlanks : afterBlanks[..end];
        // what databases write for no date at all
        var isAbsent = day is "0000-00-00" or "0001-01-01";
        var isDate = DateOnly.TryParseExact(
            day,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var date
        );
        if (!isDate && !isAbsent)
            return new(
                line.Number,
                $"The date on line {line.Number} is not a day of the calendar written as YYYY-MM-DD."
            );
        if (end < 0)
            return NoLead(line);
        header = new(isAbsent ? null : date, afterBlanks[end..].TrimStart(TextLines.Blanks).ToString());
        return null;
    }

    static TextRefusal NoLead(TextLine line) =>
        new(
            line.Number,
            $"The header on line {line.Number} has no lead: the article's first sentence belongs there."
        );

    // A day in any common order is meant as one, so that a wrong one is refused and never becomes part of the lead.
    [GeneratedRegex(
        @"^([0-9]{4}[-/.][0-9]|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}|[0-9]{8}(?![0-9]))",
        RegexOptions.CultureInvariant
    )]
    static partial Regex ADate { get; }
}
