using System.Text;

namespace ThreadStore.Transfer.Formats;

/// <summary>What a single line says about whether it is a commenter's name. Lines come without blanks at their ends.</summary>
static class NameLine
{
    public const string KeyPrefix = "text:";

    /// <summary>In code points, as for every key of a commenter.</summary>
    public const int MaxKeyLength = 200;

    /// <summary>In code points: the longest names of the pages seen have 25; few sentences are that short.</summary>
    const int MaxLength = 40;
    const int MaxWords = 5;

    // NFC makes one code point of at most four, each of at most two UTF-16 units.
    const int MostUnitsPerCodePoint = 8;

    const string Quotes = "\"“”«»";
    const string SentenceEnds = "!?…。！？,;:";

    /// <summary>A full stop after one of these, as after an initial, ends a name and no sentence.</summary>
    static readonly HashSet<string> Titles = new(
        (
            "Jr. Sr. Jun. Sen. Esq. Dr. Prof. Rev. Hon. PhD. Ph.D. MD. M.D. DDS. D.D.S. JD. J.D. "
            + "BA. B.A. BSc. B.Sc. MA. M.A. MSc. M.Sc. MBA. M.B.A."
        ).Split(' '),
        StringComparer.OrdinalIgnoreCase
    );

    public static bool IsNameLike(string line)
    {
        // also keeps normalisation, which is not linear in runs of combining marks, away from long lines
        if (line.Length > MaxLength * MostUnitsPerCodePoint)
            return false;
        var name = line.Normalize();
        var words = Words(name);
        return CodePoints(name) <= MaxLength
            && words.Length is >= 1 and <= MaxWords
            && name.EnumerateRunes().Any(Rune.IsLetterOrDigit)
            && !name.AsSpan().ContainsAny(Quotes)
            && !name.Contains("http://", StringComparison.OrdinalIgnoreCase)
            && !name.Contains("https://", StringComparison.OrdinalIgnoreCase)
            && !SentenceEnds.Contains(name[^1])
            && (name[^1] != '.' || (words.Length >= 2 && IsAbbreviation(words[^1])));
    }

    /// <summary>Marks that screen names have and sub-headings do not.</summary>
    public static bool HasStrongMark(string line)
    {
        var before = new Rune(' ');
        foreach (var rune in line.EnumerateRunes())
        {
            if (Rune.IsDigit(rune) || rune.Value is '_' or '@' or '~')
                return true;
            if (Rune.IsUpper(rune) && Rune.IsLower(before))
                return true;
            before = rune;
        }
        return Rune.IsLower(line.EnumerateRunes().First());
    }

    /// <summary>Written like a sentence, "Thank you": no mark of a person, and unlike "Lena Voss".</summary>
    public static bool IsSentenceCase(string line) => Words(line).Skip(1).Any(word => char.IsLower(word[0]));

    public static string Key(string name) => KeyPrefix + string.Join(' ', Words(name.Normalize()));

    /// <summary>Whether the line is no longer than any name that gives a key; its key may still be too long.</summary>
    public static bool MayBeKey(string line) => line.Length <= MaxKeyLength * MostUnitsPerCodePoint;

    public static bool IsKey(string key) => key.Length > KeyPrefix.Length && CodePoints(key) <= MaxKeyLength;

    public static int CodePoints(string text) => text.Length - text.Count(char.IsLowSurrogate);

    static bool IsAbbreviation(string word) => Titles.Contains(word) || IsInitial(word);

    static bool IsInitial(string word) =>
        Rune.TryGetRuneAt(word, 0, out var letter)
        && Rune.IsLetter(letter)
        && word.Length == letter.Utf16SequenceLength + 1;

    static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
