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
    public IAsyncEnumerable<LiveMessage> WatchThreadAsync(
        string site,
        string articleKey,
        string? after = null,
        CancellationToken ct = default
    ) =>
        FollowAsync(
            () => new Call("GET", LivePath(site, articleKey)).Public(),
            after ?? PositionOfPage(LivePath(site, articleKey)),
            LiveMessage.Read,
            static (message, id) => message with { Id = id },
            static message => message.Id,
            static message => (message as LiveResync)?.Data.Position,
            ct
        );

    /// <summary>
    /// What happens in the moderators' queues, as it happens; goes on by itself where it was cut off. After a
    /// <see cref="QueueResync"/> the queues must be read anew; the messages go on from there.
    /// </summary>
    /// <param name="after">The id of the last message that one has; null: from now on.</param>
    public IAsyncEnumerable<QueueMessage> WatchQueueAsync(
        string site,
        string? after = null,
        CancellationToken ct = default
    ) =>
        FollowAsync(
            () => new Call("GET", $"v1/sites/{Call.Segment(site)}/moderation/{Live}"),
            after,
            QueueMessage.Read,
            static (message, id) => message with { Id = id },
            static message => message.Id,
            static message => (message as QueueResync)?.Data.Position,
            ct
        );

    /// <summary>
    /// What one is told of, as it happens; goes on by itself where it was cut off. After an <see cref="InboxResync"/> the
    /// inbox must be read anew; the messages go on from there.
    /// </summary>
    /// <param name="after">The id of the last message that one has; null: from now on.</param>
    public IAsyncEnumerable<InboxMessage> WatchNotificationsAsync(
        string site,
        string? after = null,
        CancellationToken ct = default
    ) =>
        FollowAsync(
            () => new Call("GET", $"v1/sites/{Call.Segment(site)}/me/notifications/{Live}"),
            after,
            InboxMessage.Read,
            static (message, id) => message with { Id = id },
            static message => message.Id,
            static message => (message as InboxResync)?.Data.Position,
            ct
        );

    /// <summary>Reads a stream, and connects again where it is cut off.</summary>
    /// <param name="read">Null for kinds of messages that a newer server sends.</param>
    /// <param name="resync">The position that must be read anew, where a message says so.</param>
    async IAsyncEnumerable<T> FollowAsync<T>(
        Func<Call> call,
        string? after,
        SseItemParser<T?> read,
        Func<T, string, T> named,
        Func<T, string> idOf,
        Func<T, long?> resync,
        [EnumeratorCancellation] CancellationToken ct
    )
        where T : class
    {
        var (pause, wasOpen) = (FirstPause, false);
        while (true)
        {
            var began = Stopwatch.GetTimestamp();
            await using var stream = await ConnectAsync(call(), after, wasOpen, ct);
            if (stream is not null)
            {
                wasOpen = true;
                await foreach (var message in ReadAsync(stream, read, named, ct))
                {
                    (after, pause) = (idOf(message), FirstPause);
                    if (resync(message) is { } position)
                        Raise(position, isWritten: true);
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
    async Task<Stream?> ConnectAsync(Call call, string? after, bool wasOpen, CancellationToken ct)
    {
        call = call.Header("Accept", "text/event-stream").Header("Last-Event-ID", after);
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
    static async IAsyncEnumerable<T> ReadAsync<T>(
        Stream stream,
        SseItemParser<T?> read,
        Func<T, string, T> named,
        [EnumeratorCancellation] CancellationToken ct
    )
        where T : class
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var items = SseParser
            .Create(new Watched(stream, silence), read)
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
                yield return named(message, id ?? "");
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

    internal static T Of<T>(ReadOnlySpan<byte> data) =>
        JsonSerializer.Deserialize<T>(data, Json.Options) ?? throw new JsonException("A message is null.");
}

public abstract partial record QueueMessage
{
    internal static QueueMessage? Read(string type, ReadOnlySpan<byte> data) =>
        type switch
        {
            "queue-entered" => new QueueEntered
            {
                Id = "",
                Event = type,
                Data = LiveMessage.Of<QueueEntry>(data),
            },
            "queue-left" => new QueueLeft
            {
                Id = "",
                Event = type,
                Data = LiveMessage.Of<QueueExit>(data),
            },
            "claimed" => new Claimed
            {
                Id = "",
                Event = type,
                Data = LiveMessage.Of<Claim>(data),
            },
            "counts" => new Counted
            {
                Id = "",
                Event = type,
                Data = LiveMessage.Of<QueueCounts>(data),
            },
            "resync" => new QueueResync
            {
                Id = "",
                Event = type,
                Data = LiveMessage.Of<Resync>(data),
            },
            _ => null,
        };
}

public abstract partial record InboxMessage
{
    internal static InboxMessage? Read(string type, ReadOnlySpan<byte> data) =>
        type switch
        {
            "notification" => new Notified
            {
                Id = "",
                Event = type,
                Data = LiveMessage.Of<Notification>(data),
            },
            "unread" => new Unread
            {
                Id = "",
                Event = type,
                Data = LiveMessage.Of<UnreadCount>(data),
            },
            "resync" => new InboxResync
            {
                Id = "",
                Event = type,
                Data = LiveMessage.Of<Resync>(data),
            },
            _ => null,
        };
}
