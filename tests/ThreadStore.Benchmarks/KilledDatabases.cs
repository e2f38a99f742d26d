using System.Diagnostics;
using Npgsql;
using ThreadStore.Postgres;

namespace ThreadStore.Benchmarks;

/// <summary>Two databases, each a PostgreSQL of its own, that are killed and come back, and sites that move between them.</summary>
sealed class KilledDatabases : IAsyncDisposable
{
    static readonly string Folder = Path.GetFullPath(".threadstore/kills");

    readonly List<(string Name, string Folder, EmbeddedPostgres Postgres)> all = [];
    readonly string program;
    readonly string key;
    int moved;
    int cutOff;
    int failed;

    KilledDatabases(string program, string key) => (this.program, this.key) = (program, key);

    /// <param name="key">It signs tokens.</param>
    public static async Task<KilledDatabases> StartAsync(string program, string key, CancellationToken ct)
    {
        Discard();
        var databases = new KilledDatabases(program, key);
        foreach (var name in (string[])["main", "news"])
        {
            var folder = Path.Combine(Folder, name);
            databases.all.Add(
                (name, folder, await EmbeddedPostgres.StartAsync(folder, RunOptions.Log, ct: ct))
            );
        }
        return databases;
    }

    /// <summary>As in the environment of servers and commands.</summary>
    public Dictionary<string, string> Settings =>
        new(all.ToDictionary(d => $"ThreadStore__Databases__{d.Name}", d => d.Postgres.ConnectionString))
        {
            ["ThreadStore__SigningKey"] = key,
        };

    public MortalDatabases Mortal =>
        new(
            [
                .. all.Select(d => new MortalDatabase(
                    d.Name,
                    SiteOf(d.Name),
                    () => KillAsync(d.Folder),
                    d.Postgres.ReviveAsync
                )),
            ],
            MoveAsync,
            CheckAsync
        );

    static string SiteOf(string database) => $"{KilledNodes.Site}-{database}";

    public static IEnumerable<string> Sites => [SiteOf("main"), SiteOf("news")];

    /// <summary>What became of the moves.</summary>
    public string Moves =>
        $"{moved} moves of a site beside them, {failed} that said they could not, {cutOff} cut off by kill -9";

    /// <summary>The process from which all others of the server come.</summary>
    static async Task KillAsync(string folder)
    {
        var (cluster, _) = ClusterFolder.Existing(Path.Combine(folder, ClusterFolder.HomeName))!.Value;
        using var postmaster = Process.GetProcessById(PostmasterFile.Read(cluster)!.Pid);
        postmaster.Kill();
        await postmaster.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Half of the time a site is moved, and a quarter of these moves are killed at some time.</summary>
    async Task MoveAsync(CancellationToken ct)
    {
        if (Random.Shared.Next(2) == 0)
            return;
        var site = Sites.ElementAt(Random.Shared.Next(2));
        var isKilled = Random.Shared.Next(4) == 0;
        // wherever it is now: where it lives there already, what is left elsewhere is taken away
        var to = all[Random.Shared.Next(all.Count)].Name;
        var run = await ProgramRun.RunAsync(
            program,
            ["databases", "move", "--site", site, "--to", to],
            Settings,
            ct,
            isKilled ? TimeSpan.FromSeconds(8 * Random.Shared.NextDouble()) : null
        );
        var last = run.Output.Select(o => o.Text).LastOrDefault();
        if (run.ExitCode == 0)
            moved += last?.Contains("events moved", StringComparison.Ordinal) == true ? 1 : 0;
        else if (isKilled)
            cutOff++;
        else if (run.Error.Contains("   at ", StringComparison.Ordinal))
            throw new BenchmarkException($"The move of {site} to {to} ended in an exception:\n{run.Error}");
        else
            failed++;
        RunOptions.Log($"  move of {site} to {to}: {last ?? (isKilled ? "killed" : run.Error.Trim())}");
    }

    /// <summary>Takes away what movers left that were cut off, and looks whether each site is in one place and rows follow from events.</summary>
    /// <exception cref="BenchmarkException">It is not so.</exception>
    async Task CheckAsync(CancellationToken ct)
    {
        foreach (var site in Sites)
        {
            var home = await HomeAsync(site, ct);
            (
                await ProgramRun.RunAsync(
                    program,
                    ["databases", "move", "--site", site, "--to", home],
                    Settings,
                    ct
                )
            ).Expect($"Clearing what is left of {site}");
            foreach (var (name, _, postgres) in all)
                if (
                    await ScalarAsync(
                        postgres,
                        "select count(*) from threadstore.mt_events where tenant_id = $1",
                        site,
                        ct
                    )
                        is var events
                    && events > 0 != (name == home)
                )
                    throw new BenchmarkException(
                        $"{site} lives in {home} and has {events} events in {name}."
                    );
        }
        foreach (var (name, _, _) in all)
            (
                await ProgramRun.RunAsync(program, ["doctor", "--full", "--database", name], Settings, ct)
            ).Expect($"The doctor of {name}");
    }

    /// <summary>Says how far workers are and what waits, where somebody was not told of everything.</summary>
    public async Task DescribeAsync(CancellationToken ct)
    {
        foreach (var (name, _, postgres) in all)
            RunOptions.Log(
                $"{name}: "
                    + await TextAsync(
                        postgres,
                        """
                        select concat_ws(', ', 'newest ' || (select max(seq_id) from threadstore.mt_events),
                          'inbox ' || (select position from threadstore.inbox_progress),
                          'mail ' || (select concat_ws(' ', position, taken_by, taken_until) from threadstore.mail_progress),
                          'outbox ' || (select json_agg(o) from (
                            select site, count(*), min(position), max(position), min(due_at), max(due_at), max(tries), now()
                            from threadstore.mail_outbox group by site) o),
                          'moved ' || (select json_agg(v) from threadstore.moved_sites v))
                        """,
                        ct
                    )
            );
    }

    static async Task<string> TextAsync(EmbeddedPostgres postgres, string sql, CancellationToken ct)
    {
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = database.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync(ct)}";
    }

    async Task<string> HomeAsync(string site, CancellationToken ct)
    {
        await using var database = NpgsqlDataSource.Create(all[0].Postgres.ConnectionString);
        await using var command = database.CreateCommand(
            "select database from threadstore.site_homes where site = $1"
        );
        command.Parameters.Add(new() { Value = site });
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task<long> ScalarAsync(
        EmbeddedPostgres postgres,
        string sql,
        string site,
        CancellationToken ct
    )
    {
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = site });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    static void Discard()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, _, postgres) in all)
            await postgres.DisposeAsync();
        Discard();
    }
}
