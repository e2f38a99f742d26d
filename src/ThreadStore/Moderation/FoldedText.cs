using System.Globalization;
using System.Text;
using ThreadStore.Comments;

namespace ThreadStore.Moderation;

/// <summary>What a language makes of capital letters.</summary>
public enum Folding
{
    Plain,

    /// <summary>I is the capital of ı; i has a capital of its own, İ.</summary>
    Turkish,
}

/// <summary>
/// A text as a row of words and signs, so that two writings of the same compare equal: NFKC, case folded, without what
/// nobody sees. Words are runs of letters, digits and their marks. A sign stands alone, and so does each letter of a
/// script that does not part its words.
/// </summary>
public sealed class FoldedText
{
    readonly record struct Piece(int Start, int Length, int SourceStart, int SourceEnd);

    readonly string source;
    readonly List<Piece> pieces;
    readonly StringBuilder folded;
    readonly char[] letters;

    readonly Folding folding;

    public FoldedText(string text, Folding folding = Folding.Plain)
    {
        this.folding = folding;
        source = StreamSafeText.Normalise(text, NormalizationForm.FormKC);
        folded = new(source.Length + 16);
        pieces = new(source.Length / 5 + 4);
        Read();
        letters = new char[folded.Length];
        folded.CopyTo(0, letters, folded.Length);
    }

    /// <summary>
    /// A text as a site's language folds it. In Turkish an I is an ı; but also an i, for much that is listed there is no
    /// Turkish (CASINO), so such a text is looked at both ways.
    /// </summary>
    /// <param name="language">A text search configuration of PostgreSQL.</param>
    public static IEnumerable<FoldedText> Of(string text, string language)
    {
        var plain = new FoldedText(text);
        return language == "turkish" && plain.source.Contains('I')
            ? [new FoldedText(text, Folding.Turkish), plain]
            : [plain];
    }

    public int Count => pieces.Count;

    /// <summary>The word or sign as it is compared.</summary>
    public ReadOnlySpan<char> this[int piece] => letters.AsSpan(pieces[piece].Start, pieces[piece].Length);

    /// <summary>What was written from one piece to another, both included.</summary>
    public string Quote(int first, int last) =>
        source[pieces[first].SourceStart..pieces[last].SourceEnd].Trim();

    /// <summary>How many spaces were written before a piece; 0: it stands close to the one before.</summary>
    public int SpacesBefore(int piece)
    {
        var count = 0;
        for (var i = piece == 0 ? 0 : pieces[piece - 1].SourceEnd; i < pieces[piece].SourceStart; i++)
            if (char.IsWhiteSpace(source[i]))
                count++;
        return count;
    }

    enum Kind
    {
        Nothing,
        Space,
        Word,
        Alone,
    }

    void Read()
    {
        var inWord = false;
        for (var i = 0; i < source.Length; )
        {
            var c = source[i];
            var (rune, length) = c < 0x80 ? (new Rune(c), 1) : Next(i);
            var kind = c < 0x80 ? KindOfAscii(c) : KindOf(rune, inWord);
            switch (kind)
            {
                case Kind.Word:
                    if (!inWord)
                        pieces.Add(new(folded.Length, 0, i, i));
                    Extend(rune, i + length);
                    break;
                case Kind.Alone:
                    pieces.Add(new(folded.Length, 0, i, i));
                    Extend(rune, i + length);
                    break;
            }
            if (kind != Kind.Nothing)
                inWord = kind == Kind.Word;
            i += length;
        }
    }

    void Extend(Rune rune, int end)
    {
        Append(rune);
        var piece = pieces[^1];
        pieces[^1] = piece with { Length = folded.Length - piece.Start, SourceEnd = end };
    }

    (Rune, int) Next(int i)
    {
        Rune.DecodeFromUtf16(source.AsSpan(i), out var rune, out var length);
        return (rune, length);
    }

    static Kind KindOfAscii(char c) =>
        char.IsAsciiLetterOrDigit(c) ? Kind.Word
        : c is ' ' or (>= '\t' and <= '\r') ? Kind.Space
        : c < ' ' || c == 0x7F ? Kind.Nothing
        : Kind.Alone;

    static Kind KindOf(Rune rune, bool inWord)
    {
        var value = rune.Value;
        if (IsUnseen(value))
            return Kind.Nothing;
        if (IsOfUnpartedScript(value))
            return Kind.Alone;
        // modifier letter apostrophe: a letter by its category, a sign to whoever reads it
        if (value == 0x02BC)
            return Kind.Alone;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark => inWord ? Kind.Word : Kind.Alone,
            <= UnicodeCategory.OtherLetter => Kind.Word,
            UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.LetterNumber
            or UnicodeCategory.OtherNumber => Kind.Word,
            UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator => Kind.Space,
            UnicodeCategory.Control => value == 0x85 ? Kind.Space : Kind.Nothing,
            _ => Kind.Alone,
        };
    }

    /// <summary>What Unicode calls default ignorable: soft hyphens, joiners, direction marks, variation selectors, tags.</summary>
    static bool IsUnseen(int value) =>
        value
            is 0xAD
                or 0x34F
                or 0x61C
                or 0x115F
                or 0x1160
                or 0x17B4
                or 0x17B5
                or (>= 0x180B and <= 0x180F)
                or (>= 0x200B and <= 0x200F)
                or (>= 0x202A and <= 0x202E)
                or (>= 0x2060 and <= 0x206F)
                or 0x3164
                or (>= 0xFE00 and <= 0xFE0F)
                or 0xFEFF
                or 0xFFA0
                or (>= 0xFFF0 and <= 0xFFF8)
                or (>= 0xE0000 and <= 0xE0FFF);

    /// <summary>Thai, Lao, Myanmar, Khmer, Kana, Han: no spaces between words, so a word may begin anywhere.</summary>
    static bool IsOfUnpartedScript(int value) =>
        value
            is (>= 0x0E00 and <= 0x0EFF)
                or (>= 0x1000 and <= 0x109F)
                or (>= 0x1780 and <= 0x17FF)
                or (>= 0x3040 and <= 0x30FF)
                or (>= 0x31F0 and <= 0x31FF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x4E00 and <= 0x9FFF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x20000 and <= 0x3FFFF);

    void Append(Rune rune)
    {
        if (rune.Value == 'I' && folding == Folding.Turkish)
        {
            folded.Append('ı');
            return;
        }
        if (rune.Value < 0x80)
        {
            folded.Append(char.ToLowerInvariant((char)rune.Value));
            return;
        }
        switch (rune.Value)
        {
            // full case folding where one letter becomes two, or .NET's invariant mapping leaves it
            case 0xDF or 0x1E9E:
                folded.Append("ss");
                break;
            case 0x130:
                folded.Append('i');
                break;
            // typographic apostrophes and dashes, as lists are typed without them
            case 0x2018 or 0x2019 or 0x02BC:
                folded.Append('\'');
                break;
            case >= 0x2010 and <= 0x2015:
                folded.Append('-');
                break;
            default:
                Span<char> utf16 = stackalloc char[2];
                var length = Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)).EncodeToUtf16(utf16);
                folded.Append(utf16[..length]);
                break;
        }
    }
}
