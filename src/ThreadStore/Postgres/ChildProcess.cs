using System.Diagnostics;
using System.Text;

namespace ThreadStore.Postgres;

/// <summary>How a child process is run.</summary>
sealed record ChildOptions
{
    public required TimeSpan Timeout { get; init; }

    /// <summary>Absolute; the root of the file system unless told, since ours may be closed to the account.</summary>
    public string Folder { get; init; } =
        Path.GetPathRoot(Environment.SystemDirectory) is { Length: > 0 } root ? root : "/";

    /// <summary>The account to run as; null for our own.</summary>
    public ServerAccount? Account { get; init; }

    /// <summary>Folders that the account must be able to reach.</summary>
    public IReadOnlyList<string> Reach { get; init; } = [];

    /// <summary>False where a grandchild would keep our pipes open (a server started on Windows).</summary>
    public bool CaptureOutput { get; init; } = true;
}

/// <summary>What a child process said, on both channels, and how it ended.</summary>
sealed record ChildResult(int ExitCode, string Output);

/// <summary>Runs the tools of PostgreSQL and npm.</summary>
static class ChildProcess
{
    /// <exception cref="TimeoutException">It took longer than the timeout, and was killed.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be run.</exception>
    public static async Task<ChildResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        ChildOptions options,
        CancellationToken ct = default
    )
    {
        var (file, prefix) = options.Account?.Command(program, options.Reach) ?? (program, []);
        var start = new ProcessStartInfo(file, [.. prefix, .. arguments])
        {
            WorkingDirectory = options.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = options.CaptureOutput,
            RedirectStandardError = options.CaptureOutput,
        };
        if (options.Account is { } account && file == program)
            start.UserName = account.Name;
        // messages in English, for we look for words in them; PGDATA, PGOPTIONS and the like mean other servers
        start.Environment["LC_ALL"] = "C";
        foreach (
            var name in start
                .Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal))
                .ToList()
        )
            start.Environment.Remove(name);

        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        DataReceivedEventHandler keep = (_, line) =>
        {
            lock (output)
                output.AppendLine(line.Data);
        };
        process.OutputDataReceived += keep;
        process.ErrorDataReceived += keep;
        process.Start();
        process.StandardInput.Close();
        if (options.CaptureOutput)
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.Timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // only the tool itself: the server that pg_ctl is starting is stopped in order by who holds the lease
            process.Kill();
            ct.ThrowIfCancellationRequested();
            throw new TimeoutException(
                $"{Path.GetFileName(program)} did not end within {options.Timeout.TotalSeconds:0} s."
            );
        }
        lock (output)
            return new ChildResult(process.ExitCode, output.ToString().Trim());
    }
}
