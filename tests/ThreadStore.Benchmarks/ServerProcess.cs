using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ThreadStore.Benchmarks;

/// <summary>A server as a child process, on a free port of the loopback address.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);
    const int LinesKept = 40;

    readonly string name;
    readonly Queue<string> lastLines = [];

    ServerProcess(string name, IPEndPoint endPoint, Process process) =>
        (this.name, EndPoint, Process) = (name, endPoint, process);

    public IPEndPoint EndPoint { get; }

    public Uri Address => new($"http://{EndPoint}");

    public Process Process { get; }

    /// <summary>From its start to its first good answer.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Resident memory in megabytes.</summary>
    public double Megabytes
    {
        get
        {
            Process.Refresh();
            return Process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Starts a server and waits until it says that it is ready.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="program">A <c>.dll</c>, or an executable file.</param>
    /// <param name="arguments">What it is called with.</param>
    /// <param name="environment">Beside our own; the address to listen on is added.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <param name="listensOn">Where it is told otherwise; a free port unless given.</param>
    /// <exception cref="BenchmarkException">It ended, or took too long; the message holds what it last said.</exception>
    public static async Task<ServerProcess> StartAsync(
        string name,
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken ct,
        IPEndPoint? listensOn = null
    )
    {
        var endPoint = listensOn ?? FreeEndPoint();
        string[] prefix = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? [program] : [];
        var start = new ProcessStartInfo(prefix is [] ? program : "dotnet", [.. prefix, .. arguments])
        {
            // its settings file is looked for in the working folder
            WorkingDirectory = Path.GetDirectoryName(Path.GetFullPath(program)),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        LoadGenerator.RemoveEventLoopFrom(start.Environment);
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        start.Environment["ASPNETCORE_URLS"] = $"http://{endPoint}";
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start) ?? throw new BenchmarkException($"{program} cannot be started.");
        var server = new ServerProcess(name, endPoint, process);
        process.OutputDataReceived += server.Keep;
        process.ErrorDataReceived += server.Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await server.WaitUntilReadyAsync(ct);
            server.StartTime = Stopwatch.GetElapsedTime(started);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it last said, for a message.</summary>
    public string LastWords()
    {
        lock (lastLines)
            return string.Join('\n', lastLines);
    }

    public async ValueTask DisposeAsync()
    {
        // nothing of what it holds is needed any longer
        if (!Process.HasExited)
            Process.Kill();
        await Process.WaitForExitAsync();
        Process.Dispose();
    }

    async Task WaitUntilReadyAsync(CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = StartLimit };
        var started = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(http, ct))
        {
            if (Process.HasExited)
                throw new BenchmarkException(
                    $"{name} ended with exit code {Process.ExitCode} instead of listening:\n{LastWords()}"
                );
            if (Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new BenchmarkException(
                    $"{name} was not ready within {StartLimit.TotalSeconds} s:\n{LastWords()}"
                );
            await Task.Delay(PollInterval, ct);
        }
    }

    static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (lastLines)
        {
            if (line.Data is { } text)
                lastLines.Enqueue(text);
            if (lastLines.Count > LinesKept)
                lastLines.Dequeue();
        }
    }

    public static IPEndPoint FreeEndPoint()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
