using System.Diagnostics;
using System.Text.RegularExpressions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

/// <summary>What is shown beside the API runs nothing but its own scripts, and is in nobody's frame.</summary>
public partial class SafePagesTests(Store store, Kestrel kestrel) : IClassFixture<Kestrel>
{
    [Theory]
    [InlineData("/docs/")]
    [InlineData("/docs/scalar.aspnetcore.js")]
    [InlineData("/problems/validation")]
    [InlineData("/problems/nothing")]
    [InlineData("/openapi/v1.json")]
    public async Task Every_page_is_what_it_says_and_allows_nothing_by_default(string path)
    {
        var page = await store.SendAsync("GET", path);

        Assert.Equal("nosniff", page.Headers["X-Content-Type-Options"]);
        var policy = page.Headers["Content-Security-Policy"];
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("script-src[^;]*'unsafe", policy);
        Assert.DoesNotMatch("https?:|\\*", policy);
    }

    [Fact]
    public async Task The_script_in_the_reference_is_named_by_its_hash_and_no_other_is()
    {
        var page = (await store.SendAsync("GET", "/docs/")).Expect(200);

        Assert.Single(Hash().Matches(page.Headers["Content-Security-Policy"]));
    }

    [Fact]
    public async Task A_browser_shows_the_reference_under_its_policy()
    {
        if (Chromium() is not { } browser)
        {
            Assert.Skip("There is no chromium on this machine.");
            return;
        }
        var profile = Directory.CreateTempSubdirectory("threadstore-chromium-");
        using var process = Process.Start(
            new ProcessStartInfo(
                browser,
                [
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    $"--user-data-dir={profile.FullName}",
                    "--virtual-time-budget=20000",
                    "--dump-dom",
                    $"http://{kestrel.Authority}/docs/",
                ]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var (shown, said) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process
            .WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(2));
        await said;

        // made by the script, from the document that it fetched
        Assert.Contains("application/problem+json", await shown, StringComparison.Ordinal);
        profile.Delete(recursive: true);
    }

    static string? Chromium() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .SelectMany(f =>
                new[] { "chromium", "chromium-browser", "google-chrome" }.Select(n => Path.Combine(f, n))
            )
            .FirstOrDefault(File.Exists);

    [GeneratedRegex("'sha256-[A-Za-z0-9+/=]+'")]
    private static partial Regex Hash();
}
