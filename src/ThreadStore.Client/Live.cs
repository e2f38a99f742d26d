using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ThreadStore.Client;

public sealed partial class ThreadStoreClient
{
    /// <summary>Between two attempts to connect again; doubled up to the longest.</summary>
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>The server beats every 15 s: what is silent for three beats is dead.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    /// <summary>
    /// What happens in an article's discussion, as it happens. It connects again by itself and goes on where it was cut
    /// off. After a <see cref="LiveResync"/> the thread must be read anew; the messages go on from there.
    /// </summary>
    /// <param name="after">
    /// The id of the last message, or the position of the page, that one has; null: that of the page that this client read
    /// last of it, or else from now on.
    /// </param>
    /// <exception cref="ProblemException">The article is not there, or no longer.</exception>
    public async IAsyncEnumerable<LiveMessage> WatchThreadAsync(
        string site,
        string articleKey,
        string? after = null,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        after ??= PositionOfPage(LivePath(site, articleKey));
        var (pause, wasOpen) = (FirstPause, false);
        while (true)
        {
            var began = Stopwatch.GetTimestamp();
            await using var stream = await ConnectAsync(site, articleKey, after, wasOpen, ct);
            if (stream is not null)
            {
                wasOpen = true;
                await foreach (var message in ReadAsync(stream, ct))
                {
                    (after, pause) = (message.Id, FirstPause);
                    if (message is LiveResync resync)
                        Raise(resync.Data.Position, isWritten: true);
                    yield return message;
                }
            }
            // what stayed open for a while was cut off for a reason of its own
            if (Stopwatch.GetElapsedTime(began) > LongestPause)
                pause = FirstPause;
            // readers whom one restart cut off do not all come back at once
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), ct);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>
    /// Whether another attempt is in vain. A proxy may answer anything while the server behind it starts again.
    /// </summary>
    static bool IsFinal(ProblemException e, bool wasOpen) =>
        e.Status is not HttpStatusCode.TooManyRequests and < HttpStatusCode.InternalServerError
        && (e.Problem is not null || !wasOpen);

    static string LivePath(string site, string articleKey) =>
        $"v1/sites/{Call.Segment(site)}/articles/{Call.Segment(articleKey)}/{Live}";

    /// <returns>Null where it is worth another try.</returns>
    async Task<Stream?> ConnectAsync(
        string site,
        string articleKey,
        string? after,
        bool wasOpen,
        CancellationToken ct
    )
    {
        var call = new Call("GET", LivePath(site, articleKey))
            .Public()
            .Header("Accept", "text/event-stream")
            .Header("Last-Event-ID", after);
        try
        {
            var response = await SendAsync(call, HttpCompletionOption.ResponseHeadersRead, ct);
            return await response.Content.ReadAsStreamAsync(ct);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (ProblemException e) when (!IsFinal(e, wasOpen))
        {
            await Task.Delay(e.RetryAfter ?? TimeSpan.Zero, ct);
            return null;
        }
    }

    /// <summary>Reads until the stream ends, by whatever cause.</summary>
    static async IAsyncEnumerable<LiveMessage> ReadAsync(
        Stream stream,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var items = SseParser
            .Create(new Watched(stream, silence), (type, data) => LiveMessage.Read(type, data))
            .EnumerateAsync(silence.Token)
            .GetAsyncEnumerator(silence.Token);
        await using var _ = items;
        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync())
                    yield break;
            }
            catch (Exception e)
                when (e is IOException or HttpRequestException
                    || (e is OperationCanceledException && !ct.IsCancellationRequested)
                )
            {
                yield break;
            }
            // kinds of messages that a newer server sends are passed over
            if (items.Current is { Data: { } message, EventId: var id })
                yield return message with
                {
                    Id = id ?? "",
                };
        }
    }

    /// <summary>Gives up a stream that is silent for too long.</summary>
    sealed class Watched(Stream inner, CancellationTokenSource silence) : Stream
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

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            silence.CancelAfter(Silence);
            return await inner.ReadAsync(buffer, cancellationToken);
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

public abstract partial record LiveMessage
{
    /// <summary>The position, as a number.</summary>
    public long Position => long.Parse(Id, CultureInfo.InvariantCulture);

    internal static LiveMessage? Read(string type, ReadOnlySpan<byte> data) =>
        type switch
        {
            "comment-published" or "comment-edited" or "comment-removed" or "reactions-changed" =>
                new LiveComment
                {
                    Id = "",
                    Event = type,
                    Data = Of<Comment>(data),
                },
            "count-changed" => new LiveCount
            {
                Id = "",
                Event = type,
                Data = Of<ThreadCount>(data),
            },
            "discussion-closed" or "discussion-opened" => new LiveDiscussion
            {
                Id = "",
                Event = type,
                Data = Of<DiscussionState>(data),
            },
            "resync" => new LiveResync
            {
                Id = "",
                Event = type,
                Data = Of<Resync>(data),
            },
            _ => null,
        };

    static T Of<T>(ReadOnlySpan<byte> data) =>
        JsonSerializer.Deserialize<T>(data, Json.Options) ?? throw new JsonException("A message is null.");
}
