using System.Globalization;
using System.Text;

namespace ThreadStore.Comments;

/// <summary>
/// Unicode normalisation in time that grows with the text: long runs of combining marks are cut as the stream-safe text
/// form says (UAX #15, section 13).
/// </summary>
/// <remarks>
/// Normalisation puts the marks of a letter in order, and compares each with those before it: 200,000 marks on one
/// letter take minutes. No writing has more than a handful.
/// </remarks>
public static class StreamSafeText
{
    /// <summary>Marks in a row that stay together. The standard's number, and what any writing needs many times over.</summary>
    public const int MaxMarks = 30;

    /// <summary>Combining grapheme joiner: shows nothing, and marks are not ordered across it.</summary>
    public const char Cut = '\u034F';

    /// <summary>The text in a normal form.</summary>
    /// <remarks>
    /// .NET refuses to normalise a text with half a surrogate pair, which a history may bring, or with U+FFFE, which anybody
    /// may write and nobody sees: here the one becomes U+FFFD, and the other is left out.
    /// </remarks>
    public static string Normalise(string text, NormalizationForm form)
    {
        if (Ascii.IsValid(text))
            return text;
        text = CutRuns(text);
        try
        {
            return text.IsNormalized(form) ? text : text.Normalize(form);
        }
        catch (ArgumentException)
        {
            return Whole(text).Normalize(form);
        }
    }

    static string Whole(string text)
    {
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value != Refused)
                whole.Append(rune);
        return whole.ToString();
    }

    const int Refused = 0xFFFE;

    /// <summary>The same text with a <see cref="Cut"/> after every <see cref="MaxMarks"/> marks in a row.</summary>
    public static string CutRuns(string text)
    {
        StringBuilder? cut = null;
        var (marks, copied) = (0, 0);
        for (var i = 0; i < text.Length; )
        {
            var length = 1;
            if (text[i] < FirstMark)
                marks = 0;
            else
            {
                Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out length);
                if (!IsMark(rune))
                    marks = 0;
                else if (marks++ == MaxMarks)
                {
                    (cut ??= new(text.Length + text.Length / MaxMarks))
                        .Append(text, copied, i - copied)
                        .Append(Cut);
                    (marks, copied) = (1, i);
                }
            }
            i += length;
        }
        return cut?.Append(text, copied, text.Length - copied).ToString() ?? text;
    }

    const char FirstMark = '\u0300';

    /// <summary>
    /// More than those that are ordered, which .NET does not tell apart: of the others no run is as long in earnest.
    /// Half-width voicing marks are letters that become marks.
    /// </summary>
    static bool IsMark(Rune rune) =>
        rune.Value != Cut
        && (
            Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.NonSpacingMark
                    or UnicodeCategory.SpacingCombiningMark
                    or UnicodeCategory.EnclosingMark
            || rune.Value is 0xFF9E or 0xFF9F
        );
}
