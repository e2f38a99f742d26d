using System.Net;
using System.Net.Sockets;
using Npgsql;
using ThreadStore.Postgres;

namespace ThreadStore.Benchmarks;

/// <summary>A PostgreSQL that was copied from a running one by <c>pg_basebackup</c>: a standby of it, or a backup.</summary>
sealed class CopiedCluster : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly string folder;
    readonly PostgresBinaries binaries;
    readonly ServerAccount? account;
    bool isRunning;

    CopiedCluster(string folder, PostgresBinaries binaries, ServerAccount? account, int port, string original)
    {
        (this.folder, this.binaries, this.account, Port) = (folder, binaries, account, port);
        ConnectionString = new NpgsqlConnectionStringBuilder(original) { Port = port }.ConnectionString;
    }

    public int Port { get; }
    public string ConnectionString { get; }
    string Data => Path.Combine(folder, "data");

    /// <summary>The binaries of a cluster have what copies it.</summary>
    public static bool IsPossible(string dataFolder) => File.Exists(Tool(BinariesOf(dataFolder).Binaries));

    static (string Cluster, PostgresBinaries Binaries) BinariesOf(string dataFolder)
    {
        var (cluster, major) = ClusterFolder
            .Existing(Path.Combine(dataFolder, ClusterFolder.HomeName))!
            .Value;
        return (cluster, PostgresBinaries.OfCluster(cluster, major)!);
    }

    static string Tool(PostgresBinaries binaries) => Path.Combine(binaries.Folder, "pg_basebackup");

    /// <param name="original">How to connect to it.</param>
    /// <param name="dataFolder">Of the original.</param>
    /// <param name="port">Null: a free one.</param>
    /// <param name="follows">It goes on as a standby of the original; otherwise it stays as it was now.</param>
    /// <param name="folder">Where it is made, empty; null: a temporary one.</param>
    public static async Task<CopiedCluster> CopyAsync(
        string original,
        string dataFolder,
        bool follows,
        int? port = null,
        string? folder = null
    )
    {
        var (cluster, binaries) = BinariesOf(dataFolder);
        var account = await ServerAccount.ForAsync(cluster, CancellationToken.None);
        folder ??= Directory.CreateTempSubdirectory("threadstore-copy-").FullName;
        if (account is not null)
            await account.OwnAsync(folder, CancellationToken.None);
        var copy = new CopiedCluster(folder, binaries, account, port ?? FreePort(), original);
        var from = new NpgsqlConnectionStringBuilder(original);
        await copy.RunAsync(
            Tool(binaries),
            "-d",
            $"host=127.0.0.1 port={from.Port} user={from.Username} password={from.Password}",
            "-D",
            copy.Data,
            "-X",
            "stream",
            "-c",
            "fast",
            follows ? "-R" : "--no-sync"
        );
        return copy;
    }

    public async Task StartAsync()
    {
        isRunning = true;
        await RunAsync(
            binaries.PgCtl,
            "start",
            "-w",
            "-D",
            Data,
            "-l",
            Path.Combine(folder, "log"),
            "-o",
            $"-p {Port} -c listen_addresses=127.0.0.1"
        );
    }

    /// <summary>Ends a cluster as a machine that loses its power does.</summary>
    public static async Task CrashAsync(string dataFolder)
    {
        var (cluster, binaries) = BinariesOf(dataFolder);
        await RunAsync(
            binaries.PgCtl,
            await ServerAccount.ForAsync(cluster, CancellationToken.None),
            cluster,
            "stop",
            "-w",
            "-m",
            "immediate",
            "-D",
            cluster
        );
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString
        );
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    Task RunAsync(string program, params string[] arguments) => RunAsync(program, account, folder, arguments);

    static async Task RunAsync(
        string program,
        ServerAccount? account,
        string reach,
        params string[] arguments
    )
    {
        var ran = await ChildProcess.RunAsync(
            program,
            arguments,
            new()
            {
                Account = account,
                Reach = [reach],
                Timeout = Patience,
            }
        );
        if (ran.ExitCode != 0)
            throw new BenchmarkException($"{program}: {ran.Output}");
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>At once, whoever is connected.</summary>
    public async Task StopAsync()
    {
        if (!isRunning)
            return;
        isRunning = false;
        await RunAsync(binaries.PgCtl, "stop", "-w", "-m", "immediate", "-D", Data);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(folder, recursive: true);
    }
}
