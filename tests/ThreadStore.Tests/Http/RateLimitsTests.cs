using System.Diagnostics;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class RateLimitsTests(Store store)
{
    [Fact]
    public async Task A_commenter_who_writes_too_much_is_told_when_to_go_on_and_nobody_else_is()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await using var node = await LimitedNode.StartAsync(
            store,
            ("WritesPerMinute", "2"),
            ("WriteBurst", "3")
        );
        var client = node.Client;
        Task<Reply> Post(string body, string token) =>
            Store.SendAsync(
                client,
                "POST",
                $"{site.Path}/articles/{article}/comments",
                new { body },
                token,
                ("Origin", "https://news.example")
            );
        for (var i = 0; i < 3; i++)
            (await Post($"{i}", site.Token("ada"))).Expect(201);

        var refused = (await Post("3", site.Token("ada"))).Expect(429, "rate-limited");

        Assert.InRange(int.Parse(refused.Headers["Retry-After"], null), 1, 60);
        Assert.True(refused.Position > 0);
        Assert.Contains(
            "Retry-After",
            refused.Headers["Access-Control-Expose-Headers"],
            StringComparison.Ordinal
        );
        (await Post("4", site.Token("ben"))).Expect(201);
        // she may still read, and programs of the publisher write as much as they like
        (
            await Store.SendAsync(client, "GET", $"{site.Path}/articles/{article}", token: site.Token("ada"))
        ).Expect(200);
        for (var i = 5; i < 15; i++)
            (await Post($"{i}", site.Token("cms", i % 2 == 0 ? Role.Service : Role.Admin))).Expect(201);
    }

    [Fact]
    public async Task An_address_that_reads_too_much_is_refused_but_not_its_neighbours_nor_this_machine()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await using var node = await LimitedNode.StartAsync(store, ("ReadsPerMinute", "3"));
        var client = node.Client;
        Task<Reply> Get(string path, string from) =>
            Store.SendAsync(client, "GET", path, headers: (LimitedNode.AddressHeader, from));
        var thread = $"{site.Path}/articles/{article}/comments";
        for (var i = 0; i < 3; i++)
            (await Get(thread, "2001:db8::1")).Expect(200);

        (await Get(thread, "2001:db8::2")).Expect(429, "rate-limited");
        (await Get($"{thread}?minPosition=999999999999", "2001:db8::3")).Expect(429);
        (await Get(thread, "2001:db8:0:1::1")).Expect(200);
        foreach (var path in new[] { "/health/live", "/metrics", "/openapi/v1.json", "/problems/busy" })
            (await Get(path, "2001:db8::1")).Expect(200);
        for (var i = 0; i < 10; i++)
            (await Get(thread, "127.0.0.1")).Expect(200);
    }

    [Fact]
    public async Task The_defaults_let_a_script_post_several_hundred_comments_in_one_go()
    {
        // of somebody who is no newcomer, or where newcomers are as free as others
        var site = await store.ASiteAsync(new { newcomerWritesPerMinute = (int?)null });
        var article = await site.AnArticleAsync();
        await using var node = await LimitedNode.StartAsync(store);
        var client = node.Client;

        var replies = await Task.WhenAll(
            Enumerable
                .Range(0, 500)
                .Select(i =>
                    Store.SendAsync(
                        client,
                        "POST",
                        $"{site.Path}/articles/{article}/comments",
                        new { body = $"{i}" },
                        site.Token("ada")
                    )
                )
        );

        Assert.All(replies, r => r.Expect(201));
    }

    [Fact]
    public void Who_has_part_of_one_left_has_none()
    {
        var limit = new RateLimit<string>("test", _ => new(Burst: 2, PerMinute: 60));
        Assert.False(limit.IsSpent("ada"));
        Assert.True(limit.TryTake("ada"));
        Assert.False(limit.IsSpent("ada"));
        Assert.True(limit.TryTake("ada"));

        // one comes back after a second, and parts of it all the time
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMilliseconds(400))
            Assert.True(
                limit.IsSpent("ada") || Stopwatch.GetElapsedTime(started) > TimeSpan.FromMilliseconds(900)
            );
        Assert.False(limit.IsSpent("ben"));
    }
}
