using System.CommandLine;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Deliveries;
using ThreadStore.EventStore;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;
using ThreadStore.Rows;
using ThreadStore.Search;

namespace ThreadStore.Commands;

/// <summary>Checks configuration, database, schema and read models; says what it found, one line each.</summary>
public static class Doctor
{
    /// <summary>Articles that are compared with their events where not all are.</summary>
    const int Sample = 50;

    public static Command Command()
    {
        var full = new Option<bool>("--full")
        {
            Description = "Compare all reader rows with the events, not a sample",
        };
        var command = new Command("doctor", "Check that all is well") { full };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(full), ct));
        return command;
    }

    static async Task<int> RunAsync(bool full, CancellationToken ct)
    {
        await using var host = await Host.StartAsync(onlyReads: true, ct: ct);
        Ok("configuration", $"a signing key, data in {host.Place}");
        var database = host.App.Services.GetRequiredService<NpgsqlDataSource>();
        Ok("database", $"PostgreSQL {await ScalarAsync(database, "show server_version", ct)}");
        Judge(await host.CheckDatabaseAsync(ct));
        foreach (var setting in (string[])["fsync", "synchronous_commit", "full_page_writes"])
            if (await ScalarAsync(database, $"show {setting}", ct) is "off")
                throw new StartupException(
                    $"PostgreSQL runs with {setting} = off: an acknowledged write may be lost. Turn it on."
                );
        Ok("durability", "fsync, synchronous_commit and full_page_writes are on");
        await host.SettleSchemaAsync(migrate: false, ct);
        await host.CheckRightsAsync(ct);
        Ok("schema", "as this version needs it, and the role may use all of it");
        await foreach (
            var (name, isWell, text) in host.App.Services.GetRequiredService<ReadReplicas>().DescribeAsync(ct)
        )
            if (isWell)
                Ok($"replica {name}", text);
            else
                Console.WriteLine($"warn replica {name}: {text}; the primary answers in its place");

        var position = await Projections.CatchUpAsync(host, Indexer.Lagging, ct);
        Ok("projections", $"{string.Join(" and ", Indexer.Lagging)} are at position {position}");
        // whose classifier is down is no fault of this store
        Ok("deliveries", $"{await Backlog.ReadAsync(database, ct)}");
        var now = host.App.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        foreach (var drift in await LearnedDrift.ReadAsync(database, now, ct))
            Judge(drift);

        await CheckRenderingAsync(database, ct);
        Judge(
            "read models",
            await CompareAsync(database, full, ct),
            full,
            "Reader rows differ from the events; put them right with: threadstore rebuild --only rows"
        );
        Judge(
            "reports",
            await ReportCheck.CompareAsync(database, full ? null : Sample, ct),
            full,
            $"What reports are counted from differs from the events; put it right with: threadstore rebuild --only reports"
        );
        return 0;
    }

    /// <exception cref="StartupException">The clocks are too far apart.</exception>
    static void Judge(TimeSpan ahead)
    {
        Ok("session", "UTF8, takes writes, and notifications arrive");
        var apart = FormattableString.Invariant(
            $"this machine's is {ahead.Duration().TotalSeconds:0.0} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the database's"
        );
        if (ahead.Duration() > DatabaseCheck.IntolerableClock)
            throw new StartupException($"The clocks are too far apart, {apart}: set both by NTP.");
        if (ahead.Duration() > DatabaseCheck.NoticeableClock)
            Console.WriteLine($"warn clocks: {apart}; set both by NTP");
        else
            Ok("clocks", apart);
    }

    /// <summary>A model that moderators agree with less and less does no harm but to their time.</summary>
    static void Judge(LearnedDrift drift)
    {
        var figures = FormattableString.Invariant(
            $"site {drift.Site}: of {drift.Held} that its model held in the week from {drift.Week:yyyy-MM-dd}, moderators rejected {drift.Precision:P0}"
        );
        if (drift.Promised is { } promised)
            figures += FormattableString.Invariant($"; its report promised {promised:P0}");
        if (drift.HasFallen)
            Console.WriteLine($"warn learned: {figures}; learn again: threadstore learn --site {drift.Site}");
        else
            Ok("learned", figures);
    }

    /// <exception cref="StartupException">There are differences.</exception>
    static void Judge(string what, IReadOnlyList<RowDifference> differences, bool full, string advice)
    {
        foreach (var d in differences)
            Console.WriteLine(
                $"bad  {d.Table}: {d.Rows} rows differ from the events, among them {d.Example}"
            );
        if (differences.Count > 0)
            throw new StartupException(advice);
        Ok(what, full ? "equal to a rebuild" : $"equal to a rebuild, in a sample of {Sample} articles");
    }

    static async Task<IReadOnlyList<RowDifference>> CompareAsync(
        NpgsqlDataSource database,
        bool full,
        CancellationToken ct
    )
    {
        IReadOnlyList<RowDifference> differences = [];
        var (done, all) = (0L, full ? await Rebuild.CountAsync(database, ct) : Sample);
        await EventBar.RunAsync(async told =>
            differences = await RebuildBeside.CompareAsync(
                database,
                full ? null : Sample,
                n => told(done += n, done, all),
                ct
            )
        );
        return differences;
    }

    /// <summary>After an upgrade readers may see what an older version made of the same texts.</summary>
    /// <exception cref="StartupException">They do.</exception>
    static async Task CheckRenderingAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        var old = await ScalarAsync(
            database,
            $"select count(*) from {ReaderTables.Schema}.comment_rows where renderer <> {Markup.Version}",
            ct
        );
        if (old is > 0L)
            throw new StartupException(
                $"The HTML of {old} comments was made by another version; make it anew with: threadstore rebuild"
            );
        Ok("rendering", "all HTML is of this version");
    }

    static async Task<object?> ScalarAsync(NpgsqlDataSource database, string sql, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(ct);
    }

    static void Ok(string what, string detail) => Console.WriteLine($"ok   {what}: {detail}");
}
