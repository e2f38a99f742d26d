using System.Diagnostics;
using Npgsql;
using ThreadStore.Postgres;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Appending;

/// <summary>The real program with its own PostgreSQL, killed and stopped under load.</summary>
public sealed class CrashTests(Store store)
{
    /// <summary>An orchestrator kills what has not ended by then.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_was_answered_survives_kill_9_of_server_and_database_once(int databases)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var random = new Random();
        using var program = new ThreadStoreProgram();
        await using var outside = databases == 1 ? null : await StartPostgresAsync(program);
        var environment = await EnvironmentAsync(outside);
        CrashLoad[] loads =
            databases == 1
                ? [new(store)]
                : [new(store, "crash-main", "main"), new(store, "crash-news", "news")];
        var server = await program.ServeAsync(environment);
        foreach (var load in loads)
            await load.PrepareAsync(server);
        for (var round = 0; round < Endurance.Kills(databases == 1 ? 2 : 1); round++)
        {
            var writing = Task.WhenAll(loads.Select(l => l.WriteAsync(server)));
            // sooner or later: while some are on their way, and others done
            await Task.WhenAll(loads.Select(l => l.UntilAsync(answered: random.Next(20, 200))));
            using (var postmaster = Assert.IsType<Process>(program.Postmaster()))
            {
                var first = random.Next(2) == 0 ? server.KillAsync() : KillAsync(postmaster);
                await Task.WhenAll(first, server.KillAsync(), KillAsync(postmaster));
            }
            await writing;
            if (outside is not null)
                Assert.True(await outside.ReviveAsync(TestContext.Current.CancellationToken));
            server = await program.ServeAsync(environment);
            foreach (var load in loads)
                await load.AssertKeptAsync(server);
        }
        foreach (var load in loads)
        {
            await load.RepeatAllAsync(server);
            await load.AssertKeptAsync(server);
        }

        // positions that the crashes left out must not stop a rebuild; doctor compares all rows with the events
        if (databases == 1)
            (await program.RunAsync("rebuild")).Expect(0);
        foreach (var load in loads)
            (
                await program.RunAsync(
                    ["doctor", "--full", .. load.Database is { } name ? (string[])["--database", name] : []],
                    environment
                )
            ).Expect(0);
        Assert.Equal(0, await server.TerminateAsync(Grace));
        if (databases == 1)
            Assert.Null(program.Postmaster());
    }

    /// <summary>Where the program would have its own, so that it is found and ended in the same way.</summary>
    static Task<EmbeddedPostgres> StartPostgresAsync(ThreadStoreProgram program) =>
        EmbeddedPostgres.StartAsync(program.DataFolder, _ => { });

    /// <summary>Two databases of a PostgreSQL; none: the program has its own.</summary>
    static async Task<(string Name, string? Value)[]> EnvironmentAsync(EmbeddedPostgres? outside)
    {
        if (outside is null)
            return [];
        await using (var database = NpgsqlDataSource.Create(outside.ConnectionString))
        await using (var command = database.CreateCommand("create database news"))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var news = new NpgsqlConnectionStringBuilder(outside.ConnectionString) { Database = "news" };
        return
        [
            ("ThreadStore__Databases__main", outside.ConnectionString),
            ("ThreadStore__Databases__news", news.ConnectionString),
        ];
    }

    [Fact]
    public async Task A_server_that_is_told_to_stop_answers_what_it_took_and_ends()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        using var program = new ThreadStoreProgram();
        var load = new CrashLoad(store);
        var (server, writing) = await ServeUnderLoadAsync(program, load);

        Assert.Equal(0, await server.TerminateAsync(Grace));

        // none waits for an answer that never comes
        await writing.WaitAsync(Grace);
        Assert.Null(program.Postmaster());
        server = await program.ServeAsync();
        await load.AssertKeptAsync(server);
        // the first answer knows how far the history goes
        var site = load.On(server);
        var (newest, again) = (load.LastPosition, await site.GetAsync("/articles/a"));
        Assert.True(again.Position >= newest, $"{again.Position} < {newest}");
        Assert.Equal(0, await server.TerminateAsync(Grace));
    }

    [Fact]
    public async Task A_server_starts_its_own_database_again_when_that_was_killed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        using var program = new ThreadStoreProgram();
        var load = new CrashLoad(store);
        var (server, writing) = await ServeUnderLoadAsync(program, load);

        using (var postmaster = Assert.IsType<Process>(program.Postmaster()))
            await KillAsync(postmaster);

        await writing.WaitAsync(Grace);
        await load.WriteOneAgainAsync(server, Grace);
        await load.AssertKeptAsync(server);
        Assert.Equal(0, await server.TerminateAsync(Grace));
        Assert.Null(program.Postmaster());
    }

    /// <summary>A server that has answered some of those who write to it, and what they go on with.</summary>
    static async Task<(ServerProcess Server, Task Writing)> ServeUnderLoadAsync(
        ThreadStoreProgram program,
        CrashLoad load
    )
    {
        var server = await program.ServeAsync();
        await load.PrepareAsync(server);
        var writing = load.WriteAsync(server);
        await load.UntilAsync(answered: 50);
        return (server, writing);
    }

    static async Task KillAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
