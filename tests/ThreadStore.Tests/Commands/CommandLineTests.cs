using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;
using ThreadStore.Postgres;
using ThreadStore.Tests.Moderation.Learned;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Commands;

/// <summary>A server that runs on the data folder that all tests of the class share.</summary>
public sealed class SharedProgram : IAsyncLifetime
{
    public ThreadStoreProgram Program { get; } = new();
    ServerProcess? server;

    public HttpClient Client => server!.Client;

    public async ValueTask InitializeAsync() => server = await Program.ServeAsync();

    public async Task RestartAsync()
    {
        Assert.Equal(0, await server!.TerminateAsync(TimeSpan.FromSeconds(30)));
        server = await Program.ServeAsync();
    }

    public async Task<object?> ScalarAsync(string sql)
    {
        // beside the server, as any command does it
        await using var postgres = await EmbeddedPostgres.StartAsync(Program.DataFolder, _ => { });
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    public Task<object?> CountEventsAsync() => ScalarAsync("select count(*) from threadstore.mt_events");

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.KillAsync();
        Program.Dispose();
    }
}

/// <summary>The program as its users call it, in processes of its own.</summary>
public sealed class CommandLineTests(Store store, SharedProgram shared) : IClassFixture<SharedProgram>
{
    readonly ThreadStoreProgram program = shared.Program;

