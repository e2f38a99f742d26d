using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using ThreadStore.Postgres;
using ThreadStore.Tests.Conventions;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>How a command ended, and what it said.</summary>
public sealed record Ran(int ExitCode, string Out, string Error)
{
    public string[] OutLines => Lines(Out);
    public string[] ErrorLines => Lines(Error);

    public Ran Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"Expected exit code {exitCode}, got {ExitCode}.\n{Out}\n{Error}");
        return this;
    }

    static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>
/// The program as its users start it, as a child process, with its embedded PostgreSQL in a data folder of its own. The
/// tests' key signs its tokens.
/// </summary>
public sealed class ThreadStoreProgram : IDisposable
{
    /// <summary>Seconds on a quiet machine; minutes where a whole suite shares two cores with others.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    static readonly string Program = Built("Release");

    /// <summary>
    /// Where it was built. It lies beside the tests too, but there the commands of JasperFx, which look for more of
    /// their kind in all assemblies of the folder, stumble over those of xunit.
    /// </summary>
    /// <param name="configuration">Release is what is published, Debug what "dotnet run" starts.</param>
    public static string Built(string configuration) =>
        Path.Combine(
            Sources.Root,
            "src",
            "ThreadStore",
            "bin",
            configuration,
            Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
            "threadstore.dll"
        );

    readonly List<Process> started = [];

    /// <summary>The working folder, empty at first; the data folder is in it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("threadstore-program-").FullName;

    public string DataFolder => Path.Combine(Folder, ".threadstore");

    /// <param name="environment">Beside the usual; null takes a variable away.</param>
    public async Task<Ran> RunAsync(
        IEnumerable<string> arguments,
        params (string Name, string? Value)[] environment
    )
    {
        using var process = Start(arguments, environment);
        return await WaitAsync(process);
    }

    static async Task<Ran> WaitAsync(Process process)
    {
        var (stdout, stderr) = (
            process.StandardOutput.ReadToEndAsync(),
            process.StandardError.ReadToEndAsync()
        );
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        }
        catch
        {
            process.Kill();
            throw;
        }
        return new(process.ExitCode, await stdout, await stderr);
    }

    public Task<Ran> RunAsync(params string[] arguments) => RunAsync(arguments, []);

    /// <summary>Starts the server on a free port, and waits until it says that it listens.</summary>
    public async Task<ServerProcess> ServeAsync(params (string Name, string? Value)[] environment)
    {
        var process = Start(["serve"], environment);
        lock (started)
            started.Add(process);
        return await ServerProcess.ReadyAsync(process, Patience);
    }

    /// <summary>Starts a command and does not wait for its end; see <see cref="EndAsync"/>.</summary>
    public Process Begin(params string[] arguments) => Begin(arguments, []);

    /// <inheritdoc cref="Begin(string[])"/>
    public Process Begin(IEnumerable<string> arguments, params (string Name, string? Value)[] environment)
    {
        var process = Start(arguments, environment);
        lock (started)
            started.Add(process);
        return process;
    }

    public static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a command a signal, and waits for its end.</summary>
    public static async Task<Ran> EndAsync(Process process, string signal)
    {
        await SignalAsync(process, signal);
        var (stdout, stderr) = (
            process.StandardOutput.ReadToEndAsync(),
            process.StandardError.ReadToEndAsync()
        );
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return new(process.ExitCode, await stdout, await stderr);
    }

    /// <summary>Runs lines of a shell in the working folder, where <c>threadstore</c> is the program.</summary>
    public async Task<Ran> ShellAsync(string lines)
    {
        var name = Path.Combine(
            Directory.CreateDirectory(Path.Combine(Folder, ".bin")).FullName,
            "threadstore"
        );
        await File.WriteAllTextAsync(name, $"#!/bin/sh\nexec dotnet '{Program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(
                name,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        var path = $"{Path.GetDirectoryName(name)}:{Environment.GetEnvironmentVariable("PATH")}";
        using var shell = Start("/bin/sh", ["-ec", lines], [("PATH", path)]);
        return await WaitAsync(shell);
    }

    Process Start(IEnumerable<string> arguments, (string Name, string? Value)[] environment) =>
        Start("dotnet", [Program, .. arguments], environment);

    Process Start(string program, IEnumerable<string> arguments, (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // whatever is set where the tests run must not reach the program
        foreach (
            var name in start
                .Environment.Keys.Where(n =>
                    n.StartsWith("ThreadStore__", StringComparison.OrdinalIgnoreCase)
                    || n.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
                    || n.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
                    || n is "DOTNET_ENVIRONMENT"
                )
                .ToList()
        )
            start.Environment.Remove(name);
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        // it lives for seconds: what is called 30 times (1,024 here) is not worth to be compiled once more
        start.Environment["DOTNET_TC_CallCountThreshold"] = "400";
        // the machine may be so busy that PostgreSQL has no turn for a second
        start.Environment["ThreadStore__SilenceMilliseconds"] = "30000";
        // who repeats thousands of requests is no rusher here
        start.Environment["ThreadStore__RateLimits__Enabled"] = "false";
        // who is called here is on this machine
        start.Environment["ThreadStore__Deliveries__AllowPrivateAddresses"] = "true";
        start.Environment["ThreadStore__SigningKey"] = Encoding.UTF8.GetString(Store.Key);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException("It can't be started.");
        process.StandardInput.Close();
        return process;
    }

    /// <summary>The process of the embedded PostgreSQL, or null where none runs.</summary>
    public Process? Postmaster()
    {
        var home = Path.Combine(DataFolder, "postgres");
        if (
            !Directory.Exists(home)
            || ClusterFolder.Existing(home) is not var (cluster, _)
            || PostmasterFile.Read(cluster) is not { } file
            || !file.MayServe(cluster)
        )
            return null;
        return Process.GetProcessById(file.Pid);
    }

    public void Dispose()
    {
        foreach (var process in started)
        {
            if (!process.HasExited)
                process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
        using (var postmaster = Postmaster())
        {
            postmaster?.Kill();
            postmaster?.WaitForExit();
        }
        DeleteFolder();
    }

    void DeleteFolder()
    {
        // the children of a killed PostgreSQL may write a moment longer
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(Folder, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Sleep(20);
            }
        }
    }
}

/// <summary>A server that runs as a child process.</summary>
public sealed partial class ServerProcess
{
    readonly Process process;
    readonly StringBuilder said = new();

    ServerProcess(Process process) => this.process = process;

    public HttpClient Client { get; private set; } = new();

    public string Said
    {
        get
        {
            lock (said)
                return $"{said}";
        }
    }

    public static async Task<ServerProcess> ReadyAsync(Process process, TimeSpan patience)
    {
        var server = new ServerProcess(process);
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Keep(string? line)
        {
            lock (server.said)
                server.said.AppendLine(line);
            if (line is not null && Listening().Match(line) is { Success: true } match)
                address.TrySetResult(match.Groups[1].Value);
        }
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = process.WaitForExitAsync();
        if (await Task.WhenAny(address.Task, ended).WaitAsync(patience) == ended)
            throw new InvalidOperationException($"The server ended instead of listening:\n{server.Said}");
        server.Client = new HttpClient { BaseAddress = new Uri(await address.Task) };
        return server;
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As <c>kill</c>, which is how service managers and containers end a server; gives its exit code.</summary>
    public async Task<int> TerminateAsync(TimeSpan limit)
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(limit);
        return process.ExitCode;
    }

    [GeneratedRegex(@"^Listening on (http://\S+?)(,|$)")]
    private static partial Regex Listening();
}
