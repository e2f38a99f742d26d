using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>A line that was read: an event, or why it is none.</summary>
public readonly record struct FeedRecord(long Number, FeedLine? Line, string? Fault);

/// <summary>Reads the lines of an event feed one after the other, whatever their number, in flat memory.</summary>
/// <param name="site">The site that they are to become part of.</param>
public sealed class FeedFile(Stream file, string site)
{
    /// <summary>An article may have 4 MiB; with what JSON escapes, no line of ours is longer.</summary>
    const int MaxLine = 16 << 20;

    static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    string? from;

    /// <summary>How much of the file was read.</summary>
    public long Bytes { get; private set; }

    public async IAsyncEnumerable<FeedRecord> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var pipe = PipeReader.Create(file, new(bufferSize: 64 * 1024));
        var (number, tooLong) = (0L, false);
        while (true)
        {
            var result = await pipe.ReadAsync(ct);
            var rest = result.Buffer;
            while (TakeLine(ref rest, result.IsCompleted) is { } line)
            {
                number++;
                Bytes += line.Length + 1;
                if (tooLong || line.Length > MaxLine)
                    yield return new(number, null, $"it is longer than {MaxLine >> 20} MiB.");
                else if (Read(line.ToArray(), number) is { } record)
                    yield return record;
                tooLong = false;
            }
            if (result.IsCompleted)
                yield break;
            if (rest.Length > MaxLine)
            {
                Bytes += rest.Length;
                (tooLong, rest) = (true, rest.Slice(rest.End));
            }
            pipe.AdvanceTo(rest.Start, rest.End);
        }
    }

    static ReadOnlySequence<byte>? TakeLine(ref ReadOnlySequence<byte> rest, bool isLast)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            var line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return line;
        }
        if (!isLast || rest.IsEmpty)
            return null;
        var last = rest;
        rest = rest.Slice(rest.End);
        return last;
    }

    /// <summary>Null: an empty line, which is no event; a feed that is followed has some.</summary>
    FeedRecord? Read(ReadOnlyMemory<byte> line, long number)
    {
        if (number == 1 && line.Span.StartsWith(Mark))
            line = line[Mark.Length..];
        if (line.Span.Trim(" \t\r"u8).IsEmpty)
            return null;
        try
        {
            var read = FeedLine.Read(line, number, ref from, site);
            // here, where nobody waits for it under the append lock
            if (read.Event is CommentPosted posted)
                CommentJson.Content(posted.Body, posted.Format);
            return new(number, read, null);
        }
        catch (FormatException e)
        {
            return new(number, null, e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // whatever somebody made of it: it must not cost the lines beside it
            return new(number, null, $"it can't be read ({e.Message}).");
        }
    }
}
