using System.Diagnostics;
using Npgsql;
using ThreadStore.Postgres;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.EventStore;

/// <summary>A database that keeps its connections and says nothing: stopped by a debugger, or waiting for its disk.</summary>
public sealed class FrozenDatabaseTests(Store store)
{
    /// <summary>A second is the aim; these machines are shared, and whatever hangs takes longer.</summary>
    static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(30);

    const int Each = 10;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_it_is_frozen_requests_are_refused_and_afterwards_all_goes_on(bool byUnixSocket)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells which connections are whose.");
        var folder = Directory.CreateTempSubdirectory("threadstore-frozen-").FullName;
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(folder, _ => { });
            var socket = byUnixSocket ? await OpenSocketAsync(postgres, folder) : null;
            await using var again = await EmbeddedPostgres.StartAsync(folder, _ => { });
            var connectionString = new NpgsqlConnectionStringBuilder(again.ConnectionString);
            connectionString.Host = socket ?? connectionString.Host;
            await using var node = await Node.StartAsync(
                store,
                connectionString.ConnectionString,
                ("ThreadStore:SilenceMilliseconds", "1000")
            );
            var site = await node.ASiteAsync();
            (await site.PutArticleAsync("a")).Expect(201);
            var comment = await site.ACommentAsync("a", "ada", "Before");
            await using var live = await LiveReader.OpenAsync(
                node.Client,
                $"/v1/sites/{site.Key}/articles/a/live"
            );

            await using (await Frozen.FreezeAsync(folder))
            {
                // what is under way when it happens, and what comes later
                await AssertRefusedAsync(node, site, comment);
                Assert.True(node.Positions.IsSilent);
                await AssertRefusedAsync(node, site, comment);
            }

            await Until.TrueAsync(
                async () => (await site.GetAsync($"/comments/{comment}")).Status == 200,
                "a comment is read again"
            );
            var after = await site.ACommentAsync("a", "ada", "After");
            // what was refused may have been committed all the same, and is told too
            while (
                await live.NextAsync() is var item
                && (item.Name != "comment-published" || item.Comment != after)
            ) { }
            // what was seen just now is told for a moment
            await Until.TrueAsync(
                async () => (await Store.SendAsync(node.Client, "GET", "/health/ready")).Status == 200,
                "the server is ready"
            );
            await node.AssertRowsFollowFromEventsAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Has the server listen by a file, from its next start on, and stops it.</summary>
    static async Task<string> OpenSocketAsync(EmbeddedPostgres postgres, string folder)
    {
        var sockets = Directory.CreateDirectory(Path.Combine(folder, "sockets")).FullName;
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException();
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(sockets, (UnixFileMode)0b111_111_111);
        await using (var database = NpgsqlDataSource.Create(postgres.ConnectionString))
        await using (
            var command = database.CreateCommand($"alter system set unix_socket_directories = '{sockets}'")
        )
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await postgres.DisposeAsync();
        return sockets;
    }

    static async Task AssertRefusedAsync(Node node, TestSite site, Guid comment)
    {
        var requests = Enumerable
            .Range(0, Each)
            .SelectMany(n =>
                (Task<Reply>[])
                    [
                        site.GetAsync($"/comments/{comment}"),
                        site.GetAsync($"/articles/a/comments?limit={n % 100 + 1}"),
                        site.PostAsync("a", "ada", $"While it is frozen {Guid.NewGuid()}"),
                    ]
            );
        var ready = node.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        foreach (var reply in await Task.WhenAll(requests).WaitAsync(AtOnce))
            Assert.True(reply.Expect(503, "unavailable").Headers.ContainsKey("Retry-After"));
        using var health = await ready.WaitAsync(AtOnce);
        Assert.Equal(503, (int)health.StatusCode);
    }

    /// <summary>All processes of a PostgreSQL, stopped until they are let go.</summary>
    sealed class Frozen(IReadOnlyList<int> all) : IAsyncDisposable
    {
        public static async Task<Frozen> FreezeAsync(string folder)
        {
            var cluster = ClusterFolder.Existing(Path.Combine(folder, "postgres"))!.Value.Folder;
            var postmaster = PostmasterFile.Read(cluster)!.Pid;
            // first, so that it starts no more of them
            await SignalAsync("STOP", postmaster);
            var children = Directory
                .EnumerateDirectories("/proc")
                .Select(d => int.TryParse(Path.GetFileName(d), out var pid) ? pid : 0)
                .Where(pid => pid > 0 && ParentOf(pid) == postmaster)
                .ToList();
            foreach (var child in children)
                await SignalAsync("STOP", child);
            return new([.. children, postmaster]);
        }

        static int ParentOf(int pid)
        {
            try
            {
                var stat = File.ReadAllText($"/proc/{pid}/stat");
                return int.Parse(
                    stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1],
                    System.Globalization.CultureInfo.InvariantCulture
                );
            }
            catch (IOException)
            {
                return 0; // it has ended
            }
        }

        static async Task SignalAsync(string signal, int pid)
        {
            using var kill = Process.Start("kill", [$"-{signal}", $"{pid}"]);
            await kill.WaitForExitAsync();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var pid in all)
                await SignalAsync("CONT", pid);
        }
    }
}
