using System.Text;

namespace ThreadStore.Transfer.Formats;

/// <summary>
/// Text in whatever encoding it really has: the one that it declares, unless its bytes say otherwise. Bytes that are no
/// UTF-8 are read as Windows-1252, which is what they are where somebody mixed the two up.
/// </summary>
static class TextEncoding
{
    const int Look = 64 * 1024;

    /// <param name="odd">Counts the bytes that were not of the encoding.</param>
    public static StreamReader Open(Stream stream, out OddBytes odd)
    {
        var head = new byte[Look];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        odd = new OddBytes();
        var utf8 = Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, odd);
        return new StreamReader(
            new HeadStream(head.AsMemory(0, length), stream),
            Of(head.AsSpan(0, length)) ?? utf8,
            detectEncodingFromByteOrderMarks: true,
            bufferSize: Look
        );
    }

    /// <summary>Null: UTF-8.</summary>
    static Encoding? Of(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\0<"u8))
            return Encoding.BigEndianUnicode;
        if (head.StartsWith("<\0"u8))
            return Encoding.Unicode;
        if (Declared(head) is not { } name)
            return null;
        // what reads as UTF-8 beyond ASCII is UTF-8, whatever it claims; and what reads as ASCII is no UTF-16
        var text = Encoding.UTF8.GetString(Whole(head));
        if (!text.Contains('\uFFFD') && !System.Text.Ascii.IsValid(text))
            return null;
        try
        {
            var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
            return encoding.IsSingleByte || encoding.CodePage is 932 or 936 or 949 or 950 or 51932 or 54936
                ? encoding
                : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    static string? Declared(ReadOnlySpan<byte> head)
    {
        var line = Encoding.ASCII.GetString(head[..Math.Min(head.Length, 400)]);
        var end = line.IndexOf("?>", StringComparison.Ordinal);
        var at = line.IndexOf("encoding=", StringComparison.OrdinalIgnoreCase);
        if (end < 0 || at < 0 || at > end || at + 10 >= line.Length)
            return null;
        var quote = line[at + 9];
        var close = quote is '"' or '\'' ? line.IndexOf(quote, at + 10) : -1;
        return close > 0 ? line[(at + 10)..close] : null;
    }

    /// <summary>Without a character that the end cuts in two.</summary>
    static ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> utf8)
    {
        for (var i = 1; i <= 3 && i < utf8.Length; i++)
            if (utf8[^i] >= 0xC0)
                return utf8[..^i];
        return utf8;
    }

    /// <summary>What was looked at already, and the rest.</summary>
    sealed class HeadStream(ReadOnlyMemory<byte> head, Stream rest) : ReadingStream
    {
        ReadOnlyMemory<byte> head = head;

        public override int Read(Span<byte> into)
        {
            if (head.IsEmpty)
                return rest.Read(into);
            var length = Math.Min(into.Length, head.Length);
            head.Span[..length].CopyTo(into);
            head = head[length..];
            return length;
        }
    }
}

/// <summary>A stream that can only be read from front to back.</summary>
abstract class ReadingStream : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public abstract override int Read(Span<byte> into);

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Reads bytes that are no UTF-8 as Windows-1252, and counts them.</summary>
sealed class OddBytes : DecoderFallback
{
    /// <summary>0x80 to 0x9F; the others are those of Unicode.</summary>
    const string Windows1252 =
        "\u20AC\uFFFD\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\uFFFD\u017D\uFFFD"
        + "\uFFFD\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\uFFFD\u017E\u0178";

    public long Count { get; private set; }

    public override int MaxCharCount => 4;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer(this);

    sealed class Buffer(OddBytes owner) : DecoderFallbackBuffer
    {
        readonly char[] chars = new char[4];
        int length;
        int next;

        public override int Remaining => length - next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            (length, next) = (0, 0);
            foreach (var b in bytesUnknown)
                chars[length++] = b is >= 0x80 and <= 0x9F ? Windows1252[b - 0x80] : (char)b;
            owner.Count += bytesUnknown.Length;
            return length > 0;
        }

        public override char GetNextChar() => next < length ? chars[next++] : '\0';

        public override bool MovePrevious()
        {
            if (next == 0)
                return false;
            next--;
            return true;
        }

        public override void Reset() => (length, next) = (0, 0);
    }
}
