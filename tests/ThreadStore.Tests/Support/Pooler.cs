using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using ThreadStore.Benchmarks;
using ThreadStore.Postgres;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>A pooler of Debian's packages before a PostgreSQL, on a free port of the loopback address.</summary>
sealed class Pooler : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly string folder;
    readonly Process process;
    readonly StringBuilder said = new();

    Pooler(string folder, Process process, string connectionString)
    {
        (this.folder, this.process, ConnectionString) = (folder, process, connectionString);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The database behind it.</summary>
    public string ConnectionString { get; }

    void Keep(string? line)
    {
        lock (said)
            said.AppendLine(line);
    }

    /// <summary>As docs/operations.md has it, but for the mode.</summary>
    public static Task<Pooler> PgBouncerAsync(string connectionString, string mode) =>
        StartAsync(
            "pgbouncer",
            connectionString,
            (to, port, _) =>
                $"""
                    [databases]
                    * = host=127.0.0.1 port={to.Port}

                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = {port}
                    unix_socket_dir =
                    auth_type = scram-sha-256
                    auth_file = users
                    pool_mode = {mode}
                    default_pool_size = 40
                    max_client_conn = 200
                    """,
            file => [file],
            ("users", to => $"\"{to.Username}\" \"{to.Password}\"\n")
        );

    /// <param name="standby">Port of the second server.</param>
    public static Task<Pooler> PgpoolAsync(string connectionString, int standby, bool sharesOut) =>
        StartAsync(
            "pgpool",
            connectionString,
            (to, port, folder) =>
                $"""
                    backend_clustering_mode = 'streaming_replication'
                    listen_addresses = '127.0.0.1'
                    port = {port}
                    pcp_listen_addresses = ''
                    socket_dir = '{folder}'
                    unix_socket_directories = '{folder}'
                    pcp_socket_dir = '{folder}'
                    pid_file_name = '{folder}/pid'
                    logdir = '{folder}'
                    num_init_children = 64
                    backend_hostname0 = '127.0.0.1'
                    backend_port0 = {to.Port}
                    backend_weight0 = 1
                    backend_hostname1 = '127.0.0.1'
                    backend_port1 = {standby}
                    backend_weight1 = 1
                    load_balance_mode = {(sharesOut ? "on" : "off")}
                    sr_check_period = 1
                    sr_check_user = '{to.Username}'
                    sr_check_database = 'postgres'
                    """,
            file =>
                [
                    "-n",
                    "-f",
                    file,
                    "-F",
                    Path.Combine(Path.GetDirectoryName(file)!, "pcp.conf"),
                    "-a",
                    Path.Combine(Path.GetDirectoryName(file)!, "hba.conf"),
                ],
            ("pcp.conf", _ => "\n"),
            ("hba.conf", _ => "\n")
        );

    public static bool HasPgpool => Find("pgpool") is not null;

    static string? Find(string program) =>
        (
            (string[])
                [
                    .. Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [],
                    "/usr/sbin",
                    "/usr/bin",
                    "/usr/local/bin",
                ]
        )
            .Select(f => Path.Combine(f, program))
            .FirstOrDefault(File.Exists);

    static async Task<Pooler> StartAsync(
        string program,
        string connectionString,
        Func<NpgsqlConnectionStringBuilder, int, string, string> settings,
        Func<string, string[]> arguments,
        params (string Name, Func<NpgsqlConnectionStringBuilder, string> Content)[] more
    )
    {
        var path = Find(program);
        Assert.SkipWhen(path is null, $"There is no {program} on this machine.");
        var to = new NpgsqlConnectionStringBuilder(connectionString);
        var port = CopiedCluster.FreePort();
        var folder = Directory.CreateTempSubdirectory($"threadstore-{program}-").FullName;
        var file = Path.Combine(folder, "settings");
        await File.WriteAllTextAsync(file, settings(to, port, folder));
        foreach (var (name, content) in more)
            await File.WriteAllTextAsync(Path.Combine(folder, name), content(to));
        // both refuse root, as PostgreSQL does
        var account = await ServerAccount.ForAsync(folder, CancellationToken.None);
        if (account is not null)
            await account.OwnAsync(folder, CancellationToken.None);
        var (run, prefix) = account?.Command(path, [folder]) ?? (path, []);
        var start = new ProcessStartInfo(run, [.. prefix, .. arguments(file)])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var pooler = new Pooler(
            folder,
            Process.Start(start)!,
            new NpgsqlConnectionStringBuilder(connectionString) { Port = port }.ConnectionString
        );
        await Until.TrueAsync(() => pooler.AnswersAsync(), $"{program} answers: {pooler.said}", Patience);
        return pooler;
    }

    async Task<bool> AnswersAsync()
    {
        lock (said)
            Assert.False(process.HasExited, $"It ended: {said}");
        try
        {
            await using var database = NpgsqlDataSource.Create($"{ConnectionString};Pooling=false;Timeout=5");
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Pgpool stops its children at this; SIGINT is its fast way
        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
