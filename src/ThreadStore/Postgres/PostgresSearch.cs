using System.Globalization;

namespace ThreadStore.Postgres;

/// <summary>The places to look for PostgreSQL: this machine's, or those of a test.</summary>
/// <param name="MachineFolders">Folders that may hold server binaries, the best first; read lazily.</param>
/// <param name="Npm">The npm program, null where there is none.</param>
/// <param name="Containers">Whether a container may be tried.</param>
sealed record PostgresSearch(IEnumerable<string> MachineFolders, string? Npm, bool Containers)
{
    public static PostgresSearch ThisMachine =>
        new(FoldersOfThisMachine(), OnPath("npm"), ContainerPostgres.IsDeployed);

    /// <summary>The full path of a program in a folder of PATH, or null.</summary>
    public static string? OnPath(string program)
    {
        // npm is a script on Windows
        string[] names = OperatingSystem.IsWindows() ? [program + ".exe", program + ".cmd"] : [program];
        return PathFolders()
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }

    static IEnumerable<string> FoldersOfThisMachine()
    {
        foreach (var folder in PathFolders())
            yield return folder;
        if (AskPgConfig() is { } bindir)
            yield return bindir;
        foreach (var folder in UsualFolders())
            yield return folder;
    }

    static string[] PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );

    static string? AskPgConfig()
    {
        if (OnPath("pg_config") is not { } pgConfig)
            return null;
        try
        {
            var answer = ChildProcess
                .RunAsync(pgConfig, ["--bindir"], new() { Timeout = TimeSpan.FromSeconds(5) })
                .GetAwaiter()
                .GetResult();
            return answer.ExitCode == 0 ? answer.Output.Trim() : null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or TimeoutException)
        {
            return null;
        }
    }

    static IEnumerable<string> UsualFolders()
    {
        if (OperatingSystem.IsWindows())
        {
            var programs = Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles);
            return NewestFirst(Path.Combine(programs, "PostgreSQL"), "*", "bin");
        }
        return
        [
            .. NewestFirst("/usr/lib/postgresql", "*", "bin"), // Debian
            .. NewestFirst("/usr", "pgsql-*", "bin"), // PostgreSQL's own packages for Red Hat
            .. NewestFirst("/opt/homebrew/opt", "postgresql*", "bin"),
            .. NewestFirst("/usr/local/opt", "postgresql*", "bin"), // Homebrew on Intel
            .. NewestFirst("/home/linuxbrew/.linuxbrew/opt", "postgresql*", "bin"),
            .. NewestFirst("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
        ];
    }

    static IEnumerable<string> NewestFirst(string parent, string pattern, string child) =>
        Directory.Exists(parent)
            ? Directory
                .EnumerateDirectories(parent, pattern)
                .OrderByDescending(folder => MajorOf(Path.GetFileName(folder)))
                .Select(folder => Path.Combine(folder, child))
            : [];

    // by number: as text, 9 comes after 18
    static int MajorOf(string name) =>
        int.TryParse(
            string.Concat(name.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)),
            CultureInfo.InvariantCulture,
            out var major
        )
            ? major
            : 0;
}
