using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Postgres;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Commands;

/// <summary>Commands begin nothing that they can't finish, and leave nothing behind when they are ended.</summary>
public sealed class OrderlyEndTests : IDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly ThreadStoreProgram program = new();

    public void Dispose() => program.Dispose();

    /// <summary>A server that ran once and has a site with a comment.</summary>
    async Task HaveASiteAsync()
    {
        var server = await program.ServeAsync();
        var admin = Store.Token("*", "root", Role.Admin);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/sites/s")
        {
            Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", admin);
        (await server.Client.SendAsync(request, Ct)).EnsureSuccessStatusCode();
        Assert.Equal(0, await server.TerminateAsync(TimeSpan.FromSeconds(60)));
        Assert.Null(program.Postmaster());
    }

    /// <summary>Holds the events, so that whoever reads them waits; and is a user of the database.</summary>
    sealed class Held(EmbeddedPostgres postgres, NpgsqlConnection connection) : IAsyncDisposable
    {
        public static async Task<Held> EventsAsync(ThreadStoreProgram program)
        {
            var postgres = await EmbeddedPostgres.StartAsync(program.DataFolder, _ => { }, ct: Ct);
            var settings = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Pooling = false };
            var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(Ct);
            await using var command = new NpgsqlCommand(
                "begin; lock table threadstore.mt_events in access exclusive mode",
                connection
            );
            await command.ExecuteNonQueryAsync(Ct);
            return new(postgres, connection);
        }

        public async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            await postgres.DisposeAsync();
        }
    }

    /// <summary>Waits for what a command does first.</summary>
    static Task SeeAsync(Process command, Func<bool> there) =>
        Until.TrueAsync(
            () =>
            {
                if (command.HasExited && !there())
                    Assert.Fail($"It ended: {command.StandardError.ReadToEnd()}");
                return Task.FromResult(there());
            },
            "it begins",
            TimeSpan.FromMinutes(3)
        );

    [Theory]
    [InlineData("-TERM")]
    [InlineData("-INT")]
    public async Task A_server_that_is_ended_in_its_first_second_leaves_no_PostgreSQL(string signal)
    {
        if (signal == "-INT" && IsInterruptIgnored())
            Assert.Skip(
                "Whoever started the tests had them ignore Ctrl-C, and so do the programs that they start."
            );
        var serve = program.Begin("serve");
        await SeeAsync(serve, () => Directory.Exists(Path.Combine(program.DataFolder, "postgres")));

        var ran = await ThreadStoreProgram.EndAsync(serve, signal);

        Assert.True(ran.ExitCode == 0, ran.Error);
        Assert.Null(program.Postmaster());
    }

    /// <summary>As a shell sets it for what runs in the background.</summary>
    static bool IsInterruptIgnored() =>
        File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status")
            .FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))
            is { } mask
        && (Convert.ToUInt64(mask[7..].Trim(), 16) & 2) != 0;

    [Fact]
    public async Task Commands_that_are_ended_take_away_what_is_half_done_and_two_replays_are_kept_apart()
    {
        await HaveASiteAsync();
        var (file, lake) = (Path.Combine(program.Folder, "s.ndjson"), Path.Combine(program.Folder, "lake"));
        await using (await Held.EventsAsync(program))
        {
            var export = program.Begin("export", "--site", "s", "--out", file);
            await SeeAsync(export, () => File.Exists($"{file}.part"));
            var ended = await ThreadStoreProgram.EndAsync(export, "-TERM");
            Assert.True(ended.ExitCode == 1, ended.Error);
            Assert.Equal("It was ended before it was done.", ended.ErrorLines[^1]);
            Assert.False(File.Exists($"{file}.part"));

            // frozen, it writes for as long as the second takes to begin
            var replay = program.Begin("replay", "--site", "s", "--out", lake);
            await SeeAsync(replay, () => File.Exists(Path.Combine(lake, ".replay.lock")));
            await ThreadStoreProgram.SignalAsync(replay, "-STOP");
            var second = (await program.RunAsync("replay", "--site", "s", "--out", lake)).Expect(1);
            Assert.Contains("Another replay", Assert.Single(second.ErrorLines), StringComparison.Ordinal);
            await ThreadStoreProgram.SignalAsync(replay, "-TERM");
            ended = await ThreadStoreProgram.EndAsync(replay, "-CONT");
            Assert.True(ended.ExitCode == 1, ended.Error);
            Assert.False(Directory.Exists(lake));

            // one that is killed outright holds nobody up
            replay = program.Begin("replay", "--site", "s", "--out", lake);
            await SeeAsync(replay, () => File.Exists(Path.Combine(lake, ".replay.lock")));
            await ThreadStoreProgram.EndAsync(replay, "-KILL");
        }
        (await program.RunAsync("replay", "--site", "s", "--out", lake)).Expect(0);
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(lake),
            e => Path.GetFileName(e).StartsWith('.')
        );
        Assert.Null(program.Postmaster());
    }

    [Theory]
    [InlineData("doctor")]
    [InlineData("export --site a --out a.ndjson")]
    [InlineData("report activity --site a")]
    [InlineData("replay --site a --out lake")]
    [InlineData("rebuild")]
    [InlineData("projections list")]
    [InlineData("describe")]
    public async Task What_only_reads_makes_no_database(string arguments)
    {
        var ran = (await program.RunAsync(arguments.Split(' '))).Expect(1);

        Assert.Contains(program.DataFolder, Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(program.Folder));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("ftp://127.0.0.1:5080")]
    [InlineData("http://127.0.0.1:80x")]
    // of nobody (RFC 5737)
    [InlineData("http://192.0.2.1:5080")]
    [InlineData(null)]
    public async Task An_address_that_can_not_be_listened_on_is_told_in_one_sentence(string? url)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        url ??= $"http://{taken.LocalEndpoint}";

        var ran = (await program.RunAsync(["serve"], ("ASPNETCORE_URLS", url))).Expect(1);

        Assert.Empty(ran.Out);
        Assert.Contains("ASPNETCORE_URLS", Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(program.Folder));
    }

    [Theory]
    [InlineData("ThreadStore__MetricsUrls", "nonsense")]
    [InlineData("ThreadStore__PathBase", "news")]
    [InlineData("ThreadStore__TrustedProxies", "10.1")]
    public async Task A_setting_that_is_none_is_told_in_one_sentence(string name, string value)
    {
        var ran = (await program.RunAsync(["serve"], (name, value))).Expect(1);

        Assert.Empty(ran.Out);
        Assert.Contains(name, Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(program.Folder));
    }

    [Fact]
    public async Task Martens_rebuild_names_the_one_that_is_safe()
    {
        var ran = (await program.RunAsync("projections", "rebuild", "--projection", "Reports")).Expect(1);

        Assert.Contains("threadstore rebuild", Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
        (await program.RunAsync("storage", "counts")).Expect(2);
    }
}
