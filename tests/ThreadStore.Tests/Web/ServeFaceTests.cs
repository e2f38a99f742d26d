using System.Text.RegularExpressions;
using ThreadStore.Face;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Web;

[Collection(nameof(Browser))]
public partial class ServeFaceTests(Store store, Browser browser)
{
    [Fact]
    public async Task The_embed_is_a_script_for_every_origin_that_is_asked_for_again_soon()
    {
        var script = (await store.SendAsync("GET", "/embed.js")).Expect(200);

        Assert.Equal("text/javascript; charset=utf-8", script.Headers["Content-Type"]);
        Assert.Equal("*", script.Headers["Access-Control-Allow-Origin"]);
        Assert.Equal("public, max-age=300, stale-while-revalidate=3600", script.Headers["Cache-Control"]);
        (await store.SendAsync("GET", "/embed.js", headers: ("If-None-Match", script.ETag))).Expect(304);
    }

    [Fact]
    public async Task What_has_its_hash_in_its_name_is_kept_for_good()
    {
        var assets = FaceFile.Paths.Where(p => p.StartsWith("assets/", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(assets);
        foreach (var path in assets)
        {
            Assert.Matches(HashedName(), path);
            var answer = (await store.SendAsync("GET", $"/{path}")).Expect(200);
            Assert.Equal("public, max-age=31536000, immutable", answer.Headers["Cache-Control"]);
            Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        }
        (await store.SendAsync("GET", "/assets/nothing-12345678.js")).Expect(404, "not-found");
    }

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    [InlineData("identity", null)]
    public async Task Each_file_comes_in_the_smallest_form_that_is_taken(string accepted, string? encoding)
    {
        var answer = (
            await store.SendAsync("GET", "/embed.js", headers: ("Accept-Encoding", accepted))
        ).Expect(200);

        Assert.Equal(encoding, answer.Headers.GetValueOrDefault("Content-Encoding"));
        Assert.Equal("Accept-Encoding", answer.Headers["Vary"]);
    }

    /// <summary>Bytes, as browsers get it: with all that loads at the start.</summary>
    [Fact]
    public async Task The_embed_is_one_small_file()
    {
        var script = (await store.SendAsync("GET", "/embed.js", headers: ("Accept-Encoding", "br"))).Expect(
            200
        );

        Assert.InRange(int.Parse(script.Headers["Content-Length"], null), 1, 30 * 1024);
        var text = System.Text.Encoding.UTF8.GetString(FaceFile.Find("embed.js")!.Bytes.Span);
        Assert.DoesNotMatch("""(^|[;}\n])import\s*[\w{*"'`]""", text);
        // and what is loaded later needs nothing of it: else a host page that asks for it by another address had it twice
        Assert.All(
            FaceFile.Paths.Where(p => LanguageFile().IsMatch(p)),
            p =>
                Assert.DoesNotContain(
                    "import",
                    System.Text.Encoding.UTF8.GetString(FaceFile.Find(p)!.Bytes.Span),
                    StringComparison.Ordinal
                )
        );
    }

    [Theory]
    [InlineData("desk")]
    [InlineData("insights")]
    public async Task A_page_allows_no_inline_script_and_frames_by_allowed_origins_only(string page)
    {
        var site = await store.ASiteAsync(new { allowedOrigins = new[] { "https://news.example" } });

        var alone = (await store.SendAsync("GET", $"/{page}")).Expect(200);
        var framed = (await store.SendAsync("GET", $"/{page}?site={site.Key}")).Expect(200);

        const string Policy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ";
        Assert.Equal(Policy + "'none'", alone.Headers["Content-Security-Policy"]);
        Assert.Equal(Policy + "https://news.example", framed.Headers["Content-Security-Policy"]);
        Assert.DoesNotMatch(@"<style|\son\w+=|\sstyle=|<script(?![^>]*\ssrc=)", alone.Text);
        var moved = (await store.SendAsync("GET", $"/{page}/?site=x")).Expect(302);
        Assert.Equal($"/{page}?site=x", moved.Headers["Location"]);
    }

    [Theory]
    [InlineData("desk", "Desk")]
    [InlineData("insights", "Insights")]
    public async Task A_browser_shows_the_page_under_its_policy(string page, string heading)
    {
        await using var visit = await browser.VisitAsync();

        await visit.OpenAsync($"/{page}");

        await visit
            .Page.GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Name = heading, Level = 1 })
            .WaitForAsync();
        visit.AssertQuiet();
    }

    [GeneratedRegex(@"^assets/(ar|de|es|fr|it|ja|nl|pl|pt|zh)-")]
    private static partial Regex LanguageFile();

    [GeneratedRegex(@"^assets/[\w.-]+-[\w-]{8}\.\w+$")]
    private static partial Regex HashedName();
}
