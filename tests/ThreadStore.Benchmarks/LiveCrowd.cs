using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ThreadStore.Benchmarks;

/// <summary>
/// Readers of one live stream, each on a connection of their own. As it shares the processor with the server it does as
/// little as can be: one event loop, one buffer for all, and of what comes only the numbers of comments are looked at.
/// </summary>
sealed class LiveCrowd : IDisposable
{
    /// <summary>Before a comment's number, which has <see cref="Digits"/> digits.</summary>
    public const string Mark = "\"body\":\"w7-";
    public const int Digits = 6;

    static readonly byte[] MarkBytes = Encoding.ASCII.GetBytes(Mark);

    readonly Reader[] readers;
    readonly long[] arrivals;
    readonly int posts;
    readonly byte[] request;
    int open;
    int lost;

    /// <param name="posts">Comments that will be posted; their numbers are below it.</param>
    public LiveCrowd(IPEndPoint server, string path, int size, int posts)
    {
        this.posts = posts;
        arrivals = new long[(long)size * posts];
        request = Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {server}\r\nAccept: text/event-stream\r\n\r\n"
        );
        readers = [.. Enumerable.Range(0, size).Select(i => new Reader(this, i))];
    }

    public int Open => Volatile.Read(ref open);

    /// <summary>Connections that the server ended.</summary>
    public int Lost => Volatile.Read(ref lost);

    public async Task OpenAsync(IPEndPoint server, CancellationToken ct)
    {
        foreach (var reader in readers)
            await reader.OpenAsync(server, ct);
        while (Open < readers.Length)
            await Task.Delay(50, ct);
    }

    /// <summary>When each reader got a comment, in ticks of the stopwatch; 0: not yet.</summary>
    public ReadOnlySpan<long> ArrivalsOf(int post) => arrivals.AsSpan(post * readers.Length, readers.Length);

    public void Dispose()
    {
        foreach (var reader in readers)
            reader.Dispose();
    }

    sealed class Reader : IDisposable
    {
        /// <summary>Of the one thread that runs them all.</summary>
        [ThreadStatic]
        static byte[]? shared;

        readonly LiveCrowd crowd;
        readonly int index;
        readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        readonly SocketAsyncEventArgs wait = new();

        /// <summary>What came last, in case a number is cut in two.</summary>
        readonly byte[] rest = new byte[MarkBytes.Length + Digits - 1];
        int kept;
        bool isOpen;

        public Reader(LiveCrowd crowd, int index)
        {
            (this.crowd, this.index) = (crowd, index);
            wait.SetBuffer(Memory<byte>.Empty);
            wait.Completed += (_, _) => Continue();
        }

        public async Task OpenAsync(IPEndPoint server, CancellationToken ct)
        {
            await socket.ConnectAsync(server, ct);
            await socket.SendAsync(crowd.request, ct);
            Continue();
        }

        void Continue()
        {
            try
            {
                do
                {
                    if (socket.Available > 0 && !Take())
                        return;
                } while (socket.Available > 0 || !socket.ReceiveAsync(wait));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                Interlocked.Increment(ref crowd.lost);
            }
        }

        bool Take()
        {
            var buffer = shared ??= new byte[256 * 1024];
            rest.AsSpan(0, kept).CopyTo(buffer);
            var read = socket.Receive(buffer.AsSpan(kept));
            if (read == 0)
            {
                Interlocked.Increment(ref crowd.lost);
                return false;
            }
            var now = Stopwatch.GetTimestamp();
            if (!isOpen)
            {
                isOpen = true;
                Interlocked.Increment(ref crowd.open);
            }
            var bytes = buffer.AsSpan(0, kept + read);
            var left = bytes;
            while (
                left.IndexOf(MarkBytes) is >= 0 and var at && at + MarkBytes.Length + Digits <= left.Length
            )
            {
                left = left[(at + MarkBytes.Length)..];
                var post = int.Parse(left[..Digits], provider: null);
                if (post < crowd.posts)
                    crowd.arrivals[(long)post * crowd.readers.Length + index] = now;
                left = left[Digits..];
            }
            kept = Math.Min(rest.Length, left.Length);
            left[^kept..].CopyTo(rest);
            return true;
        }

        public void Dispose()
        {
            socket.Dispose();
            wait.Dispose();
        }
    }
}
