using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ThreadStore.Postgres;

/// <summary>A folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c> of one major version.</summary>
sealed partial record PostgresBinaries(string Folder, int Major)
{
    /// <summary>Marten's own lower limit.</summary>
    const int MinMajor = 13;

    public string InitDb => Tool(Folder, "initdb");

    public string PgCtl => Tool(Folder, "pg_ctl");

    /// <summary>The first complete set of tools in these folders, of the wanted major version if one is wanted.</summary>
    public static async Task<PostgresBinaries?> FindAsync(
        IEnumerable<string> folders,
        int? major,
        CancellationToken ct
    )
    {
        var seen = new HashSet<string>();
        foreach (var folder in folders)
        {
            if (!TryResolve(folder, out var real) || !seen.Add(real))
                continue;
            var binaries = await ProbeAsync(real, ct);
            if (binaries is not null && (major is null || binaries.Major == major))
                return binaries;
        }
        return null;
    }

    /// <summary>The tools that a cluster's server was started with last.</summary>
    public static PostgresBinaries? OfCluster(string cluster, int major)
    {
        if (PostmasterFile.CommandLine(cluster) is not { } line)
            return null;
        // the program comes first and without quotes, each argument in quotes
        var program = line.Split(" \"")[0];
        return Path.GetDirectoryName(program) is { Length: > 0 } folder && File.Exists(Tool(folder, "pg_ctl"))
            ? new PostgresBinaries(folder, major)
            : null;
    }

    /// <summary>Asks <c>postgres</c> for its version, which also proves that it runs on this machine.</summary>
    public static async Task<PostgresBinaries?> ProbeAsync(string folder, CancellationToken ct)
    {
        try
        {
            var answer = await ChildProcess.RunAsync(
                Tool(folder, "postgres"),
                ["--version"],
                new() { Timeout = TimeSpan.FromSeconds(10) },
                ct
            );
            return
                answer.ExitCode == 0
                && Version().Match(answer.Output) is { Success: true } match
                && int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) is >= MinMajor and var major
                ? new PostgresBinaries(folder, major)
                : null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or TimeoutException)
        {
            // made for another machine: as good as absent
            return null;
        }
    }

    // a link in a folder of PATH leads to the real folder, where the other tools and libraries are
    static bool TryResolve(string folder, [NotNullWhen(true)] out string? real)
    {
        real = null;
        try
        {
            var pgCtl = new FileInfo(Tool(folder, "pg_ctl"));
            if (!pgCtl.Exists)
                return false;
            real = Path.GetDirectoryName(
                pgCtl.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? pgCtl.FullName
            );
            return real is not null
                && File.Exists(Tool(real, "initdb"))
                && File.Exists(Tool(real, "postgres"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    static string Tool(string folder, string name) =>
        Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex Version();
}
