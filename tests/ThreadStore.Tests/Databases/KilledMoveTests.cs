using System.Diagnostics;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Databases;

/// <summary>
/// Whoever moves a site is killed while it waits for a lock that a test holds: wherever that is, the site lives in one place,
/// where it is read and written, and the next attempt moves all of it.
/// </summary>
public sealed class KilledMoveTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Where it waits.</summary>
    /// <param name="Database">Of the lock.</param>
    /// <param name="Lock">As SQL.</param>
    /// <param name="After">As SQL there, true when the lock is to be taken: what is locked it may have needed before.</param>
    /// <param name="Sign">As SQL on the old database, true once it has come near.</param>
    /// <param name="Home">Where the site is to live then; null: in either, since PostgreSQL may finish what was sent to it.</param>
    sealed record Line(string Database, string Lock, string After, string Sign, string? Home);

    const string Begun =
        "select exists (select 1 from threadstore.site_homes where site = $1 and moving_to is not null)";
    const string FenceIsUp =
        "select exists (select 1 from threadstore.moved_sites where site = $1 and is_gone)";

    static readonly Dictionary<string, Line> Lines = new()
    {
        ["between two stretches of events"] = new(
            "news",
            $"select pg_advisory_lock({AppendLock.Key})",
            "select $1 <> ''",
            Begun,
            "main"
        ),
        ["when the fence is up"] = new(
            "main",
            "update threadstore.mail_preferences set base_url = 'b' where site = 'neighbour'",
            "select $1 <> '' and exists (select 1 from pg_trigger where tgname = 'moved_insert' and tgrelid = 'threadstore.mail_preferences'::regclass)",
            FenceIsUp,
            "main"
        ),
        ["while rows are copied that no event tells of"] = new(
            "news",
            "lock table threadstore.webhooks in share mode",
            "select exists (select 1 from threadstore.mt_events where tenant_id = $1)",
            Begun,
            "main"
        ),
        ["when the last of them is there and not yet kept"] = new(
            "news",
            $"select pg_advisory_lock({AppendLock.Key})",
            "select exists (select 1 from threadstore.mail_preferences where site = $1)",
            FenceIsUp,
            "main"
        ),
        ["when all of it is there and nobody says so"] = new(
            "main",
            "select 1 from threadstore.site_homes where site = '{0}' for update",
            Begun,
            FenceIsUp,
            null
        ),
        ["while what is left of it goes"] = new(
            "main",
            "select 1 from threadstore.mail_preferences where site = '{0}' for update",
            "select $1 <> ''",
            "select exists (select 1 from threadstore.site_homes where site = $1 and database = 'news')",
            "news"
        ),
    };

    public static TheoryData<string> Where => [.. Lines.Keys];

    [Theory]
    [MemberData(nameof(Where))]
    public async Task It_lives_in_one_place_and_the_next_attempt_moves_it(string where)
    {
        var line = Lines[where];
        await using var two = await TwoDatabases.CreateAsync(store);
        await using var node = await two.NodeAsync();
        var site = await node.ASiteAsync("main");
        var article = await site.AnArticleAsync();
        await TwoDatabases.FillAsync(site, article, comments: 20);
        foreach (var whose in (string[])[site.Key, "neighbour"])
            await two.ExecuteAsync(
                "main",
                $"""
                insert into threadstore.mail_preferences (site, commenter_id, replies, decisions, mentions, since, base_url)
                values ('{whose}', gen_random_uuid(), 'daily', 'off', 'off', now(), 'a')
                """
            );
        var before = await two.EventsAsync("main", site.Key);

        await KillAsync(two, site.Key, line);

        var began = Stopwatch.GetTimestamp();
        var after = await site.ACommentAsync(article, "zoe", "After the accident");
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        (await site.GetAsync($"/comments/{after}")).Expect(200);
        var home = await node.Pool.Homes.FindAsync(site.Key, Ct);
        Assert.Equal(line.Home ?? home, home);
        Assert.Equal(
            [.. before.Select(e => e.Id)],
            (await two.EventsAsync(home!, site.Key)).Take(before.Count).Select(e => e.Id)
        );
        // who starts meanwhile does not take what is left for a site of its own
        await using (var fresh = await two.NodeAsync())
            (await fresh.Site(site.Key).GetAsync($"/comments/{after}")).Expect(200);
        Assert.Single((await node.GetAsync("/v1/sites")).Expect(200)["items"].EnumerateArray());

        (await two.MoveAsync(site.Key, "news")).Expect(0);

        Assert.Equal("news", await node.Pool.Homes.FindAsync(site.Key, Ct));
        Assert.Equal(("main", 0L), await two.RowsAsync("main", site.Key));
        Assert.Equal(
            1L,
            await two.ScalarAsync(
                "news",
                $"select count(*) from threadstore.mail_preferences where site = '{site.Key}'"
            )
        );
        (await site.GetAsync($"/comments/{after}")).Expect(200);
        await site.ACommentAsync(article, "zoe", "After the move");
        await TwoDatabases.CompareAsync(node);
    }

    static async Task KillAsync(TwoDatabases two, string site, Line line)
    {
        var move = two.Program.Begin(TwoDatabases.Move(site, "news"), two.Environment);
        await UntilAsync(line.Database, line.After);
        await using var connection = await two[line.Database].OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await using (
            var command = new NpgsqlCommand(
                line.Lock.Replace("{0}", site, StringComparison.Ordinal),
                connection
            )
        )
            await command.ExecuteNonQueryAsync(Ct);
        await UntilAsync("main", line.Sign);
        await Until.TrueAsync(
            async () =>
                move.HasExited
                || await two.ScalarAsync(
                    line.Database,
                    "select exists (select 1 from pg_stat_activity where datname = current_database() "
                        + "and wait_event_type = 'Lock' and application_name = 'threadstore')"
                )
                    is true,
            "the lock"
        );
        Assert.False(move.HasExited);
        await ThreadStoreProgram.SignalAsync(move, "-KILL");
        await move.WaitForExitAsync(Ct);
        await transaction.RollbackAsync(Ct);
        await using var free = new NpgsqlCommand("select pg_advisory_unlock_all()", connection);
        await free.ExecuteNonQueryAsync(Ct);

        Task UntilAsync(string database, string sql) =>
            Until.TrueAsync(
                async () =>
                {
                    await using var command = two[database].CreateCommand(sql);
                    command.Parameters.Add(new() { Value = site });
                    return await command.ExecuteScalarAsync(Ct) is true;
                },
                sql,
                TimeSpan.FromMinutes(1)
            );
    }
}
