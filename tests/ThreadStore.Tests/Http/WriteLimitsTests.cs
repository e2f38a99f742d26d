using System.Diagnostics;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

/// <summary>What people may write in their first day, from one address, and without a good token.</summary>
public class WriteLimitsTests(Store store)
{
    static Task<Reply> PostAsync(
        LimitedNode node,
        TestSite site,
        string article,
        string token,
        string query = "",
        params (string, string)[] headers
    ) =>
        Store.SendAsync(
            node.Client,
            "POST",
            $"{site.Path}/articles/{article}/comments{query}",
            new { body = $"{Guid.NewGuid()}" },
            token,
            headers
        );

    async Task JoinedAsync(TestSite site, string key, TimeSpan ago)
    {
        await using var command = store.Database.CreateCommand(
            "update threadstore.commenter_rows set joined_at = now() - $3 where site = $1 and id = $2"
        );
        command.Parameters.Add(new() { Value = site.Key });
        command.Parameters.Add(new() { Value = StreamId.Commenter(site.Key, key) });
        command.Parameters.Add(new() { Value = ago });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task In_their_first_day_commenters_write_twenty_times_in_one_go_and_then_ten_a_minute()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await using var node = await LimitedNode.StartAsync(store);
        var started = Stopwatch.GetTimestamp();
        var written = 0;
        Reply reply;
        while ((reply = await PostAsync(node, site, article, site.Token("ada"))).Status == 201)
            written++;

        reply.Expect(429, "rate-limited");
        // on a machine that has little time for it, some come in after the first twenty
        Assert.InRange(written, 20, 21 + Stopwatch.GetElapsedTime(started).TotalMinutes * 10);
        Assert.InRange(int.Parse(reply.Headers["Retry-After"], null), 1, 6);
        Assert.Equal("\"newcomers\";q=20;w=120", reply.Headers["RateLimit-Policy"]);
        Assert.StartsWith("\"newcomers\";r=", reply.Headers["RateLimit"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_newcomers_write_counts_and_nobody_else_is_kept_waiting()
    {
        var site = await store.ASiteAsync(new { newcomerWritesPerMinute = 1 });
        var article = await site.AnArticleAsync();
        await using var node = await LimitedNode.StartAsync(store);
        // the node learns of the site's settings with the first write
        (await PostAsync(node, site, article, site.Token("cara"))).Expect(201);
        // before anybody looks whether they are new they are told the narrower limit
        var first = (await PostAsync(node, site, article, site.Token("dora"))).Expect(201);
        Assert.StartsWith("\"newcomers\";r=19;", first.Headers["RateLimit"], StringComparison.Ordinal);
        Reply last = null!;
        for (var i = 0; i < 20; i++)
            last = (await PostAsync(node, site, article, site.Token("ada"))).Expect(201);
        Assert.Equal("\"newcomers\";q=20;w=1200", last.Headers["RateLimit-Policy"]);
        Assert.StartsWith("\"newcomers\";r=", last.Headers["RateLimit"], StringComparison.Ordinal);
        (await PostAsync(node, site, article, site.Token("ada"))).Expect(429, "rate-limited");
        // all else that they write counts, what they read does not, nor what they only try
        (
            await Store.SendAsync(
                node.Client,
                "PUT",
                $"{site.Path}/comments/{last["id"].GetString()}/reactions/like",
                token: site.Token("ada")
            )
        ).Expect(429);
        (await PostAsync(node, site, article, site.Token("ada"), "?dryRun=true")).Expect(200);
        (
            await Store.SendAsync(
                node.Client,
                "GET",
                $"{site.Path}/articles/{article}/me",
                token: site.Token("ada")
            )
        ).Expect(200);
        // nobody else is kept waiting, and who keeps order is no newcomer
        (await PostAsync(node, site, article, site.Token("ben"))).Expect(201);
        for (var i = 0; i < 25; i++)
            (await PostAsync(node, site, article, site.Token("mona", Role.Moderator))).Expect(201);
    }

    [Theory]
    [InlineData(25, 201)]
    [InlineData(23, 429)]
    public async Task After_a_day_they_write_as_all_others_do(int hoursAgo, int status)
    {
        var site = await store.ASiteAsync(new { newcomerWritesPerMinute = 1 });
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Hello");
        await JoinedAsync(site, "ada", TimeSpan.FromHours(hoursAgo));
        await using var node = await LimitedNode.StartAsync(store);

        var replies = new List<Reply>();
        for (var i = 0; i < 25; i++)
            replies.Add(await PostAsync(node, site, article, site.Token("ada")));

        Assert.Equal(status, replies[^1].Status);
        if (status == 201)
            Assert.StartsWith("\"writes\";r=9", replies[^1].Headers["RateLimit"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_site_says_how_much_that_is()
    {
        var site = await store.ASiteAsync(new { newcomerWritesPerMinute = 1, newcomerWriteBurst = 2 });
        var article = await site.AnArticleAsync();
        await using var node = await LimitedNode.StartAsync(store);
        // the node learns of a site with the first write
        for (var i = 0; i < 3; i++)
            await PostAsync(node, site, article, site.Token("ada"));
        var refused = (await PostAsync(node, site, article, site.Token("ada"))).Expect(429);
        Assert.Equal("\"newcomers\";q=2;w=120", refused.Headers["RateLimit-Policy"]);
        (
            await store.SendAsync(
                "PUT",
                site.Path,
                new { newcomerWritesPerMinute = (int?)null },
                Store.Token("*", "root", Role.Admin)
            )
        ).Expect(200);
        (await PostAsync(node, site, article, site.Token("ben"))).Expect(201);
        for (var i = 0; i < 30; i++)
            (await PostAsync(node, site, article, site.Token("ada"))).Expect(201);
    }

    [Fact]
    public async Task Many_commenters_at_one_address_share_a_limit()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await using var node = await LimitedNode.StartAsync(
            store,
            ("AddressWritesPerMinute", "1"),
            ("AddressWriteBurst", "5")
        );
        Task<Reply> Post(string by, string from, Role roles = Role.None) =>
            PostAsync(node, site, article, site.Token(by, roles), "", (LimitedNode.AddressHeader, from));
        for (var i = 0; i < 5; i++)
            (await Post($"farm{i}", "192.0.2.7")).Expect(201);

        var refused = (await Post("farm6", "192.0.2.7")).Expect(429, "rate-limited");

        Assert.Equal("\"address\";q=5;w=300", refused.Headers["RateLimit-Policy"]);
        (await Post("farm6", "192.0.2.8")).Expect(201);
        (await Post("cms", "192.0.2.7", Role.Service)).Expect(201);
        for (var i = 0; i < 10; i++)
            (await Post($"here{i}", "127.0.0.1")).Expect(201);
    }

    [Fact]
    public async Task Whoever_sends_bad_tokens_waits_but_not_who_is_known_nor_who_needs_none()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await using var node = await LimitedNode.StartAsync(store, ("RefusedPerMinute", "1"));
        Task<Reply> Post(string token, string from) =>
            PostAsync(node, site, article, token, "", (LimitedNode.AddressHeader, from));
        var known = site.Token("ada");
        (await Post(known, "192.0.2.7")).Expect(201);
        (await Post($"{site.Token("eve")}0", "192.0.2.7")).Expect(401, "unauthorized");

        var refused = (await Post($"{site.Token("eve")}x", "192.0.2.7")).Expect(429, "rate-limited");

        Assert.InRange(int.Parse(refused.Headers["Retry-After"], null), 1, 60);
        Assert.Equal("\"refused\";q=1;w=60", refused.Headers["RateLimit-Policy"]);
        (await Post(known, "192.0.2.7")).Expect(201);
        (await Post(site.Token("ben"), "192.0.2.8")).Expect(201);
        (
            await Store.SendAsync(
                node.Client,
                "GET",
                $"{site.Path}/articles/{article}/comments",
                headers: (LimitedNode.AddressHeader, "192.0.2.7")
            )
        ).Expect(200);
    }

    [Fact]
    public async Task Preflights_count_as_what_an_address_reads()
    {
        var site = await store.ASiteAsync();
        await using var node = await LimitedNode.StartAsync(store, ("ReadsPerMinute", "1"));
        Task<Reply> Preflight(string from) =>
            Store.SendAsync(
                node.Client,
                "OPTIONS",
                $"{site.Path}/articles/a/comments",
                null,
                null,
                ("Origin", "https://news.example"),
                ("Access-Control-Request-Method", "POST"),
                (LimitedNode.AddressHeader, from)
            );
        (await Preflight("192.0.2.7")).Expect(204);

        var refused = (await Preflight("192.0.2.7")).Expect(429, "rate-limited");

        Assert.Equal("*", refused.Headers["Access-Control-Allow-Origin"]);
        Assert.Equal("\"reads\";q=1;w=60", refused.Headers["RateLimit-Policy"]);
        (await Preflight("192.0.2.8")).Expect(204);
    }
}
