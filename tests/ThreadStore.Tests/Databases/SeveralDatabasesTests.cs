using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Setup;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Databases;

/// <summary>Sites that are spread over databases are found by every node, and stand or fall with their own alone.</summary>
public sealed class SeveralDatabasesTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    async Task<NamedDatabase[]> DatabasesAsync(params string[] names)
    {
        var databases = new List<NamedDatabase>();
        foreach (var name in names)
            databases.Add(new(name, await store.CreateDatabaseAsync()));
        return [.. databases];
    }

    [Fact]
    public async Task New_sites_go_where_there_are_fewest_or_where_they_are_told_and_each_node_finds_them()
    {
        var databases = await DatabasesAsync("main", "news");
        await using var node = await SeveralNode.StartAsync(store, databases);
        await using var other = await SeveralNode.StartAsync(store, databases);

        TestSite[] sites =
        [
            await node.ASiteAsync(),
            await node.ASiteAsync(),
            await other.ASiteAsync("news"),
            await other.ASiteAsync(),
        ];

        Assert.Equal(
            [("main", 2L), ("news", 2L)],
            (await node.Pool.Homes.PoolAsync(Ct)).Select(p => (p.Name, p.Sites))
        );
        foreach (var site in sites)
        {
            // as one node answers, so does the other
            var (here, there) = (node.Site(site.Key), other.Site(site.Key));
            var article = await here.AnArticleAsync();
            var comment = await there.ACommentAsync(article, "ada", "Hello");
            // thrice, so that it is also answered ready-made
            foreach (var at in (TestSite[])[there, there, there, here, here, here])
                await Until.TrueAsync(
                    async () =>
                        (await at.GetAsync($"/articles/{article}/comments")).Expect(200)["items"] is var items
                        && items.GetArrayLength() == 1
                        && items[0].GetProperty("id").GetGuid() == comment,
                    "the comment"
                );
            await using var reader = await LiveReader.OpenAsync(
                node.Client,
                $"{site.Path}/articles/{article}/live"
            );
            await there.ACommentAsync(article, "ben", "And live");
            await reader.ExpectAsync("comment-published");
        }
        (await node.Site("nowhere").GetAsync("/articles/a/comments")).Expect(404, "site-not-found");
    }

    [Fact]
    public async Task All_sites_are_listed_in_the_order_of_their_making_whatever_the_page()
    {
        await using var node = await SeveralNode.StartAsync(
            store,
            await DatabasesAsync("main", "news", "sport")
        );
        var made = new List<string>();
        for (var n = 0; n < 7; n++)
            made.Add((await node.ASiteAsync()).Key);

        foreach (var limit in (int[])[1, 2, 3, 7, 100])
        {
            var listed = new List<string>();
            var cursor = "";
            do
            {
                var page = (await node.GetAsync($"/v1/sites?limit={limit}{cursor}")).Expect(200);
                listed.AddRange(
                    page["items"].EnumerateArray().Select(s => s.GetProperty("key").GetString()!)
                );
                cursor = page["nextCursor"].GetString() is { } next ? $"&cursor={next}" : null;
            } while (cursor is not null);
            Assert.Equal(made, listed);
        }
    }

    [Fact]
    public async Task A_database_that_is_away_takes_its_own_sites_with_it_and_no_others()
    {
        var databases = await DatabasesAsync("main", "news");
        await using var node = await SeveralNode.StartAsync(store, databases);
        var (stays, goes) = (await node.ASiteAsync("main"), await node.ASiteAsync("news"));
        var (kept, lost) = (await stays.AnArticleAsync(), await goes.AnArticleAsync());
        await goes.ACommentAsync(lost, "ada", "Before");

        await SwitchAsync(databases[1], on: false);

        await Until.TrueAsync(
            async () => (await goes.PostAsync(lost, "ada", "While it is away")).Status == 503,
            "a refusal"
        );
        await stays.ACommentAsync(kept, "ada", "Beside it");
        (await stays.GetAsync($"/articles/{kept}/comments")).Expect(200);
        await Until.TrueAsync(
            async () =>
                (await node.GetAsync("/health/ready"))
                    .Expect(200)["checks"]
                    .GetProperty("news.database")
                    .GetProperty("status")
                    .GetString() == "unhealthy",
            "the state of the database"
        );
        (await node.GetAsync("/v1/sites")).Expect(503, "unavailable");

        await SwitchAsync(databases[1], on: true);

        await Until.TrueAsync(
            async () => (await goes.PostAsync(lost, "ada", "When it is back")).Status == 201,
            "a comment"
        );
        (await node.GetAsync("/v1/sites")).Expect(200);
    }

    [Fact]
    public async Task A_database_that_was_away_at_the_start_is_opened_when_it_is_there()
    {
        var databases = await DatabasesAsync("main", "news");
        string key;
        await using (var before = await SeveralNode.StartAsync(store, databases))
            key = (await before.ASiteAsync("news")).Key;
        await SwitchAsync(databases[1], on: false);

        await using var node = await SeveralNode.StartAsync(store, databases);

        var refused = (await node.Site(key).GetAsync("/articles/a/comments")).Expect(503, "unavailable");
        // so that a page of whatever origin can tell its reader
        Assert.Equal("*", refused.Headers["Access-Control-Allow-Origin"]);
        // nobody gets a home there meanwhile
        var undecided = node.Site($"s{Guid.NewGuid():N}");
        (await SeveralNode.PutAsync(undecided, new { database = "news" })).Expect(503, "unavailable");
        (await SeveralNode.PutAsync(undecided, new { })).Expect(201);
        Assert.Equal(
            201,
            (await SeveralNode.PutAsync(node.Site($"s{Guid.NewGuid():N}"), new { database = "main" })).Status
        );
        await SwitchAsync(databases[1], on: true);
        await Until.TrueAsync(
            async () => (await node.Site(key).GetAsync("/articles/a/comments")).Status == 404,
            "the site"
        );
    }

    [Fact]
    public async Task A_database_is_added_while_servers_run_and_one_that_is_full_gets_no_new_sites()
    {
        // one that nobody has brought up to date yet
        NamedDatabase[] databases =
        [
            .. await DatabasesAsync("main"),
            new("news", await store.CreateEmptyDatabaseAsync()),
        ];
        await using var node = await SeveralNode.StartAsync(store, databases[0]);
        (await SeveralNode.PutAsync(node.Site($"s{Guid.NewGuid():N}"), new { database = "news" })).Expect(
            400,
            "validation"
        );
        using var program = new ThreadStoreProgram();
        (string, string?) main = ("ThreadStore__Databases__main", databases[0].ConnectionString);

        (await program.RunAsync(["databases", "add", "news", databases[1].ConnectionString], main)).Expect(0);
        (await program.RunAsync(["databases", "full", "main"], main)).Expect(0);

        await Until.TrueAsync(() => Task.FromResult(node.Pool.All is [_, (_, not null)]), "the new database");
        var site = await node.ASiteAsync();
        await site.AnArticleAsync();
        var listed = (await program.RunAsync(["databases", "list"], main)).Expect(0).Out;
        Assert.Matches("(?m)^main: 0 sites, position 0, full, says where sites live$", listed);
        Assert.Matches("(?m)^news: 1 sites, position 2$", listed);
        (await program.RunAsync(["export", "--site", "nowhere", "--out", "-"], main)).Expect(1);
        Assert.Contains(
            "can't be read",
            (await program.RunAsync(["databases", "add", "six", "hello"], main)).Expect(1).Error,
            StringComparison.Ordinal
        );
        Assert.Matches(
            @"^The database 'away' can't be reached \(.*\): start it, or check the connection string that was given\.$",
            Assert.Single(
                (
                    await program.RunAsync(
                        ["databases", "add", "away", "Host=127.0.0.1;Port=1;Username=x;Database=x"],
                        main
                    )
                )
                    .Expect(1)
                    .ErrorLines
            )
        );
        // one that is told alone
        var alone = ("ConnectionStrings__ThreadStore", (string?)databases[1].ConnectionString);
        Assert.Contains(
            "is one of several",
            (await program.RunAsync(["serve"], alone)).Expect(1).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "threadstore",
            (await program.RunAsync(["describe", "--database", "news"], main)).Expect(0).Out,
            StringComparison.OrdinalIgnoreCase
        );
        // a command finds the site's database by itself
        Assert.Equal(
            2,
            (await program.RunAsync(["export", "--site", site.Key, "--out", "-"], main))
                .Expect(0)
                .OutLines.Length
        );
        Assert.Contains(
            "'again' is the database that is called 'news'",
            (await program.RunAsync(["databases", "add", "again", databases[1].ConnectionString], main))
                .Expect(1)
                .Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task One_that_is_added_may_be_behind_a_pooler_with_a_way_past_it_and_its_key_may_change()
    {
        var databases = await DatabasesAsync("main", "news");
        await using var pooler = await Pooler.PgBouncerAsync(databases[1].ConnectionString, "transaction");
        using var program = new ThreadStoreProgram();
        (string, string?) main = ("ThreadStore__Databases__main", databases[0].ConnectionString);
        await using (var node = await SeveralNode.StartAsync(store, databases[0]))
        {
            string[] add = ["databases", "add", "news", pooler.ConnectionString];
            Assert.Contains(
                "--session",
                (await program.RunAsync(add, main)).Expect(1).Error,
                StringComparison.Ordinal
            );
            await program.RunAsync([.. add, "--session", databases[1].ConnectionString], main);

            await Until.TrueAsync(() => Task.FromResult(node.Pool.All is [_, (_, not null)]), "the database");
            var site = await node.ASiteAsync("news");
            var article = await site.AnArticleAsync();
            await site.ACommentAsync(article, "ada", "By the way past it");
            (await site.GetAsync($"/articles/{article}/comments")).Expect(200);
            var moved = await node.ASiteAsync("main");
            (await program.RunAsync(["databases", "move", "--site", moved.Key, "--to", "news"], main)).Expect(
                0
            );
        }

        const string key = "another key that has 32 bytes or more";
        await using var renewed = await SeveralNode.StartAsync(
            store,
            [databases[0]],
            [("ThreadStore:SecretsKey", key)]
        );

        Assert.Equal(
            databases[1] with
            {
                ConnectionString = pooler.ConnectionString,
                Session = databases[1].ConnectionString,
            },
            (await renewed.Pool.Homes.PoolAsync(Ct))[1].Ways!.Open("news", new(key))
        );
    }

    [Fact]
    public async Task How_often_somebody_may_write_does_not_depend_on_where_sites_live()
    {
        await using var node = await SeveralNode.StartAsync(
            store,
            await DatabasesAsync("main", "news"),
            [
                ("ThreadStore:RateLimits:Enabled", "true"),
                ("ThreadStore:RateLimits:WriteBurst", "4"),
                ("ThreadStore:RateLimits:WritesPerMinute", "1"),
            ]
        );
        var articles = new List<(TestSite Site, string Article)>();
        foreach (var name in (string[])["main", "news"])
        {
            var site = await node.ASiteAsync(name);
            articles.Add((site, await site.AnArticleAsync()));
        }

        Task<Reply> Post(int n) =>
            articles[n % 2]
                .Site.SendAsync(
                    "POST",
                    $"/articles/{articles[n % 2].Article}/comments",
                    new { body = $"{n}" },
                    Store.Token("*", "ada")
                );
        for (var n = 0; n < 4; n++)
            (await Post(n)).Expect(201);

        (await Post(4)).Expect(429, "rate-limited");
        (await Post(5)).Expect(429, "rate-limited");
    }

    [Fact]
    public async Task What_two_databases_would_disagree_on_is_refused_in_a_sentence()
    {
        var databases = await DatabasesAsync("main", "news");
        string key;
        await using (var node = await SeveralNode.StartAsync(store, databases))
        {
            var site = await node.ASiteAsync("news");
            key = site.Key;
            Assert.Contains(
                "lives in 'news'",
                (await SeveralNode.PutAsync(site, new { database = "main" })).Expect(400, "validation").Text,
                StringComparison.Ordinal
            );
            // what it has already may be said again
            (await SeveralNode.PutAsync(site, new { database = "news" })).Expect(200);
            (await SeveralNode.PutAsync(site, new { database = 3 })).Expect(400, "validation");
        }

        Assert.Contains(
            "'again' is the database that is called 'news'",
            await RefusedAsync(databases[0], databases[1], databases[1] with { Name = "again" }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "are one database",
            await RefusedAsync(databases[0], databases[0] with { Name = "again" }),
            StringComparison.Ordinal
        );
        // one of several is not taken for one that stands alone, nor for the first
        Assert.Contains(
            "'news' is one of other databases",
            await RefusedAsync(databases[1]),
            StringComparison.Ordinal
        );
        var fresh = (await DatabasesAsync("news"))[0];
        Assert.Contains(
            "'news' is not the database that had this name before",
            await RefusedAsync(databases[0], fresh),
            StringComparison.Ordinal
        );
        // a database that had its sites alone, of which one has the same key
        var alone = (await DatabasesAsync("sport"))[0];
        await using (var single = await Node.StartAsync(store, alone.ConnectionString))
            (
                await single.Site(key).SendAsync("PUT", "", new { }, Store.Token("*", "root", Role.Admin))
            ).Expect(201);
        Assert.Contains(
            $"The site '{key}' is in 'sport' and lives in 'news'",
            await RefusedAsync([.. databases, alone]),
            StringComparison.Ordinal
        );
        // two that each say where sites live
        var foreign = await DatabasesAsync("other");
        await using (await SeveralNode.StartAsync(store, foreign))
        {
            // it is entered at the start
        }
        Assert.Contains(
            "both say where sites live",
            await RefusedAsync([.. databases, .. foreign]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Who_had_one_database_gets_another_and_all_sites_stay_where_they_are()
    {
        var databases = await DatabasesAsync("a", "old");
        string key;
        await using (var single = await Node.StartAsync(store, databases[1].ConnectionString))
            key = (await single.ASiteAsync()).Key;

        await using var node = await SeveralNode.StartAsync(store, databases);

        Assert.Equal("old", node.Pool.First);
        (await node.Site(key).GetAsync("/articles/a/comments")).Expect(404, "article-not-found");
        await (await node.ASiteAsync("a")).AnArticleAsync();
    }

    async Task<string> RefusedAsync(params NamedDatabase[] databases) =>
        (await Assert.ThrowsAsync<StartupException>(() => SeveralNode.StartAsync(store, databases))).Message;

    /// <summary>Whether anybody may connect, and ends whoever does.</summary>
    async Task SwitchAsync(NamedDatabase named, bool on)
    {
        var name = new NpgsqlConnectionStringBuilder(named.ConnectionString).Database;
        await using var command = store.Database.CreateCommand(
            $"alter database {name} with allow_connections {(on ? "true" : "false")}; "
                + $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
        );
        await command.ExecuteNonQueryAsync(Ct);
    }
}
