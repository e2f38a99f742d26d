using System.Buffers;
using System.Globalization;
using ThreadStore.Comments;

namespace ThreadStore.Live;

/// <summary>
/// What a message's <c>id</c> says: the position up to which its reader has all messages, and what they have beside. One
/// event may lead to two messages, and reactions are told late, so that the position alone would leave it open whether
/// those were sent before the reader was cut off. Zeros before the number say so: whoever reads the id as a number, or
/// makes one from a position, has the position, and is told these again where it is open.
/// </summary>
/// <param name="HasCount">One zero: the count as of this position, too.</param>
/// <param name="HasReactions">Two zeros: all reactions up to this position, too, also those that were held back.</param>
/// <param name="Told">Further zeros beyond three: the count, and so many of the reactions that may be held back.</param>
public readonly record struct LiveId(
    long Position,
    bool HasCount = false,
    bool HasReactions = false,
    int Told = 0
)
{
    const int MostZeros = 3;

    public static LiveId? Read(string text)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            return null;
        var zeros = 0;
        while (zeros < text.Length - 1 && text[zeros] == '0')
            zeros++;
        return zeros > MostZeros
            ? new(position, HasCount: true, Told: zeros - MostZeros)
            : new(position, (zeros & 1) != 0, (zeros & 2) != 0);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var zeros = Told > 0 ? MostZeros + Told : (HasCount ? 1 : 0) + (HasReactions ? 2 : 0);
        output.GetSpan(zeros)[..zeros].Fill((byte)'0');
        output.Advance(zeros);
        output.Append(Position);
    }
}
