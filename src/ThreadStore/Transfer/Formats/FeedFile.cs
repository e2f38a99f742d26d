using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>A line that was read: an event, or why it is none.</summary>
/// <param name="Kind">Of the fault, for programs.</param>
/// <param name="Lost">What it would have been, as far as that can be told.</param>
public readonly record struct FeedRecord(
    long Number,
    FeedLine? Line,
    string? Fault,
    string Kind = "malformed",
    Lost Lost = Lost.Nothing
);

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
            var (result, torn) = await ReadAsync(pipe, ct);
            if (torn is var (kind, message))
            {
                yield return new(number + 1, null, message, kind);
                yield break;
            }
            var rest = result.Buffer;
            while (TakeLine(ref rest, result.IsCompleted, out var endsWell) is { } line)
            {
                number++;
                Bytes += line.Length + 1;
                if (tooLong || line.Length > MaxLine)
                    yield return new(number, null, $"it is longer than {MaxLine >> 20} MiB.", "too-large");
                else if (Read(line.ToArray(), number) is { } record)
                    // a last line without an end is whole, or was cut off
                    yield return endsWell && record.Kind == "cut-off"
                        ? record with
                        {
                            Kind = "malformed",
                        }
                        : record;
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

    /// <summary>What was compressed may end in the middle, or be a trap.</summary>
    static async Task<(ReadResult Result, (string Kind, string Message)? Torn)> ReadAsync(
        PipeReader pipe,
        CancellationToken ct
    )
    {
        try
        {
            return (await pipe.ReadAsync(ct), null);
        }
        catch (Exception e) when (ImportInput.Torn(e) is { } torn)
        {
            return (default, torn);
        }
    }

    /// <param name="endsWell">The line has an end of its own.</param>
    static ReadOnlySequence<byte>? TakeLine(ref ReadOnlySequence<byte> rest, bool isLast, out bool endsWell)
    {
        endsWell = false;
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            endsWell = true;
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
                posted.Text.MakeReady();
            return new(number, read, null);
        }
        catch (FormatException e)
        {
            var kind = (e as UnreadableException)?.Kind ?? "malformed";
            return new(number, null, e.Message, kind, LostOf(line.Span));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // whatever somebody made of it: it must not cost the lines beside it
            return new(number, null, $"it can't be read ({e.Message}).", Lost: LostOf(line.Span));
        }
    }

    /// <summary>What a line that can't be read is about, as export writes them.</summary>
    static Lost LostOf(ReadOnlySpan<byte> line)
    {
        foreach (var (type, lost) in Counted)
            if (line.IndexOf(Encoding.UTF8.GetBytes($"\"type\":\"{type}\"")) >= 0)
                return lost;
        return Lost.Nothing;
    }

    static readonly (string Type, Lost Lost)[] Counted =
    [
        ("article-registered", Lost.Article),
        ("commenter-joined", Lost.Commenter),
        ("comment-posted", Lost.Comment),
        ("reaction-set", Lost.Reaction),
    ];

    /// <summary>What an event adds to the report.</summary>
    public static Lost CountOf(FeedLine line) =>
        Array.Find(Counted, c => c.Type == line.Type.Name) is { Type: not null } found
            ? found.Lost
            : Lost.Nothing;
}
