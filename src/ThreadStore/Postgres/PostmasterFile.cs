using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ThreadStore.Postgres;

/// <summary>What <c>postmaster.pid</c> says about the server of a cluster.</summary>
/// <param name="Pid">The server's process.</param>
/// <param name="Port">Its TCP port; null as long as it is not known.</param>
sealed record PostmasterFile(int Pid, int? Port)
{
    /// <summary>Above every limit for process numbers: a process that does not exist.</summary>
    const string NoProcess = "999999999";

    public static PostmasterFile? Read(string cluster)
    {
        try
        {
            var lines = File.ReadAllLines(PathIn(cluster));
            return lines.Length > 0 && Number(lines[0]) is { } pid
                ? new PostmasterFile(
                    pid,
                    lines.Length > 3 && Number(lines[3]) is > 0 and var port ? port : null
                )
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>False when the process is gone, or is surely another one that got the same number.</summary>
    public bool MayServe(string cluster)
    {
        try
        {
            using var process = Process.GetProcessById(Pid);
            if (!process.ProcessName.StartsWith("postgres", StringComparison.Ordinal))
                return false;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
        // a server of another cluster: each works in its own data folder; not readable in some containers
        return !OperatingSystem.IsLinux() || WorkingFolder() is not { } folder || folder == cluster;
    }

    /// <summary>
    /// PostgreSQL refuses to start while the number in the file is that of a living process of the same account,
    /// whatever it is. The rest of the file stays: it names the shared memory, by which PostgreSQL sees that
    /// orphans of a killed server still run.
    /// </summary>
    public static void Disown(string cluster)
    {
        var lines = File.ReadAllLines(PathIn(cluster));
        lines[0] = NoProcess;
        File.WriteAllText(PathIn(cluster), string.Join('\n', lines) + "\n");
    }

    /// <summary>Of the server that was started last, as it notes it for later; null where none was.</summary>
    public static string? CommandLine(string cluster)
    {
        var options = Path.Combine(cluster, "postmaster.opts");
        return File.Exists(options) ? File.ReadAllText(options) : null;
    }

    string? WorkingFolder()
    {
        try
        {
            return new FileInfo($"/proc/{Pid}/cwd").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static string PathIn(string cluster) => Path.Combine(cluster, "postmaster.pid");

    static int? Number(string line) =>
        int.TryParse(line.Trim(), CultureInfo.InvariantCulture, out var number) ? Math.Abs(number) : null;
}
