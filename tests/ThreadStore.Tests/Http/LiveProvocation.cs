using System.Text;
using ThreadStore.Http;
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
}
