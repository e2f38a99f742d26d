using Microsoft.AspNetCore.Http;
using ThreadStore.Benchmarks;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Webhooks;

/// <summary>Receivers that are well, beside others that are not.</summary>
public class WebhookNeighboursTests(HookNode node) : IClassFixture<HookNode>
{
    const int Writers = 8;
    const int CommentsEach = 40;

    [Fact]
    public async Task Who_hangs_fails_or_is_gone_holds_up_nobody_and_each_comment_is_told_in_order()
    {
        var ct = TestContext.Current.CancellationToken;
        var odd = 0;
        await using var first = await HookReceiver.StartAsync();
        await using var second = await HookReceiver.StartAsync();
        await using var hanging = await HookReceiver.StartAsync(async _ =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return Results.NoContent();
        });
        await using var failing = await HookReceiver.StartAsync(_ =>
            Results.StatusCode(Interlocked.Increment(ref odd) % 2 == 0 ? 204 : 500)
        );
        var site = await node.Node.ASiteAsync();
        foreach (
            var (name, url) in (IEnumerable<(string, string)>)
                [
                    ("gone", $"http://127.0.0.1:{MailServer.FreePort()}"),
                    ("hanging", hanging.Url),
                    ("failing", failing.Url),
                    ("first", first.Url),
                    ("second", second.Url),
                ]
        )
            (await site.HookAsync("PUT", $"/{name}", new { url })).Expect(201);
        var article = await site.AnArticleAsync();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => WriteAsync(site, article, $"c{w}")));
        const int messages = Writers * CommentsEach * 5 / 4;
        foreach (var receiver in (HookReceiver[])[first, second])
            await receiver.CalledAsync(messages);

        // whoever is not well has still to be told
        foreach (var name in (string[])["hanging", "gone"])
            Assert.True((await site.HookAsync("GET", $"/{name}")).Expect(200)["lag"].GetInt64() > 0);
        foreach (var receiver in (HookReceiver[])[first, second])
        {
            Assert.Equal(messages, receiver.Calls.Select(c => c.Id).Distinct().Count());
            Assert.Equal(messages, receiver.Calls.Count);
            AssertInOrder(receiver.Calls);
        }
        await site.HookDoneAsync("failing", TimeSpan.FromMinutes(1));
        Assert.Equal(messages, failing.Calls.Select(c => c.Id).Distinct().Count());
        AssertInOrder(failing.Calls);
    }

    /// <summary>Of each four comments one is changed at once.</summary>
    static async Task WriteAsync(TestSite site, string article, string by)
    {
        for (var i = 0; i < CommentsEach; i++)
        {
            var id = await site.ACommentAsync(article, by, $"Text {i} of {by}");
            if (i % 8 == 0)
                (
                    await site.SendAsync(
                        "PATCH",
                        $"/comments/{id}",
                        new { body = $"New {i} of {by}" },
                        site.Token(by)
                    )
                ).Expect(200);
            if (i % 8 == 4)
                (await site.SendAsync("DELETE", $"/comments/{id}", token: site.Token(by))).Expect(204);
        }
    }

    static void AssertInOrder(IReadOnlyList<HookCall> calls)
    {
        foreach (var comment in calls.GroupBy(c => c.CommentId))
            Assert.Equal(comment.Select(c => c.Position).Order(), comment.Select(c => c.Position));
    }
}
