using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace ThreadStore.Comments;

/// <summary>
/// By what the same text by the same author in the same place is found again. What is stored begins with the hour of
/// posting: only the last minutes are ever asked for, so that of millions of comments one end of the index is read, and
/// written, instead of all of it at random.
/// </summary>
public static class TextHash
{
    /// <summary>Of the text; the rest are for hours, two centuries either way of 1970.</summary>
    const int Bits = 42;

    const long Mask = (1L << Bits) - 1;

    public static long Of(string site, string author, string article, Guid? parent, string body)
    {
        var hash = new XxHash64();
        foreach (var part in (ReadOnlySpan<string>)[site, author, article, parent?.ToString() ?? "", body])
        {
            hash.Append(MemoryMarshal.AsBytes(part.AsSpan()));
            hash.Append([0xFF, 0xFF]);
        }
        return (long)hash.GetCurrentHashAsUInt64() & Mask;
    }

    /// <summary>As it is stored of a text that was posted then.</summary>
    public static long At(DateTimeOffset time, long text) => (Hour(time) << Bits) | text;

    /// <summary>Of what was stored, the text alone.</summary>
    public static long TextOf(long stored) => stored & Mask;

    /// <summary>All that may be stored of texts that were posted within a time.</summary>
    public static long[] Between(DateTimeOffset from, DateTimeOffset to, IReadOnlyCollection<long> texts)
    {
        var hours = Hour(to) - Hour(from) + 1;
        return
        [
            .. texts.SelectMany(t => Enumerable.Range(0, (int)hours).Select(h => At(from.AddHours(h), t))),
        ];
    }

    static long Hour(DateTimeOffset time) => (long)Math.Floor((time - DateTimeOffset.UnixEpoch).TotalHours);
}
