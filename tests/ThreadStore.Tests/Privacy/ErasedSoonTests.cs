using ThreadStore.Tests.Notices;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Privacy;

/// <summary>Somebody is erased while search and reports are about to index what they wrote.</summary>
public class ErasedSoonTests(Store store)
{
    [Fact]
    public async Task What_is_indexed_once_more_for_it_is_no_failure_in_the_log()
    {
        using var log = new KeptLog();
        await using var node = await Node.StartLoggedAsync(store, log);
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();

        for (var i = 0; i < 25; i++)
        {
            var (key, other) = ($"soon{i}", $"other{i}");
            var comment = await site.ACommentAsync(article, key, $"Words {i}");
            (
                await site.SendAsync(
                    "PATCH",
                    $"/comments/{comment}",
                    new { body = $"Other {i}" },
                    site.Token(key)
                )
            ).Expect(200);
            await site.ACommentAsync(article, other, $"A reply {i}", comment);
            (
                await site.SendAsync("PUT", $"/comments/{comment}/reactions/like", null, site.Token(other))
            ).Expect(200);
            (
                await site.ReportAsync(
                    comment,
                    new
                    {
                        reason = "defamation",
                        explanation = "It is not so.",
                        name = "Bea",
                        email = "bea@example.org",
                        goodFaith = true,
                    },
                    by: other
                )
            ).Expect(201);
            (await site.EraseAsync(key)).Expect(200);
        }
        await node.IndexedAsync();

        string[] told =
        [
            .. log.All.Where(l =>
                l.StartsWith("Error ", StringComparison.Ordinal)
                || l.StartsWith("Critical ", StringComparison.Ordinal)
            ),
        ];
        Assert.True(told.Length == 0, string.Join("\n\n", told.Take(20)));
        await node.AssertErasureLawsAsync();
    }
}
