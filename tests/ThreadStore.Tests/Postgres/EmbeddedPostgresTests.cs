using System.Diagnostics;
using Npgsql;
using ThreadStore.Postgres;
using Xunit;

namespace ThreadStore.Tests.Postgres;

/// <summary>With real servers, each test in a folder of its own, which as root only root can enter.</summary>
public sealed class EmbeddedPostgresTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly string _folder = Directory.CreateTempSubdirectory("threadstore-pg-").FullName;
    readonly List<string> _log = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Data_survive_a_restart()
    {
        await using (var first = await StartAsync())
        {
            await ExecuteAsync(first, "create table kept (body text)");
            await ExecuteAsync(first, "insert into kept values ('Zoë said: ok')");
        }
        Assert.Null(Postmaster());

        await using var second = await StartAsync();
        Assert.Equal("Zoë said: ok", await ExecuteAsync(second, "select body from kept"));
    }

    [Fact]
    public async Task Text_is_ordered_by_code_point_and_letters_are_those_of_Unicode()
    {
        await using var postgres = await StartAsync();

        Assert.Equal(
            "B,a,é",
            await ExecuteAsync(
                postgres,
                "select string_agg(x, ',' order by x) from unnest('{a,é,B}'::text[]) x"
            )
        );
        Assert.Equal("école", await ExecuteAsync(postgres, "select lower('École')"));
        Assert.Equal("UTF8", await ExecuteAsync(postgres, "show server_encoding"));
    }

    [Fact]
    public async Task What_is_acknowledged_is_on_disk()
    {
        await using var postgres = await StartAsync();

        foreach (var setting in new[] { "fsync", "synchronous_commit", "full_page_writes" })
            Assert.Equal("on", await ExecuteAsync(postgres, $"show {setting}"));
        Assert.Equal("127.0.0.1", await ExecuteAsync(postgres, "show listen_addresses"));
        Assert.Equal("256MB", await ExecuteAsync(postgres, "show shared_buffers"));
    }

    [Fact]
    public async Task The_last_of_those_who_share_a_server_stops_it()
    {
        var first = await StartAsync();
        var second = await StartAsync();
        Assert.Equal(first.ConnectionString, second.ConnectionString);

        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.Equal(1, await ExecuteAsync(second, "select 1"));

        await second.DisposeAsync();
        Assert.Null(Postmaster());
    }

    [Fact]
    public async Task Starts_at_the_same_time_share_one_server()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(StartAsync)));

        Assert.Single(all.Select(p => p.ConnectionString).Distinct());

        await Task.WhenAll(all.Select(p => p.DisposeAsync().AsTask()));
        Assert.Null(Postmaster());
    }

    [Fact]
    public async Task A_server_that_outlived_its_process_is_taken_over()
    {
        await using (var postgres = await StartAsync())
            await ExecuteAsync(postgres, "create table kept (body text)");
        // as after kill -9 of our process: the server runs and nobody holds a lease
        var home = Path.Combine(_folder, "data", "postgres");
        var (cluster, major) = Assert.NotNull(ClusterFolder.Existing(home));
        var orphan = new PostgresCluster(cluster, major, ClusterFolder.Password(home), _log.Add);
        var binaries = Assert.IsType<PostgresBinaries>(PostgresBinaries.OfCluster(cluster, major));
        var port = await orphan.StartAsync(binaries, default);
        var pid = Postmaster()?.Pid;

        await using (var postgres = await StartAsync())
        {
            Assert.Contains($"Port={port};", postgres.ConnectionString, StringComparison.Ordinal);
            Assert.Equal(pid, Postmaster()?.Pid);
            Assert.Equal(0L, await ExecuteAsync(postgres, "select count(*) from kept"));
        }
        Assert.Null(Postmaster());
    }

    [Fact]
    public async Task A_killed_server_recovers_on_its_port()
    {
        await using var killed = await StartAsync();
        await ExecuteAsync(killed, "create table kept (body text)");
        await ExecuteAsync(killed, "insert into kept values ('ok')");
        using (var server = Process.GetProcessById(Assert.IsType<PostmasterFile>(Postmaster()).Pid))
        {
            server.Kill();
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await using var recovered = await StartAsync();

        Assert.Equal("ok", await ExecuteAsync(recovered, "select body from kept"));
        // other processes know it by this address
        Assert.Equal(killed.ConnectionString, recovered.ConnectionString);
    }

    [Fact]
    public async Task A_stale_pid_file_is_no_obstacle()
    {
        await using (var postgres = await StartAsync())
            await ExecuteAsync(postgres, "create table kept (body text)");
        var pidFile = Path.Combine(Cluster, "postmaster.pid");
        File.WriteAllText(
            pidFile,
            $"{Environment.ProcessId}\n{Cluster}\n1700000000\n1\n\n127.0.0.1\n 1 1\nready\n"
        );

        await using var again = await StartAsync();

        Assert.Equal(0L, await ExecuteAsync(again, "select count(*) from kept"));
    }

    [Fact]
    public async Task A_pid_file_that_names_a_server_of_another_folder_is_no_obstacle()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells in which folder a process works");
        await using var other = await StartAsync("other");
        var otherPid = File.ReadLines(PidFile("other")).First();
        await using (var postgres = await StartAsync())
            await ExecuteAsync(postgres, "create table kept (body text)");
        File.Copy(PidFile("other"), PidFile("data"));

        await using var again = await StartAsync();

        Assert.NotEqual(other.ConnectionString, again.ConnectionString);
        Assert.Equal(0L, await ExecuteAsync(again, "select count(*) from kept"));
        Assert.Equal(otherPid, File.ReadLines(PidFile("other")).First());
        Assert.Equal(1, await ExecuteAsync(other, "select 1"));
    }

    [Fact]
    public async Task A_taken_port_is_left_to_its_owner()
    {
        await using (var postgres = await StartAsync())
            await ExecuteAsync(postgres, "create table kept (body text)");
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var taken = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        // the last port of a server that crashed
        File.WriteAllText(
            PidFile("data"),
            $"999999999\n{Cluster}\n1700000000\n{taken}\n\n127.0.0.1\n 1 1\nready\n"
        );

        await using var again = await StartAsync();

        Assert.DoesNotContain($"Port={taken};", again.ConnectionString, StringComparison.Ordinal);
        Assert.Equal(0L, await ExecuteAsync(again, "select count(*) from kept"));
    }

    [Fact]
    public async Task An_interrupted_initdb_is_made_again_and_nothing_is_deleted()
    {
        await using (await StartAsync()) { }
        var major = Path.GetFileName(Cluster);
        var home = Path.Combine(_folder, "data", "postgres");
        Directory.Move(Cluster, Path.Combine(home, major + ".tmp"));
        Directory.CreateDirectory(Path.Combine(home, major));
        File.WriteAllText(Path.Combine(home, major, "PG_VERSION"), major);

        await using var postgres = await StartAsync();

        Assert.Equal(1, await ExecuteAsync(postgres, "select 1"));
        var aside = Assert.Single(Directory.GetDirectories(home, $"{major}.unfinished-*"));
        Assert.True(File.Exists(Path.Combine(aside, "PG_VERSION")));
        Assert.False(Directory.Exists(Path.Combine(home, major + ".tmp")));
    }

    [Fact]
    public async Task Only_their_owner_can_read_the_data_and_the_password()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes");
        await using var postgres = await StartAsync();

        var password = Path.Combine(_folder, "data", "postgres", "password");
        Assert.Equal("600", ModeOf(password));
        Assert.Equal("700", ModeOf(Cluster));
        Assert.Equal(Environment.IsPrivilegedProcess ? "711" : "700", ModeOf(postgres.DataFolder));
    }

    [Fact]
    public async Task A_start_that_is_called_off_leaves_no_server()
    {
        await using (await StartAsync()) { }
        using var off = new CancellationTokenSource();
        var start = EmbeddedPostgres.StartAsync(Path.Combine(_folder, "data"), _log.Add, ct: off.Token);
        await UntilAsync(() => Postmaster() is not null || start.IsCompleted);
        await off.CancelAsync();

        try
        {
            await (await start).DisposeAsync();
        }
        catch (OperationCanceledException) { }

        Assert.Null(Postmaster());
    }

    string Cluster =>
        Assert.NotNull(ClusterFolder.Existing(Path.Combine(_folder, "data", "postgres"))).Folder;

    string PidFile(string name) =>
        Path.Combine(
            Assert.NotNull(ClusterFolder.Existing(Path.Combine(_folder, name, "postgres"))).Folder,
            "postmaster.pid"
        );

    PostmasterFile? Postmaster() => PostmasterFile.Read(Cluster);

    Task<EmbeddedPostgres> StartAsync() => StartAsync("data");

    Task<EmbeddedPostgres> StartAsync(string name) =>
        EmbeddedPostgres.StartAsync(Path.Combine(_folder, name), _log.Add);

    static async Task<object?> ExecuteAsync(EmbeddedPostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < Patience, "it did not happen in time");
            await Task.Delay(5);
        }
    }

    static string ModeOf(string path) =>
        OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
