using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace ThreadStore.Postgres;

/// <summary>A private cluster: makes it, starts it, finds it running, stops it. All only inside the lease's mutex.</summary>
/// <param name="Folder">Its data folder, absolute.</param>
/// <param name="Major">Its major version.</param>
/// <param name="Password">The password of the account <see cref="PostgresConnection.User"/>.</param>
/// <param name="Log">Takes lines for a person.</param>
sealed partial record PostgresCluster(string Folder, int Major, string Password, Action<string> Log)
{
    /// <summary>Recovery after a crash can take a while: up to max_wal_size is read again.</summary>
    static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);

    static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    /// <summary>A server listens within milliseconds, long before it lets anyone in.</summary>
    static readonly TimeSpan ListenTimeout = TimeSpan.FromSeconds(10);

    static readonly TimeSpan OrphansTimeout = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    const int PortAttempts = 5;

    string LogFile => Path.Combine(Folder, "server.log");

    /// <summary>The port of the server that runs on this cluster already, when it lets us in; null if none runs.</summary>
    public async Task<int?> FindRunningAsync(CancellationToken ct)
    {
        var waited = Stopwatch.StartNew();
        while (Running is { } server)
        {
            var answer = server.Port is { } port
                ? await PostgresConnection.AskAsync(port, Password, Folder, ct)
                : ServerAnswer.Silent;
            if (answer == ServerAnswer.Ours)
                return server.Port;
            if (
                answer == ServerAnswer.Foreign
                || (answer == ServerAnswer.Silent && waited.Elapsed > ListenTimeout)
            )
                return null;
            if (waited.Elapsed > StartTimeout)
            {
                throw new PostgresUnavailableException(
                    $"PostgreSQL (process {server.Pid}) has not been ready for {StartTimeout.TotalSeconds:0} s: "
                        + $"look into {LogFile}, and try again when it is."
                );
            }
            await Task.Delay(Poll, ct);
        }
        return null;
    }

    /// <summary>Starts the server where it has ended, which nobody asked it to.</summary>
    /// <param name="port">By which this process knows it.</param>
    /// <returns>False where it runs.</returns>
    public async Task<bool> ReviveAsync(int port, CancellationToken ct)
    {
        // where no file can be opened, its process can't be seen; to take that for its end would end it
        if (Running is not null || !await IsRefusedAsync(port, ct))
            return false;
        var binaries =
            PostgresBinaries.OfCluster(Folder, Major)
            ?? throw new PostgresUnavailableException($"The tools of PostgreSQL {Major} are gone.");
        await StartAsync(binaries, ct, port);
        return true;
    }

    PostmasterFile? Running =>
        PostmasterFile.Read(Folder) is { } server && server.MayServe(Folder) ? server : null;

    /// <summary>Starts the server; returns its port.</summary>
    /// <param name="only">The port that it must have; null: any, the last one where that is free.</param>
    public async Task<int> StartAsync(PostgresBinaries binaries, CancellationToken ct, int? only = null)
    {
        var account = await ServerAccount.ForAsync(Folder, ct);
        if (account is not null)
            await account.OwnAsync(Folder, ct);
        // after a crash other processes may still know the server by its last port
        var last = PostmasterFile.Read(Folder);
        if (last is not null && !last.MayServe(Folder))
            PostmasterFile.Disown(Folder);

        var waited = Stopwatch.StartNew();
        var port = only ?? last?.Port ?? LastPort() ?? FreePort();
        for (var attempt = 1; ; )
        {
            var logged = File.Exists(LogFile) ? new FileInfo(LogFile).Length : 0;
            var result = await RunPgCtlAsync(
                binaries,
                account,
                [
                    "start",
                    "-t",
                    Seconds(StartTimeout),
                    "-l",
                    LogFile,
                    "-o",
                    $"-p {port} -c listen_addresses=127.0.0.1",
                ],
                StartTimeout,
                ct
            );
            if (result.ExitCode == 0)
                return port;
            var said = TextFrom(LogFile, logged);
            // only the operating system knows which port is free, and only until someone takes it
            if (
                only is null
                && said.Contains("could not bind", StringComparison.Ordinal)
                && attempt++ < PortAttempts
            )
                port = FreePort();
            // the server was killed, and its children have not noticed yet
            else if (
                said.Contains("still in use", StringComparison.Ordinal)
                && waited.Elapsed < OrphansTimeout
            )
                await Task.Delay(Poll, ct);
            else
                throw new PostgresUnavailableException(
                    $"PostgreSQL {Major} could not be started; {LogFile} says: {Reason(said, result.Output)}"
                );
        }
    }

    /// <summary>Stops the server, if it runs; what was committed is kept.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        if (Running is not { } server)
            return;
        var binaries = PostgresBinaries.OfCluster(Folder, Major);
        if (binaries is null)
        {
            Log($"PostgreSQL (process {server.Pid}) goes on running: its tools are gone.");
            return;
        }
        var account = await ServerAccount.ForAsync(Folder, ct);
        var result = await RunPgCtlAsync(
            binaries,
            account,
            ["stop", "-m", "fast", "-t", Seconds(StopTimeout)],
            StopTimeout,
            ct
        );
        if (result.ExitCode != 0)
            Log(
                $"PostgreSQL (process {server.Pid}) could not be stopped: {result.Output.ReplaceLineEndings(" ")}"
            );
    }

    async Task<ChildResult> RunPgCtlAsync(
        PostgresBinaries binaries,
        ServerAccount? account,
        IEnumerable<string> arguments,
        TimeSpan timeout,
        CancellationToken ct
    )
    {
        var options = new ChildOptions
        {
            Account = account,
            Reach = [Folder],
            Timeout = timeout + TimeSpan.FromSeconds(5), // pg_ctl keeps the time itself, and says more
            CaptureOutput = !OperatingSystem.IsWindows(),
        };
        // pg_ctl, and not postgres as our child: it makes a session of its own, so that a Ctrl-C in the terminal
        // reaches us and not the server
        try
        {
            return await ChildProcess.RunAsync(
                binaries.PgCtl,
                ["-D", Folder, "-w", .. arguments],
                options,
                ct
            );
        }
        catch (Exception e) when (e is TimeoutException or System.ComponentModel.Win32Exception)
        {
            return new ChildResult(-1, e.Message);
        }
    }

    /// <summary>Nobody listens there, which is sure.</summary>
    static async Task<bool> IsRefusedAsync(int port, CancellationToken ct)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, port, ct);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    /// <summary>The port of the server that ran last, by which processes that outlived it know it.</summary>
    int? LastPort() =>
        PostmasterFile.CommandLine(Folder) is { } line && PortOption().Match(line) is { Success: true } match
            ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex("\"-p\" \"([0-9]+)\"")]
    private static partial Regex PortOption();

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);

    static string TextFrom(string path, long start)
    {
        if (!File.Exists(path))
            return "";
        using var file = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        file.Seek(Math.Min(start, file.Length), SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    // the first fatal line names the cause, the last only says that it ended; who asked too early is told so, too
    static string Reason(string log, string output)
    {
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault(l =>
                l.Contains("FATAL:", StringComparison.Ordinal)
                && !l.Contains("the database system is", StringComparison.Ordinal)
            )
            ?? lines.LastOrDefault()
            ?? output.ReplaceLineEndings(" ");
    }
}
