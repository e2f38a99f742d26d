using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ThreadStore.Benchmarks;

/// <summary>Writes the next request into a buffer.</summary>
/// <returns>Its length in bytes.</returns>
delegate int WriteRequest(Span<byte> buffer, Random random);

/// <param name="RampUp">Time under load before figures are taken.</param>
/// <param name="Status">What every response must have; any other fails the run.</param>
sealed record Load(
    IPEndPoint Target,
    int Connections,
    TimeSpan RampUp,
    TimeSpan Measured,
    WriteRequest Write,
    int Status
);

/// <param name="Measured">From the first to the last moment that counts.</param>
/// <param name="Latencies">Of the responses that came meanwhile, ascending, in ticks of the stopwatch.</param>
/// <param name="Answered">All responses, those before and after included.</param>
/// <param name="Cpu">Used meanwhile.</param>
sealed record LoadResult(TimeSpan Measured, long[] Latencies, long Answered, CpuTimes Cpu)
{
    public double PerSecond => Latencies.Length / Measured.TotalSeconds;

    public double Milliseconds(double percent) =>
        Statistics.Percentile(Latencies, percent) * 1_000d / Stopwatch.Frequency;

    public Figures Figures =>
        new(PerSecond, Latencies.Length, Milliseconds(50), Milliseconds(95), Milliseconds(99), Cpu);
}

/// <summary>
/// Keeps one request under way on each of some HTTP/1.1 connections. It shares the processor with what it measures, so
/// it does as little as can be: raw sockets, requests put together from ready-made bytes, and of the response only its
/// status and its end are looked at.
/// </summary>
/// <remarks>
/// A closed loop: a server that stalls gets fewer requests meanwhile, so the percentiles are those of a patient crowd.
/// </remarks>
sealed class LoadGenerator : IDisposable
{
    /// <summary>For a response that never comes.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    const int RequestBytes = 16 * 1024;
    const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    const string EventLoops = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    readonly Load load;
    readonly Random[] randoms;
    readonly CancellationTokenSource failed = new();
    Exception? failure;
    long answered;
    long from = long.MaxValue;
    long until = long.MaxValue;

    LoadGenerator(Load load)
    {
        this.load = load;
        randoms = [.. Enumerable.Range(0, load.Connections).Select(seed => new Random(seed))];
    }

    /// <summary>
    /// Has the runtime answer sockets on one thread, without handing over to the pool: two thirds of the processor time
    /// for each request on many connections, a fifth on one. To be called before the first socket is opened.
    /// </summary>
    public static void UseOneEventLoop()
    {
        Environment.SetEnvironmentVariable(InlineCompletions, "1");
        Environment.SetEnvironmentVariable(EventLoops, "1");
    }

    /// <summary>What is good for the generator is not for a server.</summary>
    public static void RemoveEventLoopFrom(IDictionary<string, string?> environment)
    {
        environment.Remove(InlineCompletions);
        environment.Remove(EventLoops);
    }

    /// <param name="cpu">Called at the first and at the last moment that counts.</param>
    /// <param name="ct">Ends the run.</param>
    /// <exception cref="BenchmarkException">A response was not as it must be; the message holds it.</exception>
    public static async Task<LoadResult> RunAsync(Load load, Func<CpuTimes> cpu, CancellationToken ct)
    {
        using var generator = new LoadGenerator(load);
        return await generator.RunAsync(cpu, ct);
    }

    public void Dispose() => failed.Dispose();

    async Task<LoadResult> RunAsync(Func<CpuTimes> cpu, CancellationToken ct)
    {
        using var canceled = ct.Register(() => Fail(new OperationCanceledException(ct)));
        var connections = randoms
            .Select(random => Task.Run(() => ConnectAndRunAsync(random), CancellationToken.None))
            .ToList();
        var all = Task.WhenAll(connections);

        await DelayAsync(load.RampUp);
        var (cpuBefore, begin) = (cpu(), Stopwatch.GetTimestamp());
        Volatile.Write(ref from, begin);
        await DelayAsync(load.Measured);
        var end = Stopwatch.GetTimestamp();
        Volatile.Write(ref until, end);
        var used = cpu() - cpuBefore;

        if (await Task.WhenAny(all, Task.Delay(Patience, CancellationToken.None)) != all)
            Fail(new BenchmarkException($"A response did not come within {Patience.TotalSeconds} s."));
        long[] latencies = [.. (await all).SelectMany(l => l)];
        if (failure is not null)
            throw failure;
        Array.Sort(latencies);
        return latencies.Length > 0
            ? new(Stopwatch.GetElapsedTime(begin, end), latencies, answered, used)
            : throw new BenchmarkException("No response came in the time measured: choose more --seconds.");
    }

    async Task DelayAsync(TimeSpan time) =>
        await Task.Delay(time, failed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    async Task<List<long>> ConnectAndRunAsync(Random random)
    {
        var latencies = new List<long>(capacity: 1 << 14);
        try
        {
            using var socket = new Socket(load.Target.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
            // closing the socket is cheaper than a token for each call
            using var closing = failed.Token.Register(socket.Dispose);
            await socket.ConnectAsync(load.Target);
            await RunAsync(socket, random, latencies);
        }
        catch (Exception e) when (e is BenchmarkException or SocketException or ObjectDisposedException)
        {
            Fail(e as BenchmarkException ?? new BenchmarkException($"A connection failed: {e.Message}"));
        }
        return latencies;
    }

    async Task RunAsync(Socket socket, Random random, List<long> latencies)
    {
        var request = new byte[RequestBytes];
        var response = new byte[RequestBytes];
        while (true)
        {
            var length = load.Write(request, random);
            var sent = Stopwatch.GetTimestamp();
            if (sent > Volatile.Read(ref until))
                return;
            for (var done = 0; done < length; )
                done += await socket.SendAsync(request.AsMemory(done, length - done));

            int received = 0;
            int status;
            do
            {
                if (received == response.Length)
                    Array.Resize(ref response, response.Length * 2);
                var read = await socket.ReceiveAsync(response.AsMemory(received));
                if (read == 0)
                    throw new BenchmarkException(
                        $"The server closed a connection after {HttpResponse.Start(response.AsSpan(0, received))}"
                    );
                received += read;
            } while (!HttpResponse.IsComplete(response.AsSpan(0, received), out status));

            var now = Stopwatch.GetTimestamp();
            if (status != load.Status)
                throw new BenchmarkException(
                    $"""
                    A request was answered {status} instead of {load.Status}. Sent:
                    {HttpResponse.WithoutToken(request.AsSpan(0, length))}
                    Answered:
                    {HttpResponse.Start(response.AsSpan(0, received))}
                    """
                );
            Interlocked.Increment(ref answered);
            if (now > Volatile.Read(ref from) && now <= Volatile.Read(ref until))
                latencies.Add(now - sent);
        }
    }

    void Fail(Exception e)
    {
        // the first says why; the others only that everything was closed
        if (Interlocked.CompareExchange(ref failure, e, null) is null)
            failed.Cancel();
    }
}
