using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Postgres;

namespace ThreadStore.Live;

/// <summary>One Server-Sent Event.</summary>
/// <param name="Id">The position up to which its reader has everything with it.</param>
public sealed record StreamMessage(string Name, long Id, ReadOnlyMemory<byte> Data)
{
    public static StreamMessage Of<T>(string name, long id, T data) =>
        new(name, id, JsonSerializer.SerializeToUtf8Bytes(data, Json.Options));
}

/// <summary>What a stream tells, for one reader.</summary>
public interface IStreamSource
{
    /// <summary>Up to which position there is anything to tell by now.</summary>
    Task<long> NewestAsync(CancellationToken ct);

    /// <summary>Ends when there may be something to tell.</summary>
    Task NextAsync(long read, CancellationToken ct);

    /// <summary>What there is to tell of what came after a position, up to another; null: too much of it.</summary>
    /// <param name="isResumed">The first of a reader who was here before.</param>
    Task<IReadOnlyList<StreamMessage>?> ReadAsync(
        long after,
        long upTo,
        bool isResumed,
        CancellationToken ct
    );
}

/// <summary>
/// A stream of few readers, each of whom reads for themselves; an article's, which may have many, is
/// <see cref="ThreadFeed"/>'s.
/// </summary>
/// <param name="Departed">Ends when the site lives in another database, where the reader goes on.</param>
public sealed record EventStream(
    IStreamSource Source,
    long? After,
    Positions Positions,
    Limits Limits,
    IHostApplicationLifetime Lifetime,
    CancellationToken Departed
) : IResult
{
    /// <summary>Positions that a reader may be behind.</summary>
    public const int MaxGap = 20_000;

    /// <summary>Between two looks: what comes in between is told together.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Reads from where a reader goes on.</summary>
    public static Problem? ReadAfter(HttpContext http, out long? after)
    {
        after = null;
        if (ServerSentEvents.ResumedFrom(http) is not { } text)
            return null;
        if (
            !long.TryParse(
                text,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var position
            )
        )
            return ServerSentEvents.NoPosition;
        if (position < 0)
            return Problem.Validation("after", Flaw.Range("must not be negative.", 0, null));
        after = position;
        return null;
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var http = httpContext;
        using var place = await Limits.OpenStreamAsync(http);
        if (place is null)
            return;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted,
            Lifetime.ApplicationStopping,
            Departed
        );
        await Positions.AskAsync(http.RequestAborted);
        var read = After ?? await Source.NewestAsync(http.RequestAborted);
        // who resumes has been told less than what there is
        ServerSentEvents.Begin(http, After is null ? read : Positions.Newest);
        var body = http.Response.Body;
        try
        {
            await body.WriteAsync(ServerSentEvents.Opening, end.Token);
            await FollowAsync(body, read, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // the reader went away, as readers do, or is to come back
            if (!http.RequestAborted.IsCancellationRequested && !Departed.IsCancellationRequested)
                await body.WriteAsync(ServerSentEvents.ComeBack, http.RequestAborted);
        }
        catch (Exception e) when (Outage.Is(e) && !http.RequestAborted.IsCancellationRequested)
        {
            // a whole answer that ends, not one that breaks off: the reader comes back in seconds, and goes on from what it has
        }
    }

    async Task FollowAsync(Stream body, long read, CancellationToken ct)
    {
        var (epoch, isFirst) = (Positions.Epoch, true);
        var beat = Task.Delay(ThreadFeed.HeartbeatInterval, ct);
        while (true)
        {
            var next = Source.NextAsync(read, ct);
            // what lags may be behind what the reader has
            var upTo = Math.Max(read, await Source.NewestAsync(ct));
            // nobody comes from the future, and a history that went back is another
            if (read > Positions.Newest || upTo - read > MaxGap || Positions.Epoch != epoch)
            {
                await ResyncAsync(body, Positions.Newest, ct);
                return;
            }
            if (await Source.ReadAsync(read, upTo, isFirst && After is not null, ct) is not { } messages)
            {
                await ResyncAsync(body, upTo, ct);
                return;
            }
            (read, isFirst) = (upTo, false);
            if (messages.Count > 0)
                await body.WriteAsync(Bytes(messages), ct);
            await Task.Delay(Pause, ct);
            await Task.WhenAny(next, beat);
            ct.ThrowIfCancellationRequested();
            if (!beat.IsCompleted)
                continue;
            // with something to send the connection proves itself
            await body.WriteAsync(ServerSentEvents.Opening, ct);
            beat = Task.Delay(ThreadFeed.HeartbeatInterval, ct);
        }
    }

    static ReadOnlyMemory<byte> Bytes(IReadOnlyList<StreamMessage> messages)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        foreach (var message in messages)
        {
            output.Append($"event: {message.Name}\nid: {message.Id}\ndata: ");
            output.Write(message.Data.Span);
            output.Write("\n\n"u8);
        }
        return output.WrittenMemory;
    }

    static async Task ResyncAsync(Stream body, long position, CancellationToken ct) =>
        await body.WriteAsync(
            Bytes([StreamMessage.Of(LiveMessage.Resync, position, new ResyncShape("behind", position))]),
            ct
        );
}
