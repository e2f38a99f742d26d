using ThreadStore.Commenters;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

/// <summary>A discussion of ten thousand comments costs its reader what they look at.</summary>
[Collection(nameof(Browser))]
public class EmbedLongThreadTests(Store store, Browser browser)
{
    const int Comments = 10_000;
    const int Page = 20;

    [Fact]
    public async Task Ten_thousand_comments_come_as_pages_in_their_order()
    {
        var (site, article) = await Embed.ASiteAsync(store, browser);
        await FillAsync(site, article);
        await using var visit = await browser.VisitAsync();
        // all but the comments hangs until they have been seen
        var seen = new TaskCompletionSource();
        await visit.Context.RouteAsync(
            url => new Uri(url).AbsolutePath.StartsWith("/v1", StringComparison.Ordinal),
            async route =>
            {
                if (!new Uri(route.Request.Url).AbsolutePath.EndsWith("/comments", StringComparison.Ordinal))
                    await seen.Task;
                await route.ContinueAsync();
            }
        );
        await using var page = await Embed.OpenAsync(
            browser,
            site,
            article,
            attributes: "sort=\"oldest\"",
            visit: visit
        );

        await Expect(page.Comments).ToHaveCountAsync(Page);
        await Expect(page.Count).ToHaveTextAsync("10,000 comments");
        Assert.Single(
            page.Visit.Requests,
            r => r.AbsolutePath.EndsWith("/comments", StringComparison.Ordinal)
        );
        seen.SetResult();

        await site.ACommentAsync(article, "late", "Written while it is read");
        for (var shown = 2; shown <= 5; shown++)
        {
            await page.Button("More comments").ClickAsync();
            await Expect(page.Comments).ToHaveCountAsync(shown * Page);
        }

        // what is not shown is not there
        Assert.Equal(
            Enumerable.Range(0, 5 * Page).Select(n => $"Thought {n}"),
            await page.Page.Locator("ts-comment [part=body]").AllInnerTextsAsync()
        );
        page.AssertQuiet();
    }

    static async Task FillAsync(TestSite site, string article)
    {
        await Past.HappenAsync(
            site,
            StreamEvent.First<Commenter>(
                StreamId.Commenter(site.Key, "ada"),
                new CommenterJoined("ada", "ada", null, "ada", Past.Day, null)
            )
        );
        foreach (var part in Enumerable.Range(0, Comments).Chunk(1_000))
            await Past.AppendAsync(
                site,
                part.Select(n =>
                    Past.Posted(Guid.NewGuid(), article, Past.Day.AddSeconds(n)) with
                    {
                        Body = $"Thought {n}",
                    }
                )
            );
    }
}
