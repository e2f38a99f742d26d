using System.Text;
using ThreadStore.Http;
using ThreadStore.Tests.OpenApi;
using ThreadStore.Tests.Support;

namespace ThreadStore.Tests.Http;

/// <summary>Has a stream tell one message of each kind, as one answer.</summary>
static class LiveProvocation
{
    public static async Task<Reply> WatchAsync(Store store, Sample good, ApiOperation operation)
    {
        var site = new TestSite(store, good.Values["site"]);
        var article = await site.AnArticleAsync();
        var path = $"/articles/{article}";
        var watched = good.With("articleKey", article);
        var opening = await watched.Ask("after=0").SendAsync(store, operation);
        var client = store.Host.Server.CreateClient();
        var told = new StringBuilder(opening.Text);
        await using (var reader = await LiveReader.OpenAsync(client, $"{site.Path}{path}/live"))
        {
            async Task TellAsync(params string[] names)
            {
                foreach (var name in names)
                    told.Append((await reader.ExpectAsync(name)).Text);
            }
            var comment = await site.ACommentAsync(article, "ada", "Live");
            await TellAsync("comment-published", "count-changed");
            var own = site.Token("ada");
            await site.SendAsync("PATCH", $"/comments/{comment}", new { body = "Edited" }, own);
            await TellAsync("comment-edited");
            await site.SendAsync("PUT", $"/comments/{comment}/reactions/like", token: site.Token("ben"));
            await TellAsync("reactions-changed");
            await site.SendAsync("DELETE", $"/comments/{comment}", token: own);
            await TellAsync("comment-removed", "count-changed");
            foreach (var way in (string[])["close", "open"])
                await site.SendAsync(
                    "POST",
                    $"{path}/discussion/{way}",
                    token: site.Token("mo", Role.Moderator)
                );
            await TellAsync("discussion-closed", "discussion-opened");
        }
        await using var behind = await LiveReader.OpenAsync(
            client,
            $"{site.Path}{path}/live",
            $"{long.MaxValue}"
        );
        told.Append((await behind.ExpectAsync("resync")).Text);
        return opening with { Text = $"{told}" };
    }

    public static async Task<Reply> WatchQueueAsync(Store store, Sample good, ApiOperation operation)
    {
        var site = new TestSite(store, good.Values["site"]);
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, "ada", "Live");
        var moderator = site.Token("mo", Role.Moderator);
        return await WatchAsync(
            store,
            good,
            operation,
            $"{site.Path}/moderation/live",
            moderator,
            async expect =>
            {
                await expect(["counts"]);
                await site.SendAsync(
                    "POST",
                    $"/comments/{comment}/flags",
                    new { reason = "spam" },
                    site.Token("ben")
                );
                await expect(["queue-entered", "counts"]);
                await site.SendAsync(
                    "POST",
                    "/moderation/claims",
                    new { ids = new[] { comment } },
                    moderator
                );
                await expect(["claimed"]);
                await site.SendAsync("POST", $"/comments/{comment}/approve", token: moderator);
                await expect(["queue-left", "counts"]);
            }
        );
    }

    public static async Task<Reply> WatchInboxAsync(Store store, Sample good, ApiOperation operation)
    {
        var site = new TestSite(store, good.Values["site"]);
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, good.Sub, "Live");
        return await WatchAsync(
            store,
            good,
            operation,
            $"{site.Path}/me/notifications/live",
            site.Token(good.Sub),
            async expect =>
            {
                await expect(["unread"]);
                await site.ACommentAsync(article, "ben", "A reply", comment);
                await expect(["notification", "unread"]);
            }
        );
    }

    /// <summary>One message of each kind of a stream, and what is told who comes from the future.</summary>
    static async Task<Reply> WatchAsync(
        Store store,
        Sample good,
        ApiOperation operation,
        string path,
        string token,
        Func<Func<string[], Task>, Task> happen
    )
    {
        var opening = await good.SendAsync(store, operation);
        var client = store.Host.Server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var told = new StringBuilder(opening.Text);
        await using (var reader = await LiveReader.OpenAsync(client, path))
            await happen(async names =>
            {
                foreach (var name in names)
                    told.Append((await reader.ExpectAsync(name)).Text);
            });
        await using var behind = await LiveReader.OpenAsync(client, path, $"{long.MaxValue}");
        told.Append((await behind.ExpectAsync("resync")).Text);
        return opening with { Text = $"{told}" };
    }
}