    [Fact]
    public void A_mistake_of_the_program_is_told_on_one_line_with_its_place()
    {
        // a key that no keys can be, which nobody foresees
        var bug = Record.Exception(() => Keys.Cut(null!, 1))!;

        var line = ThreadStore.Commands.CommandLine.Tell(new AggregateException(bug));

        Assert.Matches(
            $"^It could not be done, by a mistake of ThreadStore's own, which please report: {bug.GetType().Name}: .+ \\(at ThreadStore\\.Http\\.Keys\\.Cut",
            line
        );
        Assert.DoesNotContain('\n', line);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("serve --nope")]
    [InlineData("serve now")]
    [InlineData("token --sub ada")]
    [InlineData("token --site Bad! --sub ada")]
    [InlineData("token --site -a --sub ada")]
    [InlineData("token --site a --sub ada --role king")]
    [InlineData("token --site a --sub ada --minutes soon")]
    [InlineData("token --site a --sub ada --minutes 0")]
    [InlineData("import --site a --format csv page.txt")]
    [InlineData("import --site a --format text")]
    [InlineData("import --site a --format threadstore --article b site.ndjson")]
    [InlineData("import --site a --format text --article k one.txt two.txt")]
    [InlineData("import --site a --format text --name-lines 1,x one.txt")]
    [InlineData("export --site a")]
    [InlineData("export --site Bad! --out -")]
    [InlineData("replay --out lake")]
    [InlineData("replay --site a")]
    [InlineData("replay --site a --all --out lake")]
    [InlineData("replay --site Bad! --out lake")]
    [InlineData("replay --site a --out lake --after soon")]
    [InlineData("replay --site a --out lake --after -1")]
    [InlineData("replay --site a --out lake --format csv")]
    [InlineData("learn --site a --to -5")]
    [InlineData("learn --site a --to x")]
    [InlineData("learn --site Bad!")]
    [InlineData("doctor --fully")]
    [InlineData("report weather --site a")]
    [InlineData("report activity")]
    [InlineData("report activity --site a --from soon")]
    [InlineData("report activity --site a --tz Nowhere")]
    [InlineData("report activity --site a --site B")]
    [InlineData("report activity --site a --by weather")]
    [InlineData("report activity --site a --limit 0")]
    [InlineData("report activity --site a --sort weather")]
    [InlineData("report activity --site a --format xml")]
    public async Task Wrong_usage_is_told_and_nothing_is_begun(string arguments)
    {
        using var fresh = new ThreadStoreProgram();

        var ran = (await fresh.RunAsync(arguments.Split(' '))).Expect(2);

        Assert.Empty(ran.Out);
        Assert.NotEmpty(ran.ErrorLines);
        Assert.DoesNotContain("   at ", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", ran.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fresh.Folder));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("serve --help")]
    [InlineData("token --help")]
    [InlineData("import --help")]
    [InlineData("doctor --help")]
    [InlineData("export --help")]
    [InlineData("replay --help")]
    [InlineData("report --help")]
    [InlineData("projections --help")]
    [InlineData("codegen --help")]
    public async Task Help_works_everywhere_and_begins_nothing(string arguments)
    {
        using var fresh = new ThreadStoreProgram();

        var ran = (await fresh.RunAsync(arguments.Split(' '), ("ThreadStore__SigningKey", null))).Expect(0);

        Assert.Contains(arguments.Split(' ')[0].Trim('-'), ran.Out, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Unknown", ran.Out, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fresh.Folder));
    }

    [Theory]
    [InlineData("serve", null)]
    [InlineData("doctor", null)]
    [InlineData("token --site a --sub ada", null)]
    [InlineData("serve", "too short")]
    public async Task Without_a_key_a_production_server_refuses_and_leaves_nothing_behind(
        string arguments,
        string? key
    )
    {
        using var fresh = new ThreadStoreProgram();

        var ran = (await fresh.RunAsync(arguments.Split(' '), ("ThreadStore__SigningKey", key))).Expect(1);

        Assert.Empty(ran.Out);
        Assert.Contains("ThreadStore__SigningKey", Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fresh.Folder));
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Timeout=2")]
    [InlineData("Host=no-such-host.invalid")]
    [InlineData("nonsense")]
    [InlineData("Host=127.0.0.1;Prot=1")]
    public async Task A_database_that_is_not_there_is_told_in_one_sentence(string connectionString)
    {
        using var fresh = new ThreadStoreProgram();

        var ran = (
            await fresh.RunAsync(["serve"], ("ConnectionStrings__ThreadStore", connectionString))
        ).Expect(1);

        Assert.Empty(ran.Out);
        Assert.Single(ran.ErrorLines);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_used_is_told_in_one_sentence()
    {
        using var fresh = new ThreadStoreProgram();
        var file = Path.Combine(fresh.Folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var ran = (await fresh.RunAsync(["serve"], ("ThreadStore__DataFolder", file))).Expect(1);

        Assert.Empty(ran.Out);
        Assert.Contains(file, Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_migrate_refuses_an_empty_database_and_changes_nothing()
    {
        var connectionString = await store.CreateEmptyDatabaseAsync();

        var ran = (
            await program.RunAsync(
                ["serve", "--no-migrate"],
                ("ConnectionStrings__ThreadStore", connectionString)
            )
        ).Expect(1);

        Assert.Empty(ran.Out);
        Assert.Contains("--no-migrate", Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var tables = database.CreateCommand(
            "select count(*) from pg_class where relnamespace = to_regnamespace('threadstore')"
        );
        Assert.Equal(0L, await tables.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_token_is_all_that_token_prints_and_the_server_takes_it()
    {
        var site = await ASiteAsync("tokens");
        (await site.PutArticleAsync("a")).Expect(201);

        var plain = await TokenAsync("--site", site.Key, "--sub", "ada", "--name", "Ada L.");
        var admin = await TokenAsync("--site", "*", "--sub", "root", "--role", "admin");
        var two = await TokenAsync(
            "--site",
            site.Key,
            "--sub",
            "m",
            "--role",
            "moderator",
            "--role",
            "analyst"
        );

        var posted = await site.SendAsync("POST", "/articles/a/comments", new { body = "Hi" }, plain);
        var author = posted.Expect(201)["author"];
        Assert.Equal("Ada L.", author.GetProperty("name").GetString());
        (await site.SendAsync("GET", "", token: plain)).Expect(403);
        (await site.SendAsync("GET", "", token: two)).Expect(200);
        (await site.GetAsync("/events", two)).Expect(200);
        (await site.SendAsync("PUT", "", new { name = "Tokens" }, two)).Expect(403);
        (await site.SendAsync("PUT", "", new { name = "Tokens" }, admin)).Expect(200);
    }

    [Fact]
    public async Task In_Development_a_key_is_made_once_and_kept()
    {
        (string, string?)[] development =
        [
            ("ASPNETCORE_ENVIRONMENT", "Development"),
            ("ThreadStore__SigningKey", null),
        ];
        var file = Path.Combine(program.DataFolder, "signing.key");
        Assert.False(File.Exists(file));

        var before = (
            await program.RunAsync(["token", "--site", "*", "--sub", "r", "--role", "admin"], development)
        ).Expect(0);
        var key = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        // on the same embedded database, beside the server of the other tests
        var server = await program.ServeAsync(development);

        Assert.Equal(key, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(
            200,
            (await Store.SendAsync(server.Client, "GET", "/v1/sites", token: before.Out.Trim())).Status
        );
        Assert.Equal(
            401,
            (await Store.SendAsync(shared.Client, "GET", "/v1/sites", token: before.Out.Trim())).Status
        );
        Assert.Equal(0, await server.TerminateAsync(TimeSpan.FromSeconds(30)));
        // whoever ends last stops the database: it was not the last
        Assert.NotNull(await shared.CountEventsAsync());
    }

    [Fact]
    public async Task An_import_is_seen_by_the_running_server_and_repeating_it_adds_nothing()
    {
        var site = Site("imported");
        string[] import = ["import", "--site", site.Key, "--format", "text", Sample("repeat.txt")];

        var first = (await program.RunAsync(import)).Expect(0);

        Assert.Equal(["repeat: read 3, created 3, already 0, rejected 0"], first.OutLines);
        // no wait: it was there when the command ended
        Assert.Equal(3, (await Walk.ThreadAsync(site, "repeat", "oldest")).Count);
        await Walk.AssertLawOfCountsAsync(site, "repeat");
        var (events, thread) = (
            await shared.CountEventsAsync(),
            (await site.GetAsync("/articles/repeat/comments")).Text
        );

        const string again = "repeat: read 3, created 0, already 3, rejected 0";
        await shared.RestartAsync();
        Assert.Equal([again], (await program.RunAsync(import)).Expect(0).OutLines);
        Assert.Equal(events, await shared.CountEventsAsync());
        site = Site("imported");
        Assert.Equal(thread, (await site.GetAsync("/articles/repeat/comments")).Text);
    }

    [Fact]
    public async Task A_replay_beside_the_running_server_writes_a_folder()
    {
        var site = await ASiteAsync("replayed");
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", "ada", "Hello");

        var first = (await program.RunAsync("replay", "--site", site.Key, "--out", "lake")).Expect(0);

        Assert.EndsWith(
            "1 articles, 1 commenters, 1 comments, 0 decisions, 4 events, 0 reactions",
            Assert.Single(first.OutLines),
            StringComparison.Ordinal
        );
        Assert.True(File.Exists(Path.Combine(program.Folder, "lake", "manifest.json")));
        var ahead = (
            await program.RunAsync("replay", "--site", site.Key, "--out", "lake", "--after", "999999")
        ).Expect(1);
        Assert.Empty(ahead.Out);
        Assert.Contains("--after", ahead.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_is_the_feed_from_beginning_to_end()
    {
        var site = await ASiteAsync("exported");
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", "ada", "Hello");
        var feed = (
            await site.GetAsync("/events?limit=10000", Store.Token(site.Key, "a", Role.Analyst))
        ).Expect(200);

        var shown = (await program.RunAsync("export", "--site", site.Key, "--out", "-")).Expect(0);
        var told = (await program.RunAsync("export", "--site", site.Key, "--out", "site.ndjson")).Expect(0);

        Assert.Equal(feed.Text, shown.Out);
        Assert.Equal(["site.ndjson: 4 events"], told.OutLines);
        Assert.Equal(
            feed.Text,
            await File.ReadAllTextAsync(
                Path.Combine(program.Folder, "site.ndjson"),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Empty(Directory.EnumerateFiles(program.Folder, "*.part"));
        var absent = (await program.RunAsync("export", "--site", "absent", "--out", "none.ndjson")).Expect(1);
        Assert.Contains("absent", absent.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(program.Folder, "none*"));
    }

    [Fact]
    public async Task What_was_exported_is_imported_again_and_a_line_that_does_not_fit_is_told()
    {
        var site = await ASiteAsync("moved");
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", "ada", "Hello");
        (await program.RunAsync("export", "--site", site.Key, "--out", "moved.ndjson")).Expect(0);
        var file = Path.Combine(program.Folder, "moved.ndjson");
        await File.AppendAllTextAsync(file, "{}\n", TestContext.Current.CancellationToken);
        Task<Ran> ImportAsync(params string[] options) =>
            program.RunAsync([
                "import",
                "--site",
                "moved-copy",
                "--format",
                "threadstore",
                .. options,
                "moved.ndjson",
            ]);

        var strict = (await ImportAsync("--strict")).Expect(1);
        var dry = (await ImportAsync("--dry-run")).Expect(0);
        (await Site("moved-copy").GetAsync("/articles/a")).Expect(404);
        var created = (await ImportAsync()).Expect(0);
        var again = (await ImportAsync()).Expect(0);

        Assert.Empty(strict.Out);
        Assert.Contains("moved.ndjson:5: it has no type", strict.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Equal(
            [
                "moved.ndjson: read 5, would create 4, already 0, rejected 1",
                "threadstore, nothing stored:",
                "articles: read 1, would create 1, already 0, rejected 0",
                "commenters: read 1, would create 1, already 0, rejected 0",
                "comments: read 1, would create 1, already 0, rejected 0",
                "reactions: read 0, would create 0, already 0, rejected 0",
                "malformed: 1",
            ],
            dry.OutLines
        );
        Assert.Equal("moved.ndjson: read 5, created 4, already 0, rejected 1", created.OutLines[0]);
        Assert.Equal("moved.ndjson: read 5, created 0, already 4, rejected 1", again.OutLines[0]);
        Assert.Equal("comments: read 1, created 0, already 1, rejected 0", again.OutLines[4]);
        Assert.Contains(
            "moved.ndjson:5: malformed: it has no type",
            again.ErrorLines[^1],
            StringComparison.Ordinal
        );
        Assert.Equal(
            1,
            (await Site("moved-copy").GetAsync("/articles/a")).Expect(200)["commentCount"].GetInt32()
        );
    }

    [Fact]
    public async Task A_dry_run_shows_the_page_and_begins_nothing()
    {
        using var fresh = new ThreadStoreProgram();

        var ran = (
            await fresh.RunAsync(
                "import",
                "--site",
                "dry",
                "--format",
                "text",
                "--dry-run",
                Sample("repeat.txt")
            )
        ).Expect(0);

        Assert.Equal("4 / A / Tickets will cost the same as before.", ran.OutLines[3]);
        Assert.Equal("5 / N / salt_and_wind", ran.OutLines[4]);
        Assert.Equal("6 / P / About time. The queue in July was a disgrace.", ran.OutLines[5]);
        Assert.Contains("confidence high", ran.OutLines[^1], StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fresh.Folder));
    }

    [Theory]
    [InlineData("date 2021-04-02 A lead.\nText.\n\0\u0001\u0002binary", false, "page.txt:")]
    [InlineData("date 2021-04-02 A lead.\nText that is cut off in the middle of é", true, "page.txt:2:")]
    [InlineData("", false, "page.txt:")]
    public async Task What_is_no_whole_text_is_refused_by_its_line(string text, bool cut, string where)
    {
        using var fresh = new ThreadStoreProgram();
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        await File.WriteAllBytesAsync(
            Path.Combine(fresh.Folder, "page.txt"),
            cut ? bytes[..^1] : bytes,
            TestContext.Current.CancellationToken
        );

        var ran = (await fresh.RunAsync("import", "--site", "s", "--format", "text", "page.txt")).Expect(1);

        Assert.Empty(ran.Out);
        Assert.StartsWith(where, Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFileSystemEntries(fresh.Folder));
    }

    [Theory]
    [InlineData("one-word.txt", "--strict")]
    [InlineData("absent.txt", "--dry-run")]
    public async Task A_file_that_is_doubtful_or_absent_is_refused(string file, string option)
    {
        using var fresh = new ThreadStoreProgram();

        var ran = (
            await fresh.RunAsync("import", "--site", "s", "--format", "text", option, Sample(file))
        ).Expect(1);

        Assert.Empty(ran.Out);
        Assert.Contains(file, ran.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fresh.Folder));
    }

    [Fact]
    public async Task Reports_are_printed_for_people_and_for_programs()
    {
        var site = await ASiteAsync("counted");
        (await site.PutArticleAsync("a", new { title = "A, b" })).Expect(201);
        var id = await site.ACommentAsync("a", "ada", "First");
        await site.ACommentAsync("a", "ben", "Second", id);
        string[] report = ["report", "articles", "--site", "counted"];

        var table = (await program.RunAsync(report)).Expect(0);
        var csv = (await program.RunAsync([.. report, "--tz", "Europe/Berlin", "--format", "csv"])).Expect(0);
        var several = (
            await program.RunAsync(
                "report",
                "articles",
                "--site",
                "*",
                "--by",
                "section",
                "--sort",
                "site",
                "--format",
                "csv"
            )
        ).Expect(0);
        var absent = (
            await program.RunAsync("report", "threads", "--site", "counted", "--site", "absent")
        ).Expect(1);

        Assert.Equal(4, table.OutLines.Length);
        Assert.Matches("^article  title  comments  commenters  depth  ", table.OutLines[0]);
        Assert.Matches("^a        A, b          2           2      1  ", table.OutLines[2]);
        Assert.Matches("^total                  2           2      1  ", table.OutLines[3]);
        Assert.StartsWith("a,\"A, b\",2,2,1,", csv.OutLines[1], StringComparison.Ordinal);
        Assert.StartsWith("site,section,article,", several.OutLines[0], StringComparison.Ordinal);
        Assert.StartsWith("counted,,a,\"A, b\",2,2,1,", several.OutLines[1], StringComparison.Ordinal);
        Assert.StartsWith("total,,,,", several.OutLines[^1], StringComparison.Ordinal);
        Assert.Equal(["There is no site 'absent'."], absent.ErrorLines);
    }

    [Fact]
    public async Task Doctor_finds_a_falsified_row()
    {
        var site = await ASiteAsync("sick");
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", "ada", "Hello");
        var well = (await program.RunAsync("doctor")).Expect(0);
        Assert.All(well.OutLines, l => Assert.StartsWith("ok ", l, StringComparison.Ordinal));

        await shared.ScalarAsync(
            "update threadstore.article_rows set comment_count = comment_count + 1 where site = 'sick'"
        );
        var ill = (await program.RunAsync("doctor", "--full")).Expect(1);
        var repaired = (await program.RunAsync("rebuild")).Expect(0);

        Assert.StartsWith("bad ", ill.OutLines[^1], StringComparison.Ordinal);
        Assert.Contains("article_rows", ill.OutLines[^1], StringComparison.Ordinal);
        Assert.StartsWith(
            "put right  article_rows: ",
            Assert.Single(repaired.OutLines),
            StringComparison.Ordinal
        );
        Assert.Equal(1, (await site.GetAsync("/articles/a")).Expect(200)["commentCount"].GetInt32());
        Assert.Contains("threadstore rebuild", ill.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_warns_of_a_learned_model_that_holds_what_moderators_let_stand()
    {
        var site = await ASiteAsync("drifted");
        (await site.PutArticleAsync("a")).Expect(201);
        var admin = Store.Token(site.Key, "root", Role.Admin);
        await site.DriftAsync("a", await ModelAsync(promised: 0.42), admin);

        var warned = (await program.RunAsync("doctor")).Expect(0);
        await ModelAsync(promised: 0.35);
        var well = (await program.RunAsync("doctor")).Expect(0);

        var line = Assert.Single(warned.OutLines, l => l.StartsWith("warn ", StringComparison.Ordinal));
        Assert.Matches(
            "^warn learned: site drifted: of 24 that its model held in the week from .*, moderators rejected 33 %; its report promised 42 %; learn again: ",
            line
        );
        Assert.Single(
            well.OutLines,
            l => l.StartsWith("ok   learned: site drifted: of 24 ", StringComparison.Ordinal)
        );
        Assert.All(well.OutLines, l => Assert.StartsWith("ok ", l, StringComparison.Ordinal));

        async Task<string> ModelAsync(double promised)
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(program.DataFolder, _ => { });
            await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
            return await Teaching.AModelAsync(
                database,
                site.Key,
                new ThresholdFigures(0.6, promised, 0.5, 0.1, 3)
            );
        }
    }

    [Fact]
    public async Task Doctor_tells_which_html_an_older_version_made_and_a_rebuild_makes_it_anew()
    {
        var site = await ASiteAsync("upgraded");
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", "ada", "Hello");
        await shared.ScalarAsync(
            "update threadstore.comment_rows set renderer = 1, content = replace(content, ' dir=\\\"auto\\\"', '') where site = 'upgraded'"
        );

        var ill = (await program.RunAsync("doctor")).Expect(1);
        (await program.RunAsync("rebuild")).Expect(0);
        (await program.RunAsync("doctor", "--full")).Expect(0);

        Assert.Equal(
            "The HTML of 1 comments was made by another version; make it anew with: threadstore rebuild",
            ill.ErrorLines[^1]
        );
        var thread = (await site.GetAsync("/articles/a/comments")).Expect(200);
        Assert.Equal("<p dir=\"auto\">Hello</p>", thread["items"][0].GetProperty("html").GetString());
    }

    [Fact]
    public async Task The_commands_of_Marten_know_the_reader_tables()
    {
        var list = (await program.RunAsync("projections", "list")).Expect(0);

        Assert.Contains("ThreadRows", list.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_that_the_project_began_with_becomes_a_thread_once()
    {
        var page = Above("shared/samples/seed.txt");
        Assert.SkipUnless(File.Exists(page), "No shared/samples beside the checkout.");
        var site = Site("seed");
        string[] import = ["import", "--site", site.Key, "--format", "text", page];

        (await program.RunAsync(import)).Expect(0);

        var article = (await site.GetAsync("/articles/seed")).Expect(200);
        Assert.Equal(16, article["body"].GetArrayLength());
        Assert.StartsWith("2021-04-02", article["publishedAt"].GetString(), StringComparison.Ordinal);
        Assert.Equal(8, article["commentCount"].GetInt32());
        var articles = (await site.GetAsync("/articles")).Expect(200);
        Assert.Single(articles["items"].EnumerateArray());
        var thread = await Walk.ThreadAsync(site, "seed", "oldest");
        Assert.Equal(
            [3, 1, 1, 2, 2, 1, 1, 1],
            thread.Select(c => c.GetProperty("body").GetString()!.Split("\n\n").Length)
        );
        var authors = thread.ConvertAll(c => c.GetProperty("author").GetProperty("key").GetString()!);
        Assert.Equal(8, authors.Distinct().Count());
        foreach (var (comment, author) in thread.Zip(authors))
        {
            var path = $"/commenters/{Uri.EscapeDataString(author)}/comments";
            var own = Assert.Single(await Walk.PagesAsync(site, path));
            Assert.Equal(comment.GetProperty("id").GetString(), own.GetProperty("id").GetString());
        }

        var events = await shared.CountEventsAsync();
        var again = (await program.RunAsync(import)).Expect(0);
        Assert.Equal(["seed: read 8, created 0, already 8, rejected 0"], again.OutLines);
        Assert.Equal(events, await shared.CountEventsAsync());
    }

    TestSite Site(string key) => new(store, key) { Client = shared.Client };

    async Task<TestSite> ASiteAsync(string key)
    {
        var site = Site(key);
        (await site.SendAsync("PUT", "", new { }, Store.Token("*", "root", Role.Admin))).Expect(201);
        return site;
    }

    async Task<string> TokenAsync(params string[] arguments)
    {
        var ran = (await program.RunAsync(["token", .. arguments])).Expect(0);
        Assert.Empty(ran.Error);
        return Assert.Single(ran.OutLines);
    }

    static string Sample(string name) => Path.Combine(Above("tests/ThreadStore.Tests/Samples/text"), name);

    /// <summary>A path in a folder above the tests; where there is none, as it would be beside the checkout.</summary>
    static string Above(string path)
    {
        for (
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null;
            folder = folder.Parent
        )
        {
            var full = Path.Combine(folder.FullName, path);
            if (Path.Exists(full))
                return full;
        }
        return Path.Combine(AppContext.BaseDirectory, path);
    }
}
