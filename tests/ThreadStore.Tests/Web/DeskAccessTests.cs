using System.IO.Compression;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ThreadStore.Face;
using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Web;

/// <summary>The desk is for everybody, on every screen, and light to carry.</summary>
[Collection(nameof(Browser))]
public partial class DeskAccessTests(Store store, Browser browser)
{
    [Theory]
    [InlineData(1280, ColorScheme.Light, "ltr")]
    [InlineData(320, ColorScheme.Dark, "ltr")]
    [InlineData(1280, ColorScheme.Dark, "rtl")]
    public async Task Every_room_is_accessible_and_fits_the_screen(
        int width,
        ColorScheme scheme,
        string direction
    )
    {
        var site = await store.ASiteAsync(new { suspectWords = new[] { "casino" } });
        var article = await site.AnArticleAsync();
        var top = await site.ACommentAsync(article, "ada", "Is it open?");
        await site.ACommentAsync(article, "ben", $"Beside the casino {new string('w', 300)}", top);
        await site.FlagAsync(top, "cleo");
        var appealed = await site.ACommentAsync(article, "dora", "My opinion");
        await site.DecideAsync(appealed, "reject", "lena");
        await site.SendAsync(
            "POST",
            $"/comments/{appealed}/appeal",
            new { text = "Why?" },
            site.Token("dora")
        );
        await using var visit = await browser.SitAtAsync(
            site,
            "desk",
            Role.Admin,
            options: new()
            {
                ViewportSize = new() { Width = width, Height = 800 },
                ColorScheme = scheme,
            }
        );
        await visit.Page.EvaluateAsync("dir => (document.documentElement.dir = dir)", direction);
        await visit.Comment("ben").First.ClickAsync();
        await visit.Page.GetByText("in good standing").WaitForAsync();
        await LookAsync("queue");
        foreach (
            var (room, sign) in ((string, string)[])
                [
                    ("appeals", "dora appeals"),
                    ("people/ada", "in good standing"),
                    ("log", "Not again"),
                    ("settings", "caught"),
                ]
        )
        {
            await visit.Page.EvaluateAsync("room => (location.hash = `#/${room}`)", room);
            await visit.Page.GetByText(sign).First.WaitForAsync();
            await LookAsync(room);
        }
        visit.AssertQuiet();

        async Task LookAsync(string room)
        {
            await visit.AssertAccessibleAsync(room);
            await visit.AssertFitsAsync(room);
        }
    }

    [Theory]
    [InlineData("desk", 90)]
    [InlineData("insights", 150)]
    public void A_page_is_light_to_carry(string page, int kilobytes)
    {
        var seen = new HashSet<string>();
        var bytes = Weigh($"{page}.html");
        Assert.True(bytes <= kilobytes * 1024, $"/{page} is {bytes} bytes by Brotli.");

        // with all that it loads, and all that this loads
        long Weigh(string path)
        {
            if (!seen.Add(path))
                return 0;
            var file = FaceFile.Find(path)!.Bytes;
            using var compressed = new MemoryStream();
            using (var brotli = new BrotliStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
                brotli.Write(file.Span);
            var text = System.Text.Encoding.UTF8.GetString(file.Span);
            return compressed.Length
                + Asset().Matches(text).Select(m => m.Value).Distinct().Sum(name => Weigh($"assets/{name}"));
        }
    }

    [GeneratedRegex(@"[\w.-]+-[\w-]{8}\.(?:js|css)\b")]
    private static partial Regex Asset();
}
