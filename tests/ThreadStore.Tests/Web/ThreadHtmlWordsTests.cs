using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using ThreadStore.Face;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Web;

/// <summary>The page without script speaks as the discussion does.</summary>
[Collection(nameof(Browser))]
public class ThreadHtmlWordsTests(Store store, Browser browser)
{
    [Theory]
    [InlineData("simple", "", "en", "", "ltr", "2 comments", "Deleted by its author")]
    [InlineData("german", "", "de", "de", "ltr", "2 Kommentare", "Von der Person gelöscht, die es schrieb")]
    [InlineData("norwegian", "", "en", "no", "ltr", "2 comments", "Deleted by its author")]
    [InlineData("german", "&lang=ar", "ar", "de", "rtl", "تعليقان", "حذفه كاتبه")]
    [InlineData("german", "&lang=en", "en", "de", "ltr", "2 comments", "Deleted by its author")]
    public async Task It_speaks_the_language_asked_for_else_the_sites(
        string language,
        string query,
        string tag,
        string spoken,
        string direction,
        string count,
        string deleted
    )
    {
        var site = await store.ASiteAsync(new { language });
        await site.PutArticleAsync("a");
        var gone = await site.ACommentAsync("a", "ada", "Taken back");
        await site.ACommentAsync("a", "ben", "An answer", gone);
        await site.ACommentAsync("a", "cleo", "Another");
        (await site.SendAsync("DELETE", $"/comments/{gone}", null, site.Token("ada"))).Expect(204);

        var answer = await site.GetAsync($"/articles/a/comments.html?limit=1&sort=oldest{query}");

        // one page for all, whatever their browsers ask for
        Assert.Equal("Accept-Encoding", answer.Expect(200).Headers["Vary"]);
        var page = new HtmlParser().ParseDocument(answer.Text);
        Assert.Equal(tag, page.DocumentElement.GetAttribute("lang"));
        Assert.Equal(direction, page.DocumentElement.GetAttribute("dir"));
        Assert.Equal(count, page.QuerySelector("thread-store > p")!.TextContent);
        Assert.Equal(deleted, page.QuerySelector("article > p")!.TextContent);
        // in whose language people write nobody asks the page for; "": it is not known
        Assert.Equal(spoken, SpokenIn(page.QuerySelector("article > div")!));
        Assert.Equal(spoken, SpokenIn(page.QuerySelector("h1")!));
        var next = page.QuerySelector("a[rel=next]")!;
        Assert.Equal(
            tag,
            new HtmlParser()
                .ParseDocument(
                    (await site.GetAsync($"/articles/a/{next.GetAttribute("href")}")).Expect(200).Text
                )
                .DocumentElement.GetAttribute("lang")
        );
    }

    static string? SpokenIn(IElement element) => element.Closest("[lang]")!.GetAttribute("lang");

    [Fact]
    public async Task Another_language_of_the_site_is_spoken_at_once_and_one_without_words_is_refused()
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("a");
        using var http = new HttpClient { BaseAddress = await browser.ServerAsync() };
        var address = $"{site.Path}/articles/a/comments.html";
        var ct = TestContext.Current.CancellationToken;
        Assert.Contains("0 comments", await http.GetStringAsync(address, ct), StringComparison.Ordinal);

        await site.SendAsync("PUT", "", new { language = "french" }, Store.Token("*", "root", Role.Admin));

        Assert.Contains("0 commentaire", await http.GetStringAsync(address, ct), StringComparison.Ordinal);
        var refused = (await site.GetAsync("/articles/a/comments.html?lang=tlh")).Expect(400, "validation");
        Assert.Equal("lang", refused["errors"].EnumerateObject().Single().Name);
    }

    [Fact]
    public async Task Words_by_number_are_chosen_as_browsers_do()
    {
        await using var visit = await browser.VisitAsync();
        int[] numbers = [.. Enumerable.Range(0, 125), 1_000, 1_002, 10_011, 100_000];

        foreach (var language in Enum.GetValues<PageLanguage>())
            Assert.Equal(
                await visit.Page.EvaluateAsync<string[]>(
                    "([tag, ns]) => ns.map(n => new Intl.PluralRules(tag).select(n))",
                    new object[] { language.Word(), numbers }
                ),
                numbers.Select(n => PageWords.Category(language, n))
            );
    }
}
