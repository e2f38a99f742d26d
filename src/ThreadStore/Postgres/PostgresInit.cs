namespace ThreadStore.Postgres;

/// <summary>Makes a new cluster. Only inside the lease's mutex.</summary>
static class PostgresInit
{
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <summary>Lasting settings; a person may change them in the same file.</summary>
    /// <remarks>
    /// fsync, synchronous_commit and full_page_writes are not here: their defaults are on, and a comment that was
    /// acknowledged is on disk. Our queries take milliseconds, less than compiling them (jit).
    /// </remarks>
    const string Settings = """

        # ThreadStore
        unix_socket_directories = ''
        max_connections = 200
        shared_buffers = 256MB
        max_wal_size = 2GB
        jit = off

        """;

    /// <summary>Makes the cluster under a passing name and renames it: what has the name is complete.</summary>
    public static async Task CreateAsync(
        PostgresCluster cluster,
        PostgresBinaries binaries,
        CancellationToken ct
    )
    {
        if (Directory.Exists(cluster.Folder))
            SetAside(cluster);
        var unfinished = cluster.Folder + ".tmp";
        var passwordFile = unfinished + ".password";
        ClusterFolder.CreateEmpty(unfinished);
        File.Delete(passwordFile);
        ClusterFolder.WritePrivately(passwordFile, cluster.Password);
        try
        {
            var account = await ServerAccount.ForAsync(unfinished, ct);
            if (account is not null)
            {
                await account.OwnAsync(unfinished, ct);
                await account.OwnAsync(passwordFile, ct);
            }
            await RunInitDbAsync(binaries, unfinished, passwordFile, account, ct);
            File.AppendAllText(Path.Combine(unfinished, "postgresql.conf"), Settings);
            Directory.Move(unfinished, cluster.Folder);
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    // Whoever made it, it may hold something: never deleted.
    static void SetAside(PostgresCluster cluster)
    {
        var aside = $"{cluster.Folder}.unfinished-{Guid.CreateVersion7():N}";
        cluster.Log(
            $"{cluster.Folder} is not a complete PostgreSQL cluster: it is now {aside}, and a new one is made."
        );
        Directory.Move(cluster.Folder, aside);
    }

    static async Task RunInitDbAsync(
        PostgresBinaries binaries,
        string folder,
        string passwordFile,
        ServerAccount? account,
        CancellationToken ct
    )
    {
        var options = new ChildOptions
        {
            Account = account,
            Reach = [folder, passwordFile],
            Timeout = Timeout,
        };
        var output = "";
        foreach (var locale in Locales(binaries.Major))
        {
            string[] arguments =
            [
                .. new[] { "-D", folder, "-U", PostgresConnection.User, "--pwfile", passwordFile },
                .. new[] { "-A", "scram-sha-256", "-E", "UTF8" },
                .. locale,
            ];
            ChildResult result;
            try
            {
                result = await ChildProcess.RunAsync(binaries.InitDb, arguments, options, ct);
            }
            catch (Exception e) when (e is TimeoutException or System.ComponentModel.Win32Exception)
            {
                result = new ChildResult(-1, e.Message);
            }
            if (result.ExitCode == 0)
                return;
            output = result.Output;
            if (!output.Contains("locale", StringComparison.Ordinal))
                break;
        }
        var reason = output
            .Split('\n')
            .LastOrDefault(l => l.Contains("error", StringComparison.OrdinalIgnoreCase));
        throw new PostgresUnavailableException(
            $"PostgreSQL {binaries.Major} could not make its cluster in {folder}: {(reason ?? output).Trim()}"
        );
    }

    // Text is ordered by code point: the same on every machine and after every upgrade of the C library, whose
    // rules for languages change and silently break indexes (cursors and unique keys hang on them). What is a letter
    // and what is its lower case (search, ilike) is Unicode's where the machine can do it: built into the server
    // from 17 on, the C library's C.UTF-8 before and for full text search.
    static IEnumerable<string[]> Locales(int major)
    {
        string[] order =
            major >= 17
                ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
                : ["--locale=C"];
        yield return [.. order, "--lc-ctype=" + (OperatingSystem.IsMacOS() ? "en_US.UTF-8" : "C.UTF-8")];
        yield return order;
    }
}
