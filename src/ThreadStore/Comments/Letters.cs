using System.Globalization;
using System.Text;

namespace ThreadStore.Comments;

/// <summary>What readers see of a character, and how their script writes words.</summary>
static class Letters
{
    public static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark;

    /// <summary>Han, Kana, Thai, Lao, Myanmar, Khmer: no spaces between words.</summary>
    public static bool IsUnparted(int value) =>
        value
            is (>= 0x0E00 and <= 0x0EFF)
                or (>= 0x1000 and <= 0x109F)
                or (>= 0x1780 and <= 0x17FF)
                or (>= 0x3005 and <= 0x3007)
                or (>= 0x3040 and <= 0x30FF)
                or (>= 0x31F0 and <= 0x31FF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x4E00 and <= 0x9FFF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFF66 and <= 0xFF9F)
                or (>= 0x20000 and <= 0x3FFFF);

    /// <summary>Whether there is anything to see: no white space, control, or sign that only says how others are shown.</summary>
    public static bool IsVisible(Rune rune) =>
        rune.Value < 0x80
            ? rune.Value is > ' ' and < 0x7F
            : !Rune.IsWhiteSpace(rune)
                && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format)
                && !IsBlank(rune.Value)
                && !IsIgnorable(rune.Value);

    public static bool HasVisible(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (IsVisible(rune))
                return true;
        return false;
    }

    /// <summary>Blanks that Unicode counts among letters and symbols: fillers of Hangul, an empty cell of Braille.</summary>
    static bool IsBlank(int value) => value is 0x115F or 0x1160 or 0x2800 or 0x3164 or 0xFFA0;

    /// <summary>What Unicode calls default ignorable, beside its format characters.</summary>
    public static bool IsIgnorable(int value) =>
        value
            is 0x34F
                or 0x17B4
                or 0x17B5
                or (>= 0x180B and <= 0x180F)
                or (>= 0xFE00 and <= 0xFE0F)
                or (>= 0xFFF0 and <= 0xFFF8)
                or (>= 0xE0000 and <= 0xE0FFF);
}
