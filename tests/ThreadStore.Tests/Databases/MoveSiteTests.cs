using Npgsql;
using ThreadStore.Databases.Moves;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Databases;

/// <summary>A site moves to another database while it lives, and at each moment it lives in one.</summary>
public sealed class MoveSiteTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_table_that_names_a_site_is_said_to_be_made_of_events_or_to_be_copied()
    {
        await using var command = store.Database.CreateCommand(
            """
            select 'threadstore.' || c.table_name from information_schema.columns c
            where c.table_schema = 'threadstore' and c.column_name in ('site', 'tenant_id')
            """
        );
        var tables = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(Ct))
            while (await reader.ReadAsync(Ct))
                tables.Add(reader.GetString(0));
        string[] listed =
        [
            .. SiteTables.Events,
            .. SiteTables.OfEvents,
            .. SiteTables.Moved.Select(t => t.Name),
            .. SiteTables.Staying,
        ];

        Assert.Equal(tables.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_column_with_positions_of_what_is_copied_is_listed()
    {
        // numbers of eight bytes that are none
        string[] others = ["imports.bytes", "import_problems.n"];
        await using var command = store.Database.CreateCommand(
            """
            select c.table_name || '.' || c.column_name from information_schema.columns c
            where c.table_schema = 'threadstore' and c.data_type = 'bigint' and 'threadstore.' || c.table_name = any($1)
            """
        );
        command.Parameters.Add(new() { Value = SiteTables.Moved.Select(t => t.Name).ToArray() });
        var columns = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(Ct))
            while (await reader.ReadAsync(Ct))
                columns.Add(reader.GetString(0));

        Assert.Equal(
            columns.Except(others).Order(StringComparer.Ordinal),
            SiteTables
                .Moved.SelectMany(t => t.Positions.Select(p => $"{t.Name["threadstore.".Length..]}.{p}"))
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task It_moves_while_readers_read_and_writers_write_on_two_nodes_and_moves_back()
    {
        await using var two = await TwoDatabases.CreateAsync(store);
        await using var node = await two.NodeAsync();
        await using var other = await two.NodeAsync();
        var site = await node.ASiteAsync("main");
        var article = await site.AnArticleAsync();
        await TwoDatabases.FillAsync(site, article);
        // others live there, and write meanwhile
        var neighbour = await node.ASiteAsync("main");
        var theirs = await neighbour.AnArticleAsync();
        var stays = await node.ASiteAsync("news");
        await stays.ACommentAsync(await stays.AnArticleAsync(), "ada", "Here all along");
        var before = await two.EventsAsync("main", site.Key);
        await using var live = await LiveReader.OpenAsync(
            node.Client,
            $"{site.Path}/articles/{article}/live"
        );

        await using var load = new MoveLoad(
            [node.Site(site.Key), other.Site(site.Key)],
            article,
            [neighbour],
            theirs
        );
        var told = (await two.MoveAsync(site.Key, "news")).Expect(0).Out;
        await load.GoOnAsync(10);
        var posted = await load.EndAsync();

        Assert.Contains($"events moved from main to news", told, StringComparison.Ordinal);
        Assert.Equal("news", await node.Pool.Homes.FindAsync(site.Key, Ct));
        Assert.InRange(load.Longest, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(("main", 0L), await two.RowsAsync("main", site.Key));
        var after = await two.EventsAsync("news", site.Key);
        Assert.Equal(before, after.Take(before.Count));
        // each that was acknowledged is there, once, and in the order in which each writer wrote
        Assert.Equal(
            posted.Order(),
            after
                .Where(e => e.Type == "comment-posted")
                .Skip(TwoDatabases.Comments)
                .Select(e => e.Stream)
                .Order()
        );
        foreach (var at in (TestSite[])[node.Site(site.Key), other.Site(site.Key)])
            Assert.Equal(
                TwoDatabases.Comments - TwoDatabases.Rejected + posted.Count,
                (await at.GetAsync($"/articles/{article}")).Expect(200)["commentCount"].GetInt32()
            );
        while (await live.ReadAsync() is { } message && message.Name != "resync") { }

        // and back, with what came since
        var late = await site.ACommentAsync(article, "zoe", "In the new one");
        (await two.MoveAsync(site.Key, "main")).Expect(0);
        Assert.Equal(("news", 0L), await two.RowsAsync("news", site.Key));
        (await other.Site(site.Key).GetAsync($"/comments/{late}")).Expect(200);
        await other.Site(site.Key).ACommentAsync(article, "zoe", "Home again");
        Assert.Equal(
            [(site.Key, 1L), (neighbour.Key, 1L), (stays.Key, 1L)],
            (await node.GetAsync("/v1/sites"))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(s => (s.GetProperty("key").GetString()!, 1L))
        );
        await two.CheckAsync();
    }

    [Fact]
    public async Task Those_who_stay_meet_no_other_history_when_the_last_event_goes()
    {
        await using var two = await TwoDatabases.CreateAsync(store);
        await using var node = await two.NodeAsync();
        var stays = await node.ASiteAsync("main");
        var theirs = await stays.AnArticleAsync();
        await stays.ACommentAsync(theirs, "ada", "Before");
        var site = await node.ASiteAsync("main");
        var article = await site.AnArticleAsync();
        var last = await site.PostAsync(article, "ben", "The last of all");
        await using var live = await LiveReader.OpenAsync(
            node.Client,
            $"{stays.Path}/articles/{theirs}/live"
        );

        (await two.MoveAsync(site.Key, "news")).Expect(0);

        Assert.Equal(("main", 0L), await two.RowsAsync("main", site.Key));
        (await stays.GetAsync($"/events?after={last.Position}", stays.Token("ana", Role.Analyst))).Expect(
            200
        );
        var after = await stays.ACommentAsync(theirs, "ada", "After");
        LiveItem? next;
        do next = await live.ReadAsync();
        while (next is { Name: "" });
        Assert.Equal(("comment-published", after), (next!.Name, next.Comment));
    }

    [Fact]
    public async Task What_no_event_tells_of_moves_too_with_positions_as_they_are_there()
    {
        await using var two = await TwoDatabases.CreateAsync(store);
        string site;
        string webhook;
        await using (var node = await two.NodeAsync())
        {
            var made = await node.ASiteAsync("main");
            site = made.Key;
            var article = await made.AnArticleAsync();
            await TwoDatabases.FillAsync(made, article);
            webhook = (
                await made.SendAsync(
                    "PUT",
                    "/webhooks/desk",
                    new { url = "http://127.0.0.1:9/", paused = true },
                    made.Token("root", Role.Admin)
                )
            )
                .Expect(201)
                .Text;
            await made.ACommentAsync(article, "ada", "After the webhook");
        }
        var heard = await two.WebhookAsync("main", site);

        (await two.MoveAsync(site, "news")).Expect(0);

        // the same event, under whatever position
        Assert.Equal(heard, await two.WebhookAsync("news", site));
        await using var again = await two.NodeAsync();
        Assert.Contains(
            "desk",
            (
                await again
                    .Site(site)
                    .SendAsync("GET", "/webhooks", null, again.Site(site).Token("root", Role.Admin))
            )
                .Expect(200)
                .Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_can_not_be_moved_is_refused_in_a_line()
    {
        await using var two = await TwoDatabases.CreateAsync(store);
        await using var node = await two.NodeAsync();
        var site = await node.ASiteAsync("main");
        async Task RefusedAsync(string key, string to, string why) =>
            Assert.Contains(
                why,
                (await two.MoveAsync(key, to)).Expect(1).ErrorLines.Single(),
                StringComparison.Ordinal
            );

        await RefusedAsync("nowhere", "news", "There is no site 'nowhere'.");
        await RefusedAsync(site.Key, "six", "There is no database 'six'.");
        Assert.Contains(
            "lives in main already",
            (await two.MoveAsync(site.Key, "main")).Expect(0).Out,
            StringComparison.Ordinal
        );
        await node.Pool.Homes.MarkAsync("news", isFull: true, Ct);
        await RefusedAsync(site.Key, "news", "The database 'news' is full");
        await node.Pool.Homes.MarkAsync("news", isFull: false, Ct);
        await using (var connection = await two.First.OpenConnectionAsync(Ct))
        {
            await using var held = new NpgsqlCommand($"select pg_advisory_lock({SiteMove.Lock})", connection);
            await held.ExecuteNonQueryAsync(Ct);
            await RefusedAsync(site.Key, "news", "A site is being moved already");
            await using var free = new NpgsqlCommand(
                $"select pg_advisory_unlock({SiteMove.Lock})",
                connection
            );
            await free.ExecuteNonQueryAsync(Ct);
        }
        await two.ExecuteAsync("news", "alter table threadstore.search_rows drop column words");
        await RefusedAsync(site.Key, "news", "The database 'news' can't be used");

        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Nothing happened");
        Assert.Equal("main", await node.Pool.Homes.FindAsync(site.Key, Ct));
        Assert.Equal(("news", 0L), await two.RowsAsync("news", site.Key));
    }
}
