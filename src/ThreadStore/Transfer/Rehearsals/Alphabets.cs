using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace ThreadStore.Transfer.Rehearsals;

/// <summary>What may stand in place of a letter or digit: others of its script and case, as long as it in UTF-8 and UTF-16.</summary>
static class Alphabets
{
    /// <summary>Signs of an alphabet lie together, in rows of so many: none holds letters of two scripts and one case.</summary>
    const int Row = 32;

    /// <summary>Scripts of many signs, of which a row would tell too much.</summary>
    static readonly (int First, int Last)[] Large =
    [
        (0x1200, 0x137F), // Ethiopic
        (0x3400, 0x4DBF), // Han, first extension
        (0x4E00, 0x9FFF), // Han
        (0xA000, 0xA48F), // Yi
        (0xAC00, 0xD7A3), // Hangul
        (0x20000, 0x2A6DF), // Han, second extension
    ];

    static readonly ConcurrentDictionary<(int First, int Last, UnicodeCategory Category), Rune[]> Known =
        new();

    /// <summary>In order; none for what stays as it is, as punctuation, accents and pictures do.</summary>
    public static Rune[] Of(Rune sign)
    {
        var category = Rune.GetUnicodeCategory(sign);
        if (!Rune.IsLetter(sign) && category != UnicodeCategory.DecimalDigitNumber)
            return [];
        var (first, last) = Array.Find(Large, r => sign.Value >= r.First && sign.Value <= r.Last);
        if (last == 0)
            (first, last) = (sign.Value & ~(Row - 1), sign.Value | (Row - 1));
        return Known.GetOrAdd((first, last, category), Find);
    }

    static Rune[] Find((int First, int Last, UnicodeCategory Category) range) =>
        [
            .. Enumerable
                .Range(range.First, range.Last - range.First + 1)
                .Where(Rune.IsValid)
                .Select(static v => new Rune(v))
                .Where(r => Rune.GetUnicodeCategory(r) == range.Category),
        ];
}
