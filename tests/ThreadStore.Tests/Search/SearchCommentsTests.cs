using System.Text.Json;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Search;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Search;

public class SearchCommentsTests(Store store)
{
    static string Path(string q, string more = "") => $"/search?q={Uri.EscapeDataString(q)}{more}";

    /// <summary>What is found once search has come to where the site is now, as texts.</summary>
    static async Task<List<string?>> FindAsync(TestSite site, string q, string more = "")
    {
        var now = (await site.GetAsync("/articles")).Expect(200).Position;
        var found = (await site.GetAsync(Path(q, $"{more}&minPosition={now}"))).Expect(200);
        Assert.True(found.Position >= now);
        return [.. found["items"].EnumerateArray().Select(c => c.GetProperty("body").GetString())];
    }

    static async Task<TestSite> ADiscussionAsync(Store store, object? settings, params string[] texts)
    {
        var site = await store.ASiteAsync(settings);
        (await site.PutArticleAsync("bridge")).Expect(201);
        foreach (var text in texts)
            await site.ACommentAsync("bridge", "ada", text);
        return site;
    }

    [Theory]
    [InlineData("before \ufffe and after")]
    [InlineData("before and after \uffff")]
    [InlineData("befo\ufffere and after")]
    public async Task What_has_no_normal_form_stops_no_search(string body)
    {
        var site = await ADiscussionAsync(store, null, body, "The next one, before noon");

        Assert.Equal(2, (await FindAsync(site, "before")).Count);
        (await site.GetAsync(Path("\ufffe"))).Expect(200);
        (await site.GetAsync(Path("a\ufffeb"))).Expect(200);
    }

