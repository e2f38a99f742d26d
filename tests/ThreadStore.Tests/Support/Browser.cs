using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
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
    /// <summary>The first shows pages alike, and spends nothing on the windows of a browser around them.</summary>
    static readonly string[] Names =
    [
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
    ];

    readonly Lock gate = new();
    readonly ConcurrentDictionary<string, string> hostPages = new();
    Task<Started>? started;

    sealed record Started(
        IPlaywright Playwright,
        IBrowser Browser,
        WebApplication Server,
        WebApplication Host
    );

    /// <summary>The origin of publishers' pages, which sites must allow.</summary>
    public async Task<string> HostOriginAsync() => (await StartedAsync()).Host.Urls.Single();

    /// <summary>The server that pages are shown by, on the database that all tests share.</summary>
    public async Task<Uri> ServerAsync() => new((await StartedAsync()).Server.Urls.Single());

    /// <summary>A page of a publisher, whose policy allows nothing but itself and the server.</summary>
    /// <returns>Its address.</returns>
    public async Task<string> HostPageAsync(string html)
    {
        var id = Guid.NewGuid().ToString("N");
        hostPages[id] = html;
        return $"{await HostOriginAsync()}/{id}";
    }

    /// <summary>A page of a person of their own: no cookies, no storage, no cache of another.</summary>
    public async Task<Visit> VisitAsync(BrowserNewContextOptions? options = null)
    {
        var (_, browser, server, _) = await StartedAsync();
        var context = await browser.NewContextAsync(
            options
                ?? new()
                {
                    ViewportSize = new() { Width = 1280, Height = 800 },
                }
        );
        return new(context, await context.NewPageAsync(), new Uri(server.Urls.Single()));
    }

    Task<Started> StartedAsync()
    {
        var path = Find();
        Assert.SkipWhen(path is null, "There is no chromium on this machine.");
        lock (gate)
            return started ??= StartAsync(path!);
    }

    async Task<Started> StartAsync(string path)
    {
        var server = await store.StartKestrelAsync();
        var host = await StartHostAsync(server.Urls.Single());
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
        return new(playwright, browser, server, host);
    }

    async Task<WebApplication> StartHostAsync(string server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet(
            "/{id}",
            (HttpContext http, string id) =>
            {
                http.Response.Headers.ContentSecurityPolicy = $"default-src 'self' {server}";
                return Results.Content(hostPages.GetValueOrDefault(id, ""), "text/html; charset=utf-8");
            }
        );
        await app.StartAsync();
        return app;
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
        var (playwright, browser, server, host) = await started;
        await browser.DisposeAsync();
        playwright.Dispose();
        await host.DisposeAsync();
        await server.DisposeAsync();
    }
}
