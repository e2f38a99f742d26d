using System.Text;
using ThreadStore.Comments;

namespace ThreadStore.Moderation.Learned;

/// <summary>
/// A text as a model reads it: folded as the lists of words fold it, and beyond that without what is put into words so that
/// they are not recognised: letters of another script that look the same, accents, digits for letters, l e t t e r s apart.
/// </summary>
/// <remarks>
/// One space before, between and after words. Hangul is taken apart into its letters, which its endings are made of. What
/// is lost of a language (é is e, и is u) is lost in what was learned too.
/// </remarks>
public static class LookAlikes
{
    /// <summary>Letters apart are a word if there are that many: fewer stand alone in many a sentence.</summary>
    const int Apart = 3;

    /// <summary>The same sign more often in a row says no more.</summary>
    const int Repeated = 2;

    /// <summary>Read in pairs: what is written, and what it looks like.</summary>
    const string Pairs =
        "аaвbеeкkмmнhоoрpсcтtуyхxіiјjѕsһhԁdԛqԝwгrёe" // Cyrillic
        + "αaβbεeιiκkνvοoρpτtυuχxγy" // Greek
        + "ıiłløođdɑaɡgɩiħhŧtʟlɴnʀrʏyɪi"; // Latin

    static readonly Dictionary<char, char> Alike = Enumerable
        .Range(0, Pairs.Length / 2)
        .ToDictionary(i => Pairs[2 * i], i => Pairs[2 * i + 1]);

    /// <summary>The written text where Markdown changes no letter of it, since to show it costs more than all of this.</summary>
    public static string Unmask(CommentText text) =>
        text.Format == BodyFormat.Text
        || (text.Format == BodyFormat.Markdown && !text.Body.AsSpan().ContainsAny('&', '<'))
            ? Unmask(text.Body)
            : Unmask(ShownText.Of(text.Html, 2 * text.Body.Length + 64));

    /// <param name="shown">The text as readers see it.</param>
    public static string Unmask(string shown)
    {
        var folded = new FoldedText(shown);
        var text = new StringBuilder(shown.Length + 16).Append(' ');
        for (var i = 0; i < folded.Count; )
        {
            if (EndOfLettersWithSigns(folded, i) is var signed && signed > i)
            {
                if (folded.SpacesBefore(i) > 0 && text[^1] != ' ')
                    text.Append(' ');
                for (; i < signed; i += 2)
                    text.Append(folded[i]);
                i = signed;
                continue;
            }
            var end = EndOfLettersApart(folded, i);
            for (var first = i; i < end; i++)
            {
                var spaces = folded.SpacesBefore(i);
                // between letters apart one space is none, and more are one
                if (spaces > (first < i ? 1 : 0) && text[^1] != ' ')
                    text.Append(' ');
                text.Append(folded[i]);
            }
        }
        if (text[^1] != ' ')
            text.Append(' ');
        var joined = text.ToString();
        return Plain(
            Ascii.IsValid(joined) ? joined : StreamSafeText.Normalise(joined, NormalizationForm.FormD)
        );
    }

    /// <summary>After the letters apart that begin here, or after the one piece, where they are none.</summary>
    static int EndOfLettersApart(FoldedText text, int first)
    {
        var (end, letters) = (first, 0);
        for (; end < text.Count && IsOne(text[end]); end++)
        {
            if (end > first && text.SpacesBefore(end) == 0)
                break;
            if (Rune.IsLetterOrDigit(First(text[end])))
                letters++;
        }
        return letters >= Apart ? end : first + 1;
    }

    /// <summary>After l.e.t.t.e.r.s with the same sign between each two of them; or where they begin, if they don't.</summary>
    static int EndOfLettersWithSigns(FoldedText text, int first)
    {
        var end = first;
        while (
            end + 2 < text.Count
            && IsLetter(text[end])
            && IsLetter(text[end + 2])
            && IsOne(text[end + 1])
            && !Rune.IsLetterOrDigit(First(text[end + 1]))
            && text[end + 1].SequenceEqual(text[first + 1])
            && text.SpacesBefore(end + 1) == 0
            && text.SpacesBefore(end + 2) == 0
        )
            end += 2;
        return end - first >= 2 * (Apart - 1) ? end + 1 : first;
    }

    static bool IsLetter(ReadOnlySpan<char> piece) => IsOne(piece) && Rune.IsLetter(First(piece));

    static bool IsOne(ReadOnlySpan<char> piece) => piece.Length == First(piece).Utf16SequenceLength;

    static Rune First(ReadOnlySpan<char> piece)
    {
        Rune.DecodeFromUtf16(piece, out var rune, out _);
        return rune;
    }

    static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            // accents of letters, where the marks of other scripts are vowels; and what Markdown makes of b**a**d
            if (c is (>= '\u0300' and <= '\u036F') or '*' or '_' or '~' or '`')
                continue;
            if (c >= 0x80 && Alike.TryGetValue(c, out var alike))
                c = alike;
            else if (LetterFor(c) is var letter && letter != c && IsWithinWord(text, i))
                c = letter;
            if (plain.Length >= Repeated && plain[^1] == c && plain[^Repeated] == c && c != ' ')
                continue;
            plain.Append(c);
        }
        return plain.ToString();
    }

    /// <summary>Digits and signs in the place of letters: between two letters, or one before a letter.</summary>
    static bool IsWithinWord(string text, int i)
    {
        var (first, end) = (i, i + 1);
        while (first > 0 && LetterFor(text[first - 1]) != text[first - 1])
            first--;
        while (end < text.Length && LetterFor(text[end]) != text[end])
            end++;
        return end < text.Length
            && char.IsLetter(text[end])
            && ((first > 0 && char.IsLetter(text[first - 1])) || (end - first == 1 && text[i] != '@'));
    }

    static char LetterFor(char c) =>
        c switch
        {
            '0' => 'o',
            '1' => 'i',
            '3' => 'e',
            '4' or '@' => 'a',
            '5' or '$' => 's',
            '7' => 't',
            _ => c,
        };
}
