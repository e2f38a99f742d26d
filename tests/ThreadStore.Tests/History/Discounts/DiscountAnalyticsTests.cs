using System.Text.Json;
using ThreadStore.History.Discounts;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History.Discounts;

public sealed class DiscountAnalyticsTests(Store store)
{
    static Task<Reply> AskAsync(TestSite site, object body) =>
        site.SendAsync("POST", "/analytics/discount", body, site.Token("ana", Role.Analyst));

    static Task<Reply> ReactAsync(TestSite site, Guid comment, string by, string kind) =>
        site.SendAsync("PUT", $"/comments/{comment}/reactions/{kind}", null, site.Token(by));

    static Task<Reply> FlagAsync(TestSite site, Guid comment, string by) =>
        site.SendAsync("POST", $"/comments/{comment}/flags", new { reason = "spam" }, site.Token(by));

    /// <summary>Figures that the twin, whose clock is another, has as well: of the rank "hot", what votes add to it.</summary>
    sealed record Figures(
        string State,
        string Reactions,
        int Flags,
        int Replies,
        double Best,
        double Controversial,
        double HotVotes
    );

    [Theory]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public async Task It_is_a_history_in_which_they_never_cast(int seed, bool onlyLater)
    {
        var twins = new Twins(
            await store.ASiteAsync(new { flagsHeldForReview = 3 }),
            await store.ASiteAsync(new { flagsHeldForReview = 3 }),
            seed
        );
        await twins.PlayAsync(40, ringCasts: onlyLater);
        var middle = DateTimeOffset.UtcNow;
        await twins.PlayAsync(60, ringCasts: false);
        var events = await twins.Real.CountEventsAsync();

        var answer = (
            await AskAsync(
                twins.Real,
                onlyLater
                    ? new { commenters = Twins.Ring, from = $"{middle:O}" }
                    : new { commenters = Twins.Ring }
            )
        ).Expect(200);

        var (real, would) = (
            await FiguresAsync(twins.Real, twins.RealComments),
            await FiguresAsync(twins.Twin, twins.TwinComments)
        );
        Assert.NotEqual(real, would);
        var differing = answer["comments"].EnumerateArray().ToDictionary(c => c.GetProperty("id").GetGuid());
        for (var i = 0; i < real.Count; i++)
        {
            var id = twins.RealComments[i];
            var isThere = differing.TryGetValue(id, out var told);
            Assert.True(
                would[i] == (isThere ? Told(told, await HotOfTimeAsync(id)) : real[i]),
                $"{i}: {would[i]}, {real[i]}, {told}"
            );
            Assert.True(isThere == (real[i] != would[i]), $"{i}: {would[i]}, {real[i]}");
            if (isThere)
                Assert.Equal(real[i], Told(told.GetProperty("was"), await HotOfTimeAsync(id)));
        }
        Assert.Equal(differing.Count, answer["totals"].GetProperty("comments").GetInt32());
        await TopAsync(answer, twins);
        Assert.Equal(events, await twins.Real.CountEventsAsync());
        var counts = await CountAsync(twins.Twin, twins.Article);
        var now = await CountAsync(twins.Real, twins.Article);
        Assert.Equal(
            counts,
            answer["articles"]
                .EnumerateArray()
                .Select(a => a.GetProperty("commentCount").GetInt32())
                .FirstOrDefault(now)
        );
    }

    static async Task<int> CountAsync(TestSite site, string article) =>
        (await site.GetAsync($"/articles/{article}")).Expect(200)["commentCount"].GetInt32();

    /// <summary>The lists are those that the twin's rows give, and say where each stands in those of its own.</summary>
    static async Task TopAsync(Reply answer, Twins twins)
    {
        foreach (var list in (string[])["best", "controversial", "replies", "hot"])
        {
            var told = answer["top"].GetProperty(list).EnumerateArray().ToList();
            var (here, there) = (
                await TopOfAsync(twins.Real, list, twins.RealComments),
                await TopOfAsync(twins.Twin, list, twins.TwinComments)
            );
            Assert.Equal(there, told.Select(t => twins.RealComments.IndexOf(t.GetProperty("id").GetGuid())));
            Assert.Equal(
                there.Select(i => here.IndexOf(i) is >= 0 and var at ? at + 1 : (int?)null),
                told.Select(t =>
                    t.GetProperty("was") is { ValueKind: JsonValueKind.Number } n ? n.GetInt32() : (int?)null
                )
            );
        }
    }

