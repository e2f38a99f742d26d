using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>Tests that use a browser run one after the other, beside all others.</summary>
[CollectionDefinition(nameof(Browser))]
public sealed class BrowserTests : ICollectionFixture<Browser>;

/// <summary>
/// The Chromium of this machine, and a server for it, both started when a test first asks and shared by all. Where there
/// is no Chromium the test is skipped.
/// </summary>
public sealed class Browser(Store store) : IAsyncDisposable
{
    static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    readonly Lock gate = new();
    Task<(IPlaywright Playwright, IBrowser Browser, WebApplication Server)>? started;

    /// <summary>A page of a person of their own: no cookies, no storage, no cache of another.</summary>
    public async Task<Visit> VisitAsync(BrowserNewContextOptions? options = null)
    {
        var (_, browser, server) = await StartedAsync();
        var context = await browser.NewContextAsync(
            options
                ?? new()
                {
                    ViewportSize = new() { Width = 1280, Height = 800 },
                }
        );
        return new(context, await context.NewPageAsync(), new Uri(server.Urls.Single()));
    }

    Task<(IPlaywright, IBrowser, WebApplication)> StartedAsync()
    {
        var path = Find();
        Assert.SkipWhen(path is null, "There is no chromium on this machine.");
        lock (gate)
            return started ??= StartAsync(path!);
    }

    async Task<(IPlaywright, IBrowser, WebApplication)> StartAsync(string path)
    {
        var server = await store.StartKestrelAsync();
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = path,
                // Chromium's sandbox is not for root
                ChromiumSandbox = Environment.UserName != "root",
                Args = ["--disable-dev-shm-usage"],
            }
        );
        return (playwright, browser, server);
    }

    static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    public async ValueTask DisposeAsync()
    {
        if (started is null)
            return;
        var (playwright, browser, server) = await started;
        await browser.DisposeAsync();
        playwright.Dispose();
        await server.DisposeAsync();
    }
}
