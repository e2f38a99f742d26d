using System.Threading.Channels;

namespace ThreadStore.Live;

/// <summary>Why a stream ended.</summary>
public enum StreamEnd
{
    /// <summary>The article was withdrawn, as the reader's next attempt tells them.</summary>
    Over,

    /// <summary>The server stops; the reader is to come back, to it or to another.</summary>
    Stopping,

    /// <summary>The reader took in less than was to be sent.</summary>
    TooSlow,

    /// <summary>The history went back, and what the reader has may not be of it.</summary>
    WentBack,

    /// <summary>Comments came from another article, or went to one: more than messages can tell.</summary>
    Moved,
}

/// <summary>One reader of one article, and what waits to be sent to them.</summary>
public sealed class Watcher(string site, string article)
{
    /// <summary>Frames that may wait. One comes for each wake-up of the tail: some seconds of a very busy thread.</summary>
    public const int MaxFrames = 256;

    /// <summary>Bytes that may wait, shared with the other readers as they are.</summary>
    public const int MaxBytes = 1024 * 1024;

    static readonly byte[] Heartbeat = ":\n\n"u8.ToArray();

    readonly Channel<ReadOnlyMemory<byte>> queue = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(MaxFrames) { SingleReader = true, SingleWriter = true }
    );
    int waiting;
    long after;
    int nextHeartbeat;
    bool isOver;

    public string Site => site;
    public string Article => article;
    public StreamEnd End { get; private set; }

    /// <summary>The position that the tail had read when the reader joined: all after it comes by the queue.</summary>
    public TaskCompletionSource<long> Joined { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Called by the tail alone, like all that puts something into the queue.</summary>
    public void Join(long position, long has, int tick)
    {
        (after, nextHeartbeat) = (has, tick + ThreadFeed.HeartbeatTicks);
        Joined.TrySetResult(position);
    }

    public void Send(Frame frame)
    {
        var news = frame.After(after);
        if (news.Length > 0)
            Send(news);
    }

    public void Beat(int tick)
    {
        if (tick < nextHeartbeat)
            return;
        nextHeartbeat = tick + ThreadFeed.HeartbeatTicks;
        // with something to send the connection proves itself
        if (queue.Reader.Count == 0)
            Send(Heartbeat);
    }

    void Send(ReadOnlyMemory<byte> bytes)
    {
        var before = Interlocked.Add(ref waiting, bytes.Length) - bytes.Length;
        if ((before == 0 || before + bytes.Length <= MaxBytes) && queue.Writer.TryWrite(bytes))
            return;
        Finish(StreamEnd.TooSlow);
    }

    /// <summary>Nothing more comes. What waits is sent, unless there is too much of it.</summary>
    public void Finish(StreamEnd end)
    {
        if (isOver)
            return;
        (isOver, End) = (true, end);
        queue.Writer.TryComplete();
        Joined.TrySetResult(0);
    }

    /// <summary>What waits, all that there is; false at the end. Without a token, which would cost memory each time.</summary>
    public ValueTask<bool> WaitAsync() => queue.Reader.WaitToReadAsync(CancellationToken.None);

    /// <summary>The reader went away.</summary>
    public void Abandon() => queue.Writer.TryComplete();

    public bool TryTake(out ReadOnlyMemory<byte> bytes)
    {
        if (
            End is StreamEnd.TooSlow or StreamEnd.WentBack or StreamEnd.Moved
            || !queue.Reader.TryRead(out bytes)
        )
        {
            bytes = default;
            return false;
        }
        return true;
    }

    /// <summary>What was taken is on its way: it waits no longer.</summary>
    public void Sent(int length) => Interlocked.Add(ref waiting, -length);
}