    static async Task<List<int>> TopOfAsync(TestSite site, string list, List<Guid> comments)
    {
        var column = list == "replies" ? "reply_count" : list;
        await using var command = site.Store.Database.CreateCommand(
            $"""
            select id from threadstore.comment_rows where site = $1 and state = 'published' and {column} > 0
            order by {column} desc, posted_at desc, id limit 20
            """
        );
        command.Parameters.Add(new() { Value = site.Key });
        var places = new List<int>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            places.Add(comments.IndexOf(reader.GetGuid(0)));
        return places;
    }

    static Figures Told(JsonElement c, double hotOfTime) =>
        new(
            c.GetProperty("state").GetString()!,
            Sorted(c.GetProperty("reactions").GetRawText()),
            c.GetProperty("flags").GetInt32(),
            c.GetProperty("replyCount").GetInt32(),
            c.GetProperty("best").GetDouble(),
            c.GetProperty("controversial").GetDouble(),
            Math.Round(c.GetProperty("hot").GetDouble() - hotOfTime, 6)
        );

    static string Sorted(string reactions) =>
        string.Join(
            ',',
            JsonSerializer
                .Deserialize<Dictionary<string, int>>(reactions)!
                .OrderBy(r => r.Key, StringComparer.Ordinal)
                .Select(r => $"{r.Key}:{r.Value}")
        );

    async Task<double> HotOfTimeAsync(Guid comment)
    {
        await using var command = store.Database.CreateCommand(
            "select extract(epoch from posted_at)::float8 / 45000 from threadstore.comment_rows where id = $1"
        );
        command.Parameters.Add(new() { Value = comment });
        return (double)(await command.ExecuteScalarAsync())!;
    }

    static async Task<List<Figures>> FiguresAsync(TestSite site, List<Guid> comments)
    {
        await using var command = site.Store.Database.CreateCommand(
            """
            select c.state, c.reactions, c.flags, c.reply_count, c.best, c.controversial,
              c.hot - extract(epoch from c.posted_at)::float8 / 45000
            from unnest($2) with ordinality u(id, n) join threadstore.comment_rows c on c.site = $1 and c.id = u.id
            order by u.n
            """
        );
        command.Parameters.Add(new() { Value = site.Key });
        command.Parameters.Add(new() { Value = comments.ToArray() });
        var figures = new List<Figures>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            figures.Add(
                new(
                    reader.GetString(0),
                    Sorted(reader.GetString(1)),
                    reader.GetInt32(2),
                    reader.GetInt32(3),
                    reader.GetDouble(4),
                    reader.GetDouble(5),
                    Math.Round(reader.GetDouble(6), 6)
                )
            );
        return figures;
    }

    [Fact]
    public async Task What_flags_held_was_never_held_and_an_edit_of_it_is_published()
    {
        var site = await store.ASiteAsync(new { flagsHeldForReview = 2 });
        var article = await site.AnArticleAsync();
        var parent = await site.ACommentAsync(article, "ada", "On the article");
        var reply = await site.ACommentAsync(article, "ben", "A reply", parent);
        foreach (var by in (string[])["rex", "ria"])
            (await FlagAsync(site, reply, by)).Expect(201);
        (
            await site.SendAsync("PATCH", $"/comments/{reply}", new { body = "Mended" }, site.Token("ben"))
        ).Expect(200);

        var answer = (await AskAsync(site, new { commenters = (string[])["rex", "ria"] })).Expect(200);

        var comments = answer["comments"].EnumerateArray().ToList();
        Assert.Equal([reply, parent], comments.Select(c => c.GetProperty("id").GetGuid()));
        Assert.Equal("published", comments[0].GetProperty("state").GetString());
        Assert.Equal("pending", comments[0].GetProperty("was").GetProperty("state").GetString());
        Assert.Equal(1, comments[1].GetProperty("replyCount").GetInt32());
        Assert.Equal(
            $$$"""[{"key":"{{{article}}}","commentCount":2,"was":{"commentCount":1}}]""",
            answer["articles"].GetRawText()
        );
        Assert.Equal(
            """{"reactions":0,"flags":2,"comments":2,"articles":1}""",
            answer["totals"].GetRawText()
        );
        // one of the two flags alone holds nothing either
        var one = (await AskAsync(site, new { commenters = (string[])["rex"] })).Expect(200);
        Assert.Equal(1, one["comments"][0].GetProperty("flags").GetInt32());
        Assert.Equal("published", one["comments"][0].GetProperty("state").GetString());
    }

