using System.Globalization;

namespace ThreadStore.Postgres;

/// <summary>The unprivileged account PostgreSQL runs under when we are root, whom it refuses.</summary>
/// <param name="Name">Its name, or its number where it has no name.</param>
/// <param name="Uid">Its number, as text.</param>
/// <param name="Gid">Its first group's number, as text.</param>
sealed record ServerAccount(string Name, string Uid, string Gid)
{
    static readonly TimeSpan ToolTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Null where no other account is needed.</summary>
    /// <remarks>
    /// An existing cluster keeps its owner, so that a single start by <c>sudo</c> does not lock out the person who
    /// made it.
    /// </remarks>
    public static async Task<ServerAccount?> ForAsync(string cluster, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return null;
        var owner = Directory.Exists(cluster) ? await OwnerAsync(cluster, ct) : "0";
        return owner == "0"
            ? Named("postgres") ?? Named("nobody") ?? new ServerAccount("nobody", "65534", "65534")
            : Numbered(owner) ?? new ServerAccount(owner, owner, owner);
    }

    /// <summary>Makes the account the owner of a file, or of a folder and all in it.</summary>
    public async Task OwnAsync(string path, CancellationToken ct)
    {
        var done = await ChildProcess.RunAsync(
            "chown",
            ["-R", Uid, path],
            new() { Timeout = ToolTimeout },
            ct
        );
        if (done.ExitCode != 0)
            throw new PostgresUnavailableException(
                $"{path} could not be given to the account {Name}: {done.Output}"
            );
    }

    /// <summary>
    /// The program and first arguments that run <paramref name="program"/> as this account; the program itself and
    /// no arguments where the runtime must change the account.
    /// </summary>
    /// <remarks>
    /// A checkout may lie below a folder that only root can enter (/root, <c>mktemp -d</c>). There, and only there,
    /// the server keeps the one capability that lets it pass: dac_override, which containers have by default, as
    /// they do not have the narrower dac_read_search.
    /// </remarks>
    public (string Program, string[] Arguments) Command(string program, IEnumerable<string> reach)
    {
        var blocked = reach.Append(Path.GetDirectoryName(program) ?? "/").FirstOrDefault(IsBlocked);
        if (SetPriv() is not { } setPriv)
        {
            return blocked is null
                ? (program, [])
                : throw new PostgresUnavailableException(
                    $"PostgreSQL does not run as root, and the account {Name} cannot enter {blocked}: choose another "
                        + "folder with ThreadStore__DataFolder, run as another user, or install setpriv (util-linux)."
                );
        }
        // access(2), by which initdb looks for postgres beside itself, heeds capabilities of accounts other than
        // root only with no_setuid_fixup
        string[] pass = blocked is null
            ? []
            : ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
        return (setPriv, [$"--reuid={Uid}", $"--regid={Gid}", "--clear-groups", .. pass, "--", program]);
    }

    // busybox has a setpriv that cannot change the account
    static string? SetPriv() =>
        PostgresSearch.OnPath("setpriv") is { } path
        && File.ResolveLinkTarget(path, returnFinalTarget: true)
            ?.Name.Contains("busybox", StringComparison.Ordinal)
            is not true
            ? path
            : null;

    // permissions of the owner and the group are left out: asking for the capability once too often does no harm
    static bool IsBlocked(string folder)
    {
        if (OperatingSystem.IsWindows())
            return false;
        for (var up = Path.GetDirectoryName(folder); up is not null; up = Path.GetDirectoryName(up))
        {
            if (Directory.Exists(up) && !File.GetUnixFileMode(up).HasFlag(UnixFileMode.OtherExecute))
                return true;
        }
        return false;
    }

    static ServerAccount? Named(string name) => Accounts().FirstOrDefault(a => a.Name == name);

    static ServerAccount? Numbered(string uid) => Accounts().FirstOrDefault(a => a.Uid == uid);

    static IEnumerable<ServerAccount> Accounts() =>
        File.Exists("/etc/passwd")
            ? File.ReadLines("/etc/passwd")
                .Select(line => line.Split(':'))
                .Where(fields => fields.Length > 3 && IsNumber(fields[2]) && IsNumber(fields[3]))
                .Select(fields => new ServerAccount(fields[0], fields[2], fields[3]))
            : [];

    // macOS gives nobody a negative number, which chown and setuid do not take as text
    static bool IsNumber(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    static async Task<string> OwnerAsync(string path, CancellationToken ct)
    {
        string[] format = OperatingSystem.IsLinux() ? ["-c", "%u"] : ["-f", "%u"];
        var answer = await ChildProcess.RunAsync(
            "stat",
            [.. format, path],
            new() { Timeout = ToolTimeout },
            ct
        );
        return answer.ExitCode == 0 ? answer.Output : "0";
    }
}
