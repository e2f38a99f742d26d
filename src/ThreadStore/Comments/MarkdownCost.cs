using System.Buffers;

namespace ThreadStore.Comments;

/// <summary>Tells beforehand what Markdown would take too long to parse. The parser compares the signs of a paragraph
/// with each other, looks for a sign's partner up to the paragraph's end, and asks each open quote and list about each
/// line, so that 10,000 well-chosen characters can take seconds.</summary>
static class MarkdownCost
{
    /// <summary>Steps of about a nanosecond each, in all paragraphs. 1,800 signs in a paragraph of 10,000 characters, for
    /// dense code may have that many, and whether it is code only the parser can tell.</summary>
    const long MaxInlineSteps = 40_000_000;

    /// <summary>Lines times open quotes and lists, about a third of a microsecond each.</summary>
    const long MaxBlockSteps = 60_000;

    /// <summary>Steps for a pair of signs, where looking at a character is one.</summary>
    const int StepsPerPair = 6;

    static readonly SearchValues<char> Signs = SearchValues.Create("\\`*_[]<>&~!:");
    static readonly SearchValues<char> Prefix = SearchValues.Create(" \t\r>-+*.)0123456789");

    public static bool IsAffordable(ReadOnlySpan<char> body)
    {
        long inlineSteps = 0;
        long paragraphLength = 0;
        long signs = 0;
        long lines = 0;
        var depth = 0;
        foreach (var range in body.Split('\n'))
        {
            var line = body[range];
            lines++;
            var prefix = line.IndexOfAnyExcept(Prefix);
            var (markers, indentation) = Nesting(prefix < 0 ? line : line[..prefix]);
            if (markers > SafeHtml.MaxDepth)
                return false;
            depth = Math.Max(depth, markers + indentation / 2);
            if (prefix < 0 && line.IsWhiteSpace())
                (paragraphLength, signs) = (0, 0);
            var signsBefore = signs;
            var lengthBefore = paragraphLength;
            signs += 1 + line.CountAny(Signs) + line.Count("www.");
            paragraphLength += line.Length + 1;
            inlineSteps += Steps(signs, paragraphLength) - Steps(signsBefore, lengthBefore);
        }
        return inlineSteps <= MaxInlineSteps && lines * depth <= MaxBlockSteps;
    }

    static long Steps(long signs, long length) => signs * (length + StepsPerPair * signs);

    // a list's sign counts only before white space; items that follow by indentation need two columns each
    static (int Markers, int Indentation) Nesting(ReadOnlySpan<char> prefix)
    {
        var markers = 0;
        var indentation = 0;
        for (var i = 0; i < prefix.Length; i++)
        {
            if (prefix[i] is ' ')
                indentation++;
            else if (prefix[i] is '\t')
                indentation += 4;
            else if (prefix[i] == '>' || (!char.IsAsciiDigit(prefix[i]) && IsBeforeWhiteSpace(prefix, i)))
                markers++;
        }
        return (markers, indentation);
    }

    static bool IsBeforeWhiteSpace(ReadOnlySpan<char> prefix, int i) =>
        i + 1 == prefix.Length || prefix[i + 1] is ' ' or '\t' or '\r';
}