    /// <summary>A sample only says how much need not be looked at.</summary>
    [Fact]
    public async Task Lists_are_the_same_however_much_is_known_beforehand()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var parents = new List<Guid>();
        for (var i = 0; i < 45; i++)
            parents.Add(
                await site.ACommentAsync(article, $"c{i}", $"Text {i}", i < 3 ? null : parents[i % 9 % i])
            );
        await using var connection = await store.Database.OpenConnectionAsync(
            TestContext.Current.CancellationToken
        );
        // nobody else sees it
        await using var snapshot = await connection.BeginTransactionAsync(
            TestContext.Current.CancellationToken
        );
        await using var votes = new Npgsql.NpgsqlCommand(
            """
            update threadstore.comment_rows set best = abs(text_hash % 15)::float8, controversial = abs(text_hash % 4)::float8
            where site = $1
            """,
            connection,
            snapshot
        );
        votes.Parameters.Add(new() { Value = site.Key });
        await votes.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        async Task<string> ListsAsync(double sample) =>
            JsonSerializer.Serialize(
                await new TopLists(connection, snapshot, site.Key, null, [], sample).ReadAsync(
                    TestContext.Current.CancellationToken
                )
            );

        var whole = await ListsAsync(100);

        Assert.Equal(await ListsAsync(0), whole);
        var lists = JsonSerializer.Deserialize<JsonElement>(whole);
        Assert.Equal(20, lists.GetProperty("Hot").GetArrayLength());
        Assert.Equal(20, lists.GetProperty("Best").GetArrayLength());
    }

    [Fact]
    public async Task Only_what_was_cast_on_an_article_counts_where_one_is_named()
    {
        var site = await store.ASiteAsync();
        var (one, two) = (await site.AnArticleAsync(), await site.AnArticleAsync());
        var (here, there) = (
            await site.ACommentAsync(one, "ada", "a"),
            await site.ACommentAsync(two, "ada", "b")
        );
        foreach (var comment in (Guid[])[here, there])
            (await ReactAsync(site, comment, "rex", "like")).Expect(200);

        var answer = (await AskAsync(site, new { commenters = (string[])["rex"], article = one })).Expect(
            200
        );

        Assert.Equal(here, Assert.Single(answer["comments"].EnumerateArray()).GetProperty("id").GetGuid());
        Assert.Equal(
            [here],
            answer["top"].GetProperty("hot").EnumerateArray().Select(t => t.GetProperty("id").GetGuid())
        );
        Assert.Empty(answer["top"].GetProperty("best").EnumerateArray());
    }

    [Fact]
    public async Task An_article_that_was_renamed_is_named_by_either_key()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, "ada", "a");
        (await ReactAsync(site, comment, "rex", "like")).Expect(200);
        var renamed = $"{article}-renamed";
        (
            await site.SendAsync(
                "POST",
                $"/articles/{article}/rename",
                new { key = renamed },
                site.Token("cms", Role.Service)
            )
        ).Expect(200);

        foreach (var key in (string[])[article, renamed])
        {
            var answer = await AskAsync(site, new { commenters = (string[])["rex"], article = key });
            Assert.Equal(1, answer.Expect(200)["totals"].GetProperty("reactions").GetInt32());
        }
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_and_says_why()
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "a");
        object[] invalid =
        [
            new { commenters = (string[])[] },
            new { commenters = Enumerable.Range(0, 1_000).Select(i => $"c{i}").ToArray() },
            new { commenters = (string?[])[null] },
            new { commenters = (string[])[".."] },
            new { commenters = (string[])["ada"], from = "yesterday" },
            new
            {
                commenters = (string[])["ada"],
                from = "2021-04-02",
                to = "2021-04-01",
            },
            new { commenters = (string[])["ada"], article = "." },
            new { },
        ];
        foreach (var body in invalid)
            (await AskAsync(site, body)).Expect(400, "validation");

        Assert.Contains(
            "999",
            (await AskAsync(site, invalid[1]))["errors"]
                .GetProperty("commenters")[0]
                .GetProperty("message")
                .GetString()
        );
        (await AskAsync(site, new { commenters = (string[])["ada"], nope = 1 })).Expect(400);
        Assert.Contains(
            "'absent'",
            (await AskAsync(site, new { commenters = (string[])["ada", "absent"] }))
                .Expect(404, "commenter-not-found")["detail"]
                .GetString()
        );
        (await AskAsync(site, new { commenters = (string[])["ada"], article = "absent" })).Expect(
            404,
            "article-not-found"
        );
    }
}
