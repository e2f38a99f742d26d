using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace ThreadStore.Http;

/// <summary>
/// PUT and POST without a body need no length in HTTP/1.0 either, which nginx speaks by default: there Kestrel refuses
/// both, by their names, before any middleware. So the first letter of the name is changed on its way in, and
/// <see cref="Restore"/> puts it back.
/// </summary>
/// <remarks>
/// Only a connection's first request is looked at: what comes later may be a body that looks like one, and HTTP/1.0
/// closes a connection after one request. It costs the others a look at their first bytes.
/// </remarks>
public sealed class BodilessWrites(PipeReader inner) : PipeReader
{
    // no letter, so that nobody means it; a method may have it
    const byte Mark = (byte)'~';

    bool isSeen;

    /// <summary>Before anything looks at the method.</summary>
    public static void Restore(HttpRequest request)
    {
        if (request.Method.StartsWith((char)Mark) && request.Protocol == "HTTP/1.0")
            request.Method = request.Method switch
            {
                "~UT" => HttpMethods.Put,
                "~OST" => HttpMethods.Post,
                var other => other,
            };
    }

    void Look(ReadOnlySequence<byte> input)
    {
        if (input.FirstSpan is [(byte)'P', ..])
        {
            // Kestrel takes nothing either before the line is whole
            var reader = new SequenceReader<byte>(input);
            if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
                return;
            if (IsWrite(line))
                MemoryMarshal.AsMemory(input.First).Span[0] = Mark;
        }
        isSeen = !input.IsEmpty;
    }

    static bool IsWrite(ReadOnlySequence<byte> line)
    {
        Span<byte> start = stackalloc byte["POST ".Length];
        Span<byte> end = stackalloc byte[" HTTP/1.0\r".Length];
        if (line.Length < start.Length + end.Length)
            return false;
        line.Slice(0, start.Length).CopyTo(start);
        line.Slice(line.Length - end.Length).CopyTo(end);
        return end.SequenceEqual(" HTTP/1.0\r"u8)
            && (start.StartsWith("PUT "u8) || start.SequenceEqual("POST "u8));
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        isSeen ? inner.ReadAsync(cancellationToken) : ReadFirstAsync(cancellationToken);

    async ValueTask<ReadResult> ReadFirstAsync(CancellationToken ct)
    {
        var read = await inner.ReadAsync(ct);
        Look(read.Buffer);
        return read;
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
            return false;
        if (!isSeen)
            Look(result.Buffer);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
        inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
}
