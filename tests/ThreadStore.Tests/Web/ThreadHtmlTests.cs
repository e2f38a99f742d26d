using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using ThreadStore.Face;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

[Collection(nameof(Browser))]
public class ThreadHtmlTests(Store store, Browser browser)
{
    [Fact]
    public async Task The_first_page_is_plain_html_with_what_search_engines_read()
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync(
            "a",
            new
            {
                title = "Bridges & <Tunnels>",
                url = "https://news.example/a",
                author = "Ines",
                publishedAt = "2026-05-01T08:00:00Z",
            }
        );
        var parent = await site.ACommentAsync("a", "ada", "A **bold** claim");
        await site.ACommentAsync("a", "ben", "An answer", parent);

        var answer = (await site.GetAsync("/articles/a/comments.html")).Expect(200);

        Assert.Equal("text/html; charset=utf-8", answer.Headers["Content-Type"]);
        var page = new HtmlParser().ParseDocument(answer.Text);
        Assert.Equal("Bridges & <Tunnels>", page.QuerySelector("h1 a")!.TextContent);
        Assert.Equal("bold", page.QuerySelector("li div strong")!.TextContent);
        Assert.Equal("An answer", page.QuerySelector("li li div")!.TextContent.Trim());
        var data = JsonSerializer.Deserialize<JsonElement>(
            page.QuerySelector("script[type='application/ld+json']")!.TextContent
        );
        Assert.Equal("DiscussionForumPosting", data.GetProperty("@type").GetString());
        Assert.Equal("Bridges & <Tunnels>", data.GetProperty("headline").GetString());
        Assert.Equal("Ines", data.GetProperty("author").GetProperty("name").GetString());
        Assert.Equal("2026-05-01T08:00:00Z", data.GetProperty("datePublished").GetString());
        var comment = data.GetProperty("comment")[0];
        Assert.Equal("A bold claim", Regex.Replace(comment.GetProperty("text").GetString()!, " +", " "));
        Assert.Equal($"https://news.example/a#comment-{parent}", comment.GetProperty("url").GetString());
        Assert.Equal("An answer", comment.GetProperty("comment")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Only_the_pages_that_the_site_allows_may_have_it_in_a_frame()
    {
        var site = await store.ASiteAsync(new { allowedOrigins = new[] { "https://news.example" } });
        await site.PutArticleAsync("a");
        // the second is kept ready-made
        for (var n = 0; n < 2; n++)
        {
            var answer = (await site.GetAsync("/articles/a/comments.html")).Expect(200);
            var policy = answer.Headers["Content-Security-Policy"];
            Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
            Assert.EndsWith("; frame-ancestors https://news.example", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        }
        var others = await store.ASiteAsync();
        await others.PutArticleAsync("a");
        Assert.EndsWith(
            "; frame-ancestors 'none'",
            (await others.GetAsync("/articles/a/comments.html")).Headers["Content-Security-Policy"],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task It_is_cached_as_pages_are_and_changes_with_the_discussion()
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("a");
        await site.ACommentAsync("a", "ada", "First");
        var first = (await site.GetAsync("/articles/a/comments.html")).Expect(200);
        var same = await site.GetAsync("/articles/a/comments.html", null, ("If-None-Match", first.ETag));
        same.Expect(304);
        Assert.Equal("public, max-age=0, must-revalidate", first.Headers["Cache-Control"]);

        await site.ACommentAsync("a", "ada", "Second");

        var later = await site.GetAsync("/articles/a/comments.html", null, ("If-None-Match", first.ETag));
        Assert.Contains("Second", later.Expect(200).Text, StringComparison.Ordinal);
        await site.SendAsync("POST", "/articles/a/withdraw", null, site.Token("cms", Role.Service));
        (await site.GetAsync("/articles/a/comments.html")).Expect(404, "article-not-found");
    }

    [Fact]
    public async Task It_can_be_walked_to_the_end_without_script()
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("a");
        for (var i = 0; i < 5; i++)
            await site.ACommentAsync("a", "ada", $"Thought {i}");
        var met = new List<string>();
        var next = "comments.html?limit=2&sort=oldest";

        while (next is not null)
        {
            var page = new HtmlParser().ParseDocument(
                (await site.GetAsync($"/articles/a/{next}")).Expect(200).Text
            );
            met.AddRange(page.QuerySelectorAll("article div").Select(d => d.TextContent.Trim()));
            next = page.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"Thought {i}"), met);
    }

    [Theory]
    [InlineData("</title><script>alert(1)</script>")]
    [InlineData("\" onmouseover=\"alert(1)")]
    [InlineData("</script><img src=x onerror=alert(1)>")]
    [InlineData("'><svg onload=alert(1)>")]
    public async Task What_is_filled_in_is_text_wherever_it_stands(string hostile)
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("a", new { title = hostile, author = hostile });
        await site.SendAsync(
            "POST",
            "/articles/a/comments",
            new { body = hostile },
            Store.Token(site.Key, "eve", name: hostile)
        );

        var page = new HtmlParser().ParseDocument(
            (await site.GetAsync("/articles/a/comments.html")).Expect(200).Text
        );

        Assert.Equal(hostile, page.Title);
        Assert.Equal(hostile, page.QuerySelector("li strong")!.TextContent);
        Assert.Equal(2, page.Scripts.Length);
        Assert.DoesNotContain(
            page.All,
            e => e.Attributes.Any(a => a.Name.StartsWith("on", StringComparison.Ordinal))
        );
        Assert.Empty(page.QuerySelectorAll("img, svg, a[href^='javascript']"));
    }

    [Fact]
    public void Only_html_is_filled_in_as_html() =>
        Assert.Equal(
            "<p>&lt;b&gt; <i>&quot;</i> 3</p>",
            Html.Of($"<p>{"<b>"} {Html.Of($"<i>{"\""}</i>")} {3}</p>").ToString()
        );

    [Fact]
    public async Task With_script_the_page_becomes_the_discussion()
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("a");
        await site.ACommentAsync("a", "ada", "To be taken over");
        await using var visit = await browser.VisitAsync();

        await visit.OpenAsync($"{site.Path}/articles/a/comments.html");

        await Expect(visit.Page.GetByLabel("Sort by")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("To be taken over")).ToHaveCountAsync(2);
        await Expect(visit.Page.GetByText("To be taken over").Filter(new() { Visible = true }))
            .ToHaveCountAsync(1);
        visit.AssertQuiet();
    }
}