    [Fact]
    public async Task A_comment_is_found_by_its_words_and_names_its_article()
    {
        var site = await store.ASiteAsync();
        (
            await site.PutArticleAsync("bridge", new { title = "Bridge", url = "https://news.example/b" })
        ).Expect(201);
        var posted = (await site.PostAsync("bridge", "ada", "The toll is *too* high")).Expect(201);

        var found = (
            await site.GetAsync(
                Path("TOLL high"),
                headers: ("ThreadStore-Min-Position", $"{posted.Position}")
            )
        ).Expect(200);

        var item = Assert.Single(found["items"].EnumerateArray());
        Assert.Equal(posted["id"].GetGuid(), item.GetProperty("id").GetGuid());
        Assert.Equal(
            "<p dir=\"auto\">The toll is <em>too</em> high</p>",
            item.GetProperty("html").GetString()
        );
        var article = item.GetProperty("article");
        Assert.Equal(
            ("bridge", "Bridge", "https://news.example/b"),
            (
                article.GetProperty("key").GetString(),
                article.GetProperty("title").GetString(),
                article.GetProperty("url").GetString()
            )
        );
        Assert.Equal(JsonValueKind.Null, found["nextCursor"].ValueKind);
        Assert.True(found.Position >= posted.Position);
        Assert.StartsWith("public", found.Headers["Cache-Control"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_phrases_alternatives_and_exclusions_mean_what_people_expect()
    {
        var site = await ADiscussionAsync(
            store,
            null,
            "red green blue",
            "green red",
            "blue sky",
            "Grün ist schön 汉字"
        );

        Assert.Equal(["green red", "red green blue"], (await FindAsync(site, "red green")).Order());
        Assert.Equal(["red green blue"], await FindAsync(site, "\"red green\""));
        Assert.Equal(["green red"], await FindAsync(site, "red -blue"));
        Assert.Equal(
            ["blue sky", "green red", "red green blue"],
            (await FindAsync(site, "sky or red")).Order()
        );
        Assert.Equal(["Grün ist schön 汉字"], await FindAsync(site, "SCHÖN 汉字"));
        Assert.Empty(await FindAsync(site, "violet"));
    }

    [Fact]
    public async Task Words_are_reduced_as_the_sites_language_does_also_where_the_language_changes()
    {
        var site = await ADiscussionAsync(store, null, "She was running", "They ran", "The end");
        Assert.Empty(await FindAsync(site, "runs"));

        (
            await store.SendAsync(
                "PUT",
                site.Path,
                new { language = "english" },
                site.Token("root", Role.Admin)
            )
        ).Expect(200);

        Assert.Equal(["She was running"], await FindAsync(site, "runs"));
        await site.ACommentAsync("bridge", "ben", "Many runners run");
        Assert.Equal(["Many runners run", "She was running"], (await FindAsync(site, "runs")).Order());
        // nothing but words that mean nothing: then they are what is looked for
        Assert.Equal(["The end"], await FindAsync(site, "the"));
    }

    [Fact]
    public async Task The_best_match_comes_first()
    {
        var site = await ADiscussionAsync(store, null, "toll toll toll", "one toll", "a toll, and a toll");

        Assert.Equal(["toll toll toll", "a toll, and a toll", "one toll"], await FindAsync(site, "toll"));
    }

    [Fact]
    public async Task Filters_narrow_it_down()
    {
        var site = await ADiscussionAsync(store, null, "needle one");
        (await site.PutArticleAsync("other")).Expect(201);
        (
            await store.SendAsync(
                "POST",
                $"{site.Path}/articles/other/comments",
                new { body = "needle two" },
                site.Token("ben")
            )
        ).Expect(201);
        var (today, tomorrow) = (DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", null);

        Assert.Equal(["needle one"], await FindAsync(site, "needle", "&article=bridge"));
        Assert.Equal(["needle two"], await FindAsync(site, "needle", "&article=other"));
        Assert.Equal(["needle two"], await FindAsync(site, "needle", "&author=ben"));
        Assert.Empty(await FindAsync(site, "needle", "&author=ben&article=bridge"));
        Assert.Empty(await FindAsync(site, "needle", "&article=nowhere"));
        Assert.Equal(
            2,
            (await FindAsync(site, "needle", $"&from={Day(today.AddDays(-1))}&to={Day(tomorrow)}")).Count
        );
        Assert.Empty(await FindAsync(site, "needle", $"&from={Day(tomorrow)}"));
        Assert.Empty(await FindAsync(site, "needle", $"&to={Json.Format(today.AddHours(-1))}"));
        Assert.Equal(2, (await FindAsync(site, "needle", "&from=0001-01-01&to=9999-12-31T23:59:59Z")).Count);
    }

    [Fact]
    public async Task What_readers_may_not_see_is_not_found()
    {
        var site = await ADiscussionAsync(store, new { flagsHeldForReview = 1 });
        var deleted = await site.ACommentAsync("bridge", "ada", "needle deleted");
        var flagged = await site.ACommentAsync("bridge", "ada", "needle flagged");
        var edited = await site.ACommentAsync("bridge", "ada", "needle edited");
        (await site.PutArticleAsync("gone")).Expect(201);
        await site.ACommentAsync("gone", "ada", "needle on what is withdrawn");
        Assert.Equal(4, (await FindAsync(site, "needle")).Count);

        Task<Reply> Send(string method, string path, object? body, string token) =>
            store.SendAsync(method, site.Path + path, body, token);
        (await Send("DELETE", $"/comments/{deleted}", null, site.Token("ada"))).Expect(204);
        (await Send("POST", $"/comments/{flagged}/flags", new { reason = "spam" }, site.Token("ben"))).Expect(
            201
        );
        (await Send("PATCH", $"/comments/{edited}", new { body = "thread now" }, site.Token("ada"))).Expect(
            200
        );
        (await Send("POST", "/articles/gone/withdraw", null, site.Token("cms", Role.Service))).Expect(200);

        Assert.Empty(await FindAsync(site, "needle"));
        Assert.Equal(["thread now"], await FindAsync(site, "thread"));
        (await Send("POST", "/articles/gone/publish", null, site.Token("cms", Role.Service))).Expect(200);
        Assert.Equal(["needle on what is withdrawn"], await FindAsync(site, "needle"));
    }

    [Fact]
    public async Task Another_sites_comments_are_never_found()
    {
        var (one, other) = (
            await ADiscussionAsync(store, null, "shared word"),
            await ADiscussionAsync(store, null, "shared word, elsewhere")
        );

        Assert.Equal(["shared word"], await FindAsync(one, "shared"));
        Assert.Equal(["shared word, elsewhere"], await FindAsync(other, "shared"));
    }

    [Fact]
    public async Task A_walk_meets_every_match_once_in_one_order()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("bridge")).Expect(201);
        var posted = await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(i =>
                    site.ACommentAsync(
                        "bridge",
                        $"c{i}",
                        string.Concat(Enumerable.Repeat("needle ", 1 + i % 4)) + i
                    )
                )
        );
        await FindAsync(site, "needle");

        var met = await Walk.PagesAsync(site, Path("needle"));

        var ids = met.Select(c => c.GetProperty("id").GetGuid()).ToList();
        Assert.Equal(posted.Order(), ids.Order());
        var whole = await Walk.PagesAsync(site, Path("needle"), limit: 100);
        Assert.Equal(whole.Select(c => c.GetProperty("id").GetGuid()), ids);
        var first = (await site.GetAsync(Path("needle", "&limit=7"))).Expect(200);
        var cursor = first["nextCursor"].GetString();
        foreach (
            var other in new[]
            {
                Path("needles"),
                Path("needle", "&author=c1"),
                Path("needle", "&from=2020-01-01"),
            }
        )
            (await site.GetAsync($"{other}&cursor={cursor}")).Expect(400, "bad-cursor");
    }

    [Theory]
    [InlineData("", "validation")]
    [InlineData("%20%09", "validation")]
    [InlineData("a%00b", "bad-request")]
    [InlineData("a&limit=0", "validation")]
    [InlineData("a&cursor=x", "bad-cursor")]
    [InlineData("a&from=yesterday", "validation")]
    [InlineData("a&to=2020-13-01", "validation")]
    [InlineData("a&article=a%00b", "validation")]
    [InlineData("a&author=..", "validation")]
    public async Task What_can_not_be_looked_for_is_refused(string query, string code)
    {
        var site = await store.ASiteAsync();

        (await site.GetAsync($"/search?q={query}")).Expect(400, code);
        (await site.GetAsync("/search")).Expect(400, "validation");
    }

    [Fact]
    public async Task No_query_however_odd_fails()
    {
        var site = await ADiscussionAsync(store, new { language = "english" }, "plain");
        string[] odd =
        [
            "\"",
            "\"\"",
            "-",
            "--",
            "- -",
            "-plain",
            "or",
            "or or or",
            "plain or",
            "!&|()<->:*",
            "' \\ ''",
            "a:*b & !c",
            "<1>",
            "\"unclosed phrase",
            new('(', 500),
            new('x', 500),
            string.Concat(Enumerable.Repeat("𝒳", 500)),
            string.Concat(Enumerable.Repeat("-a ", 160)),
            "\uFEFF",
            "\u200D",
            "%",
            "\uFFFD",
            "http://a.b/c?d=e&f=g#h",
            "a@b.c",
            "1e999999",
            "-1.5.2",
        ];

        foreach (var q in odd)
            Assert.True((await site.GetAsync(Path(q))).Status == 200, q);
        (await site.GetAsync("/search?q=%ED%A0%80")).Expect(200);
        (await site.GetAsync($"/search?q={new string('x', 501)}")).Expect(400, "validation");
    }

    [Fact]
    public async Task A_text_as_long_as_may_be_does_not_hold_up_those_after_it()
    {
        var site = await ADiscussionAsync(store, new { maxCommentLength = 200_000 });
        // distinct words, each a link, of characters that take three bytes: what makes a large index entry
        var links = string.Concat(Enumerable.Range(0, 18_000).Select(i => $"{(char)(0x4E00 + i)}.de/{i} "));
        await site.ACommentAsync("bridge", "ada", links);
        await site.ACommentAsync("bridge", "ada", new string('y', 150_000));
        await site.ACommentAsync("bridge", "ada", "after it");

        Assert.Equal(["after it"], await FindAsync(site, "after"));
    }

    [Fact]
    public async Task Who_wants_more_than_search_holds_is_told_so_after_a_while()
    {
        var connectionString = await store.CreateDatabaseAsync();
        await using var node = await ANodeAsync(connectionString);
        await node.Services.GetRequiredService<Indexer>().StopAsync(CancellationToken.None);
        var (site, client) = await ASiteAsync(node);
        var posted = (await PostAsync(client, site, "needle")).Expect(201);

        var behind = await Store.SendAsync(
            client,
            "GET",
            $"{site}{Path("needle", $"&minPosition={posted.Position}")}"
        );
        behind.Expect(503, "behind");
        var old = (await Store.SendAsync(client, "GET", site + Path("needle"))).Expect(200);
        Assert.True(old.Position < posted.Position);
        Assert.Empty(old["items"].EnumerateArray());
        var ready = (await Store.SendAsync(client, "GET", "/health/ready")).Expect(200);
        Assert.True(
            ready["checks"].GetProperty("search").GetProperty("data").GetProperty("lag").GetInt64() > 0
        );
    }

    [Fact]
    public async Task Positions_that_nothing_took_hold_nothing_up_and_a_rebuild_comes_out_equal()
    {
        var connectionString = await store.CreateDatabaseAsync();
        await using var node = await ANodeAsync(connectionString);
        var (site, client) = await ASiteAsync(node);
        (await PostAsync(client, site, "needle one")).Expect(201);
        await using var database = NpgsqlDataSource.Create(connectionString);
        async Task<string?> ReadAsync(string sql)
        {
            await using var command = database.CreateCommand(sql);
            return (await command.ExecuteScalarAsync())?.ToString();
        }
        // what a transaction leaves that was rolled back
        await ReadAsync("select count(nextval('threadstore.mt_events_sequence')) from generate_series(1, 3)");
        var posted = (await PostAsync(client, site, "needle two")).Expect(201);

        var found = await Store.SendAsync(
            client,
            "GET",
            $"{site}{Path("needle", $"&minPosition={posted.Position}")}"
        );

        Assert.Equal(2, found.Expect(200)["items"].GetArrayLength());
        const string rows =
            "select string_agg(r::text, E'\\n' order by r.site, r.id) from threadstore.search_rows r";
        var live = await ReadAsync(rows);
        await node.Services.GetRequiredService<Indexer>().StopAsync(CancellationToken.None);
        await ReadAsync("update threadstore.search_rows set body = '', words = ''");
        var daemon = await node.Services.GetRequiredService<IDocumentStore>().BuildProjectionDaemonAsync();
        await daemon.RebuildProjectionAsync(SearchRows.Name, CancellationToken.None);
        Assert.Equal(live, await ReadAsync(rows));
    }

    async Task<Microsoft.AspNetCore.Builder.WebApplication> ANodeAsync(string connectionString)
    {
        await using (var app = store.Builder(connectionString).Build())
            await Schema.ApplyAsync(
                app.Services.GetRequiredService<IDocumentStore>(),
                CancellationToken.None
            );
        return await store.StartKestrelAsync(connectionString);
    }

    static async Task<(string Site, HttpClient Client)> ASiteAsync(
        Microsoft.AspNetCore.Builder.WebApplication node
    )
    {
        var client = new HttpClient { BaseAddress = new(node.Urls.First()) };
        const string site = "/v1/sites/gazette";
        var admin = Store.Token("*", "root", Role.Admin);
        (await Store.SendAsync(client, "PUT", site, new { }, admin)).Expect(201);
        (await Store.SendAsync(client, "PUT", $"{site}/articles/a", new { title = "A" }, admin)).Expect(201);
        return (site, client);
    }

    static Task<Reply> PostAsync(HttpClient client, string site, string body) =>
        Store.SendAsync(client, "POST", $"{site}/articles/a/comments", new { body }, Store.Token("*", "ada"));
}
