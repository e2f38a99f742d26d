using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;

namespace ThreadStore.Http;

/// <summary>
/// Where a page ended: the sort key and the id of its last item. Opaque to clients, and bound by a hash to the list,
/// sort and filters that it came from; the hash is also of the rest, so that one that was cut or changed is refused.
/// </summary>
/// <param name="Key">Microseconds since 1970, a count, or the bits of a rank.</param>
/// <param name="Time">Microseconds since 1970, where the sort has a second key; 0 otherwise.</param>
public readonly record struct Cursor(long Key, long Time, Guid Id)
{
    const int Length = 4 + 8 + 8 + 16;

    /// <summary>In a list by time, and by id where times are equal.</summary>
    public static Cursor At(DateTimeOffset time, Guid id) => new(Microseconds(time), 0, id);

    public string Encode(string scope)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes[4..], Key);
        BinaryPrimitives.WriteInt64BigEndian(bytes[12..], Time);
        Id.TryWriteBytes(bytes[20..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Hash(scope, bytes[4..]));
        return Base64Url.EncodeToString(bytes);
    }

    /// <returns>False where it is none, or one of another list.</returns>
    public static bool TryDecode(string text, string scope, out Cursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (
            text.Length != Base64Url.GetEncodedLength(Length)
            || !Base64Url.IsValid(text)
            || Base64Url.DecodeFromChars(text, bytes) != Length
            || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Hash(scope, bytes[4..])
        )
            return false;
        cursor = new(
            BinaryPrimitives.ReadInt64BigEndian(bytes[4..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[12..]),
            new Guid(bytes[20..], bigEndian: true)
        );
        return true;
    }

    /// <summary>The first key as a rank; all bits are a number of some kind, so a forged cursor does no harm.</summary>
    public double KeyRank => BitConverter.Int64BitsToDouble(Key);

    public static long Bits(double rank) => BitConverter.DoubleToInt64Bits(rank);

    /// <summary>The first key as a time, within what timestamptz holds: a forged cursor must not fail in SQL.</summary>
    public DateTimeOffset KeyTime => ToTime(Key);

    /// <summary>The second key as a time, likewise.</summary>
    public DateTimeOffset SecondTime => ToTime(Time);

    static DateTimeOffset ToTime(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(10 * Math.Clamp(microseconds, Earliest, Latest));

    static readonly long Earliest = Microseconds(DateTimeOffset.MinValue);
    static readonly long Latest = Microseconds(DateTimeOffset.MaxValue);

    public static long Microseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / 10;

    static uint Hash(string scope, ReadOnlySpan<byte> position) =>
        XxHash32.HashToUInt32(position, seed: (int)XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(scope)));
}
