using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Sites;
using ThreadStore.Storage;
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

    static Task PurgeAsync(Node node) => node.Services.GetRequiredService<Retention>().PurgeAsync(Ct);
}
