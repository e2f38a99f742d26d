using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ThreadStore.EventStore;
using ThreadStore.Kernel;

namespace ThreadStore.Http;

/// <summary>
/// Kestrel refuses by itself what it can't read as HTTP, such as <c>%00</c> in an address, a line or headers that are too
/// long: with a status and an empty body, before any middleware, and it has no hook for that. So the output of each
/// connection is looked at where a head is written, and such an answer becomes a problem like all others. Why it was
/// refused, only Kestrel's diagnostics tell.
/// </summary>
/// <remarks>It costs a comparison of a few bytes for each write; the one answer that is changed is the connection's last.</remarks>
public static class BareAnswers
{
    const string Refused = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>To be called once: has Kestrel tell what it refuses a request for.</summary>
    public static void HearReasons(this KestrelServerOptions kestrel) =>
        kestrel
            .ApplicationServices.GetRequiredService<DiagnosticListener>()
            .Subscribe(new Reasons(), name => name == Refused);

    public static void ExplainBareAnswers(this ListenOptions listen)
    {
        var services = listen.ApplicationServices;
        listen.Use(next =>
            connection =>
            {
                var output = new Output(
                    connection.Transport.Output,
                    connection.ConnectionId,
                    services.GetRequiredService<Positions>(),
                    services.GetRequiredService<PathPrefix>()
                );
                connection.Features.Set(output);
                connection.Transport = new Transport(new BodilessWrites(connection.Transport.Input), output);
                return next(connection);
            }
        );
    }

    /// <summary>The status of an answer that is nothing but a status; null: it is another.</summary>
    /// <param name="head">All that was written.</param>
    public static int? StatusOf(ReadOnlySpan<byte> head)
    {
        // HTTP/1.1 400 Bad Request
        if (!head.StartsWith("HTTP/1.1 "u8) || head.Length < 16 || head[9] is not ((byte)'4' or (byte)'5'))
            return null;
        var line = head.IndexOf("\r\n"u8);
        // whoever else answers says of what type the answer is, or in which methods there is one
        return
            line > 0
            && head[line..].StartsWith("\r\nContent-Length: 0\r\nConnection: close\r\nDate: "u8)
            && head[(line + 2)..].Count("\r\n"u8) == 4
            && head.EndsWith("\r\n\r\n"u8)
            && int.TryParse(head[9..12], CultureInfo.InvariantCulture, out var status)
            ? status
            : null;
    }

    /// <summary>The same answer with a problem as its body.</summary>
    static byte[] Explain(ReadOnlySpan<byte> head, int status, Output output)
    {
        var code = ProblemCodes.ForStatus(status) ?? "bad-request";
        var kind = ProblemCodes.Of(code);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new ProblemShape(
                $"{output.Prefix}/problems/{code}",
                kind.Title,
                status,
                code == "bad-request"
                    ? $"This is no HTTP request that can be read: {output.Reason ?? "what is asked for can be no address."}"
                    : kind.Explanation,
                Instance: null,
                code,
                output.ConnectionId,
                Errors: null,
                Until: null
            ),
            Json.Options
        );
        var fuller = Encoding
            .ASCII.GetString(head)
            .Replace(
                "Content-Length: 0\r\n",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Content-Length: {body.Length}\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\n{Gate.PositionHeader}: {output.Position}\r\n"
                ),
                StringComparison.Ordinal
            );
        return [.. Encoding.ASCII.GetBytes(fuller), .. body];
    }

    sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Kestrel tells of a refusal before it writes it.</summary>
    sealed class Reasons : IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value is IFeatureCollection request && request.Get<Output>() is { } output)
                // it names what it could not read only where it logs that
                output.Reason = request
                    .Get<IBadRequestExceptionFeature>()
                    ?.Error?.Message.Replace(": ''", "", StringComparison.Ordinal);
        }

        public void OnCompleted() { }

        public void OnError(Exception error) { }
    }

    sealed class Output(PipeWriter inner, string connection, Positions positions, PathPrefix prefix)
        : PipeWriter
    {
        Memory<byte> free;

        public string ConnectionId => connection;
        public string Prefix => prefix.Value;
        public long Position => positions.Newest;

        /// <summary>Why Kestrel refuses the request, in its words.</summary>
        public string? Reason { get; set; }

        public override Memory<byte> GetMemory(int sizeHint = 0) => free = inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            var written = free[..bytes];
            // what was taken once may be written in several steps
            free = free[bytes..];
            if (StatusOf(written.Span) is { } status)
                inner.Write(Explain(written.Span, status, this));
            else
                inner.Advance(bytes);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            inner.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(
            ReadOnlyMemory<byte> source,
            CancellationToken cancellationToken = default
        ) => inner.WriteAsync(source, cancellationToken);

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;
        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) =>
            inner.CompleteAsync(exception);
    }
}
