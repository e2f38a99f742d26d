using System.Globalization;
using System.Text;
using ThreadStore.Comments;

namespace ThreadStore.Search;

/// <summary>A word, or two neighbouring letters of a script without spaces.</summary>
/// <param name="Folded">As it is compared: without case, accents, and what nobody sees.</param>
/// <param name="Plain">As a language's rules want it, with accents; null where it is no word.</param>
/// <param name="Position">From 1; each letter of a script without spaces has one of its own.</param>
/// <param name="Run">Letters that stand together share it; 0 for a word.</param>
readonly record struct SearchToken(string Folded, string? Plain, int Position, int Run);

/// <summary>
/// Takes a text apart for search, that of a comment and that of a query alike. Words are runs of letters and digits:
/// whatever joins them (<c>Trump/Vance</c>, <c>covid-19</c>, an address) parts them, and a phrase finds them together.
/// Where a script writes no spaces, and in Korean, whose particles cling to their words, two letters at a time stand for
/// the words that nobody marked.
/// </summary>
static class SearchTokens
{
    /// <summary>Letters of a word that count; PostgreSQL refuses words of 2 KiB.</summary>
    const int MaxLength = 64;

    /// <summary>Marks in a row that count, as Unicode's stream-safe form has it (UAX #15): to sort more takes long.</summary>
    const int MaxMarks = 30;

    public static List<SearchToken> Read(string text, int most = int.MaxValue)
    {
        var tokens = new List<SearchToken>(text.Length / 6 + 4);
        var word = new StringBuilder();
        // letters of a script without spaces, each with its marks
        var run = new List<string>();
        var (position, runs, length) = (0, 0, 0);
        foreach (var rune in Normalise(text).EnumerateRunes())
        {
            if (tokens.Count + run.Count >= most)
                break;
            if (IsUnseen(rune.Value))
                continue;
            var isMark = Letters.IsMark(rune);
            if (isMark && run.Count > 0)
            {
                if (run[^1].Length < MaxLength)
                    run[^1] += rune.ToString();
            }
            else if (
                Letters.IsUnparted(rune.Value) && (Rune.IsLetterOrDigit(rune) || isMark)
                || IsHangul(rune.Value)
            )
            {
                EndWord();
                run.Add(rune.ToString());
            }
            else if (Rune.IsLetterOrDigit(rune) || IsNumber(rune) || (isMark && word.Length > 0))
            {
                EndRun();
                if (length++ < MaxLength)
                    word.Append(rune);
            }
            else
            {
                EndWord();
                EndRun();
                if (IsPicture(rune))
                    tokens.Add(new(rune.ToString(), null, ++position, 0));
            }
        }
        EndWord();
        EndRun();
        return tokens;

        void EndWord()
        {
            if (word.Length == 0)
                return;
            var plain = word.ToString().ToLowerInvariant();
            if (Fold(plain) is { Length: > 0 } folded)
                tokens.Add(new(folded, plain, ++position, 0));
            word.Clear();
            length = 0;
        }

        void EndRun()
        {
            if (run.Count == 0)
                return;
            runs++;
            for (var i = 0; i < run.Count; i++)
                tokens.Add(new(i + 1 < run.Count ? run[i] + run[i + 1] : run[i], null, ++position, runs));
            run.Clear();
        }
    }

    static string Normalise(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        // more marks than writing needs are no letters of a word, however they are cut
        var safe = new StringBuilder(text.Length);
        var marks = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            marks = Letters.IsMark(rune) ? marks + 1 : 0;
            if (marks <= MaxMarks)
                safe.Append(rune);
        }
        return StreamSafeText.Normalise(safe.ToString(), NormalizationForm.FormKC);
    }

    /// <summary>Without case and accents. A letter of another alphabet stays what it is: и and й, か and が.</summary>
    static string Fold(string plain)
    {
        if (Ascii.IsValid(plain))
            return plain;
        var folded = new StringBuilder(plain.Length + 4);
        var letter = 0;
        foreach (var rune in plain.Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            var value = rune.Value;
            if (IsAccent(value, on: letter))
                continue;
            letter = value;
            if (Spelled(value) is { } spelled)
                folded.Append(spelled);
            else
                folded.Append(Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)));
        }
        return folded.ToString().Normalize(NormalizationForm.FormC);
    }

    static bool IsAccent(int value, int on) =>
        value switch
        {
            // where it makes another letter, only that of ё, which is often left out, and what marks stress
            (>= 0x300 and <= 0x36F) when on is >= 0x400 and <= 0x52F => value is 0x300 or 0x301
                || (value == 0x308 && on is 0x435 or 0x415),
            (>= 0x300 and <= 0x36F) or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x1DC0 and <= 0x1DFF) => true,
            (>= 0x20D0 and <= 0x20FF) or (>= 0xFE20 and <= 0xFE2F) => true,
            // points and vowels of Hebrew and Arabic, and what only stretches a word
            (>= 0x591 and <= 0x5BD) or 0x5BF or 0x5C1 or 0x5C2 or 0x5C4 or 0x5C5 or 0x5C7 => true,
            (>= 0x610 and <= 0x61A) or 0x640 or (>= 0x64B and <= 0x65F) or 0x670 => true,
            (>= 0x6D6 and <= 0x6DC) or (>= 0x6DF and <= 0x6E4) or 0x6E7 or 0x6E8 or (>= 0x6EA and <= 0x6ED) =>
                true,
            _ => false,
        };

    /// <summary>Letters that have no accent to take off, as they are typed where the keyboard lacks them.</summary>
    static string? Spelled(int value) =>
        value switch
        {
            0xDF or 0x1E9E => "ss",
            0xE6 => "ae",
            0x153 => "oe",
            0xF8 => "o",
            0x142 => "l",
            0x111 or 0xF0 => "d",
            0x127 => "h",
            0x131 => "i",
            0xFE => "th",
            _ => null,
        };

    static bool IsUnseen(int value) =>
        value
            is 0xAD
                or 0x61C
                or (>= 0x200B and <= 0x200F)
                or (>= 0x202A and <= 0x202E)
                or (>= 0x2060 and <= 0x206F)
                or 0xFEFF
        || Letters.IsIgnorable(value);

    static bool IsHangul(int value) => value is (>= 0xAC00 and <= 0xD7A3) or (>= 0x1100 and <= 0x11FF);

    static bool IsNumber(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>Emoji and the like: readers look for them as for words.</summary>
    static bool IsPicture(Rune rune) =>
        rune.Value > 0x2190 && Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol;
}
