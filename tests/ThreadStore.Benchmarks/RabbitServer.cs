using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ThreadStore.Benchmarks;

/// <summary>A RabbitMQ of one's own, from this machine's packages, on free ports and with its data in a temporary folder.</summary>
public sealed class RabbitServer : IAsyncDisposable
{
    const string Homes = "/usr/lib/rabbitmq/lib";
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    readonly string folder = Directory.CreateTempSubdirectory("threadstore-rabbit-").FullName;
    readonly int[] ports = FreePorts(3);
    Process? process;

    public Uri Url => new($"amqp://guest:guest@127.0.0.1:{ports[0]}");

    static string? Program =>
        Directory.Exists(Homes)
            ? Directory
                .EnumerateDirectories(Homes, "rabbitmq_server-*")
                .Select(home => Path.Combine(home, "sbin", "rabbitmq-server"))
                .FirstOrDefault(File.Exists)
            : null;

    public static bool IsHere => Program is not null;

    /// <exception cref="BenchmarkException">It does not listen.</exception>
    public static async Task<RabbitServer> StartAsync(CancellationToken ct)
    {
        if (!IsHere)
            throw new BenchmarkException("There is no rabbitmq-server on this machine.");
        var server = new RabbitServer();
        try
        {
            await server.BeginAsync(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it, again with what it had.</summary>
    public async Task BeginAsync(CancellationToken ct)
    {
        var start = new ProcessStartInfo(Program!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            var (name, value) in (IEnumerable<(string, string)>)
                [
                    ("HOME", folder),
                    ("RABBITMQ_NODENAME", $"threadstore{ports[0]}@localhost"),
                    ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
                    ("RABBITMQ_NODE_PORT", $"{ports[0]}"),
                    ("RABBITMQ_DIST_PORT", $"{ports[1]}"),
                    ("ERL_EPMD_PORT", $"{ports[2]}"),
                    ("ERL_EPMD_ADDRESS", "127.0.0.1"),
                    ("RABBITMQ_MNESIA_BASE", Path.Combine(folder, "mnesia")),
                    ("RABBITMQ_LOG_BASE", Path.Combine(folder, "log")),
                    ("RABBITMQ_PID_FILE", Path.Combine(folder, "pid")),
                    ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(folder, "plugins")),
                    ("RABBITMQ_CONFIG_FILE", Path.Combine(folder, "none")),
                    ("RABBITMQ_CONF_ENV_FILE", Path.Combine(folder, "none-env")),
                    ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 1:1"),
                ]
        )
            start.Environment[name] = value;
        process = Process.Start(start) ?? throw new InvalidOperationException("It can't be started.");
        // as long as it runs, whoever waits for its start
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        for (var started = Stopwatch.GetTimestamp(); ; )
        {
            try
            {
                await using var connection = await ConnectAsync(ct);
                return;
            }
            catch (BrokerUnreachableException) when (Stopwatch.GetElapsedTime(started) < StartLimit)
            {
                await Task.Delay(50, ct);
            }
        }
    }

    public Task<IConnection> ConnectAsync(CancellationToken ct) =>
        new ConnectionFactory { Uri = Url }.CreateConnectionAsync(ct);

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        if (process is not { } running)
            return;
        process = null;
        running.Kill(entireProcessTree: true);
        await running.WaitForExitAsync();
        running.Dispose();
    }

    static int[] FreePorts(int count)
    {
        var listeners = Enumerable
            .Range(0, count)
            .Select(_ => new TcpListener(IPAddress.Loopback, 0))
            .ToArray();
        foreach (var listener in listeners)
            listener.Start();
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (var listener in listeners)
            listener.Dispose();
        return ports;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        // Erlang's own register of names, which outlives what it was started for
        using (
            var epmd = Process.Start(
                new ProcessStartInfo("epmd", ["-port", $"{ports[2]}", "-kill"])
                {
                    RedirectStandardOutput = true,
                }
            )!
        )
            await epmd.WaitForExitAsync();
        Directory.Delete(folder, recursive: true);
    }
}
