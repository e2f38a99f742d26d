using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Sites;
using ThreadStore.Tests.Privacy;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Sites;

public sealed class RetentionTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset LongAgo = DateTimeOffset.UtcNow.AddDays(-40).ToMicroseconds();

    static StreamEvent Flagged(Guid comment, string by, DateTimeOffset at) =>
        StreamEvent.First<Flag>(
            StreamId.Flag(comment, by),
            new CommentFlagged(comment, "a", FlagReason.Other, $"Secret of {by}", by, at)
        );

    static async Task<string> ExportAsync(Node node, string site)
    {
        using var written = new MemoryStream();
        await new ExportSite(node.Database, site).RunAsync(() => written, _ => { }, Ct);
        return System.Text.Encoding.UTF8.GetString(written.ToArray());
    }

    [Fact]
    public async Task Notes_of_flags_that_are_too_old_are_gone_from_events_rows_and_exports_and_flags_stay()
    {
        await using var node = await Node.StartAsync(store);
        await using var other = await node.AnotherAsync();
        var site = await node.ASiteAsync(new { retentionDays = 30, flagsHeldForReview = (int?)null });
        var careless = await node.ASiteAsync(new { flagsHeldForReview = (int?)null });
        foreach (var at in (TestSite[])[site, careless])
            (await at.PutArticleAsync("a")).Expect(201);
        var comment = await site.ACommentAsync("a", "ada", "Hello");
        var kept = await careless.ACommentAsync("a", "ada", "Hello");
        await Past.HappenAsync(
            node.Appender,
            site.Key,
            Flagged(comment, "old", LongAgo),
            Flagged(comment, "new", DateTimeOffset.UtcNow.ToMicroseconds())
        );
        await Past.HappenAsync(node.Appender, careless.Key, Flagged(kept, "other", LongAgo));
        var before = (await site.GetAsync($"/comments/{comment}")).Expect(200);
        await node.ScalarAsync(
            $"""
            insert into threadstore.deliveries (site, recipient, position, subject, queued_at, due_at, attempts)
            select '{site.Key}', 'classifier', n, gen_random_uuid(), now() - n * interval '20 days', now() + interval '1 day', 1
            from generate_series(1, 2) n
            """
        );

        await Task.WhenAll(PurgeAsync(node), PurgeAsync(other));
        await PurgeAsync(node);

        var export = await ExportAsync(node, site.Key);
        Assert.DoesNotContain("Secret of old", export, StringComparison.Ordinal);
        Assert.Contains("Secret of new", export, StringComparison.Ordinal);
        Assert.Single(
            export.Split('\n'),
            l => l.Contains("\"type\":\"flag-notes-purged\"", StringComparison.Ordinal)
        );
        Assert.Contains("Secret of other", await ExportAsync(node, careless.Key), StringComparison.Ordinal);
        Assert.Equal(
            1L,
            await node.ScalarAsync(
                $"select count(*) from threadstore.flag_rows where site = '{site.Key}' and note is not null"
            )
        );
        Assert.Equal(
            1L,
            await node.ScalarAsync(
                $"select count(*) from threadstore.deliveries where site = '{site.Key}' and recipient = 'classifier' and attempts = 1"
            )
        );
        // the flags themselves, and the version that an ETag names, are what they were
        var queue = await site.GetAsync("/moderation/queue?state=flagged", site.Token("mod", Role.Moderator));
        Assert.Equal(2, queue.Expect(200)["items"][0].GetProperty("flags").GetProperty("other").GetInt32());
        Assert.Equal(
            before["version"].GetInt32(),
            (await site.GetAsync($"/comments/{comment}")).Expect(200)["version"].GetInt32()
        );
        await node.AssertRowsFollowFromEventsAsync(500, 1);
    }

    [Fact]
    public async Task Notes_on_what_is_under_appeal_are_kept_until_that_ends()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync(new { retentionDays = 30 });
        (await site.PutArticleAsync("a")).Expect(201);
        var comment = await site.ACommentAsync("a", "ada", "Hello");
        await Past.HappenAsync(node.Appender, site.Key, Flagged(comment, "old", LongAgo));
        var moderator = site.Token("mod", Role.Moderator);
        (
            await site.SendAsync("POST", $"/comments/{comment}/reject", new { reason = "spam" }, moderator)
        ).Expect(200);
        var appeal = (
            await site.SendAsync(
                "POST",
                $"/comments/{comment}/appeal",
                new { text = "But" },
                site.Token("ada")
            )
        ).Expect(201);

        await PurgeAsync(node);

        Assert.Contains("Secret of old", await ExportAsync(node, site.Key), StringComparison.Ordinal);
        (
            await site.SendAsync(
                "POST",
                $"/moderation/appeals/{appeal["id"].GetGuid()}",
                new { uphold = true, reason = "No" },
                site.Token("mod2", Role.Moderator)
            )
        ).Expect(200);
        await PurgeAsync(node);
        Assert.DoesNotContain("Secret of old", await ExportAsync(node, site.Key), StringComparison.Ordinal);
        await node.AssertRowsFollowFromEventsAsync();
    }

    [Fact]
    public async Task Notes_on_what_is_under_notice_are_kept_until_that_ends()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync(new { retentionDays = 30 });
        (await site.PutArticleAsync("a")).Expect(201);
        var comment = await site.ACommentAsync("a", "ada", "Hello");
        await Past.HappenAsync(node.Appender, site.Key, Flagged(comment, "old", LongAgo));
        (
            await site.SendAsync(
                "POST",
                $"/comments/{comment}/reports",
                new
                {
                    reason = "defamation",
                    explanation = "It is not so.",
                    goodFaith = true,
                }
            )
        ).Expect(201);

        await PurgeAsync(node);

        Assert.Contains("Secret of old", await ExportAsync(node, site.Key), StringComparison.Ordinal);
        (
            await site.SendAsync(
                "POST",
                $"/comments/{comment}/approve",
                new { },
                site.Token("mod", Role.Moderator)
            )
        ).Expect(200);
        await PurgeAsync(node);
        Assert.DoesNotContain("Secret of old", await ExportAsync(node, site.Key), StringComparison.Ordinal);
    }

    /// <summary>What retention does when so many days have passed.</summary>
    static async Task PurgeAfterAsync(Node node, int days)
    {
        await node.IndexedAsync();
        var clock = new ManualClock();
        clock.Advance(TimeSpan.FromDays(days));
        // who indexes keeps it away for a moment
        for (var i = 0; i < 3; i++)
            await ActivatorUtilities
                .CreateInstance<Retention>(node.Services, (TimeProvider)clock)
                .PurgeAsync(Ct);
    }

    [Fact]
    public async Task Texts_that_were_rejected_or_deleted_long_ago_are_gone_and_what_is_counted_stays()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync(
            new
            {
                retention = new { rejectedDays = 30, deletedDays = 10 },
                suspectWords = (string[])["zq7word"],
            }
        );
        (await site.PutArticleAsync("a")).Expect(201);
        var moderator = site.Token("mod", Role.Moderator);
        Task<Reply> DecideAsync(Guid comment, string action, object? body = null) =>
            site.SendAsync("POST", $"/comments/{comment}/{action}", body ?? new { }, moderator);
        var rejected = await site.ACommentAsync("a", "ada", "Buy zq7word here");
        (await DecideAsync(rejected, "reject", new { reason = "spam" })).Expect(200);
        var appealed = await site.ACommentAsync("a", "ben", "Not zq7word kept");
        (await DecideAsync(appealed, "reject", new { reason = "spam" })).Expect(200);
        var appeal = (
            await site.SendAsync(
                "POST",
                $"/comments/{appealed}/appeal",
                new { text = "But" },
                site.Token("ben")
            )
        ).Expect(201);
        var deleted = await site.ACommentAsync("a", "ada", "Say zq7deleted");
        await site.ACommentAsync("a", "ben", "A reply", deleted);
        (await site.SendAsync("DELETE", $"/comments/{deleted}", null, site.Token("ada"))).Expect(204);
        await site.ACommentAsync("a", "ada", "Stays zq7seen");
        var counts = (await site.GetAsync("/articles/a")).Expect(200)["commentCount"].GetInt32();
        await node.IndexedAsync();
        var analyst = site.Token("ann", Role.Analyst);
        // but for the position that it is of
        async Task<string> PeopleAsync() =>
            (await site.GetAsync("/analytics/commenters", analyst)).Expect(200).Text.Split(",\"position\"")[
                0
            ];
        var people = await PeopleAsync();

        await PurgeAfterAsync(node, 9);
        Assert.Contains("zq7deleted", await ExportAsync(node, site.Key), StringComparison.Ordinal);
        await PurgeAfterAsync(node, 29);
        Assert.NotEmpty(await TextsAsync("Buy zq7word"));
        Assert.Empty(await TextsAsync("zq7deleted"));
        await PurgeAfterAsync(node, 31);

        Assert.Empty(await TextsAsync("Buy zq7word"));
        Assert.NotEmpty(await TextsAsync("Not zq7word kept"));
        Assert.NotEmpty(await TextsAsync("zq7seen"));
        Assert.Equal(counts, (await site.GetAsync("/articles/a")).Expect(200)["commentCount"].GetInt32());
        Assert.Equal(people, await PeopleAsync());
        Assert.Equal(
            2,
            (await site.GetAsync("/moderation/queue?state=rejected", moderator))
                .Expect(200)["items"]
                .GetArrayLength()
        );
        // nothing can be brought back, nor asked for
        (await DecideAsync(rejected, "approve")).Expect(409, "comment-deleted");
        (
            await site.SendAsync(
                "POST",
                $"/comments/{rejected}/appeal",
                new { text = "But" },
                site.Token("ada")
            )
        ).Expect(409, "comment-deleted");
        await node.AssertErasureLawsAsync();

        (
            await site.SendAsync(
                "POST",
                $"/moderation/appeals/{appeal["id"].GetGuid()}",
                new { uphold = true, reason = "No" },
                site.Token("mod2", Role.Moderator)
            )
        ).Expect(200);
        await PurgeAfterAsync(node, 31);
        Assert.Empty(await TextsAsync("Not zq7word kept"));
        Assert.Equal(
            3,
            (await ExportAsync(node, site.Key))
                .Split('\n')
                .Count(l => l.Contains("\"type\":\"comment-text-purged\"", StringComparison.Ordinal))
        );
        await node.AssertErasureLawsAsync();

        async Task<List<string>> TextsAsync(string text) =>
            [.. (await node.Database.PlacesAsync(text)).Where(p => !p.Contains("site_rows"))];
    }

    [Fact]
    public async Task People_of_whom_nothing_was_heard_are_erased_and_those_who_are_banned_are_not()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync(new { retention = new { inactiveCommenterDays = 30 } });
        (await site.PutArticleAsync("a")).Expect(201);
        var answered = await site.ACommentAsync("a", "ada", "Long ago");
        await site.ACommentAsync("a", "ben", "Me too", answered);
        (
            await site.SendAsync(
                "POST",
                "/commenters/ben/ban",
                new { reason = "Enough" },
                site.Token("mod", Role.Moderator)
            )
        ).Expect(200);
        await site.ACommentAsync("a", "cid", "And I");
        var later = Guid.CreateVersion7();
        await Past.HappenAsync(
            node.Appender,
            site.Key,
            StreamEvent.First<Comment>(
                later,
                Past.Posted(later, "a", DateTimeOffset.UtcNow.AddDays(20), by: "cid")
            )
        );

        await PurgeAfterAsync(node, 29);
        (await site.GetAsync("/commenters/ada")).Expect(200);
        await PurgeAfterAsync(node, 31);

        (await site.GetAsync("/commenters/ada")).Expect(404);
        (await site.GetAsync($"/comments/{answered}")).Expect(410, "comment-deleted");
        (await site.GetAsync("/commenters/ben")).Expect(200);
        (await site.GetAsync("/commenters/cid")).Expect(200);
        Assert.Equal(
            1,
            (await site.GetAsync("/erasures", site.Token("root", Role.Admin)))
                .Expect(200)["items"]
                .GetArrayLength()
        );
        await node.AssertErasureLawsAsync();
    }

    static Task PurgeAsync(Node node) => node.Services.GetRequiredService<Retention>().PurgeAsync(Ct);
}
