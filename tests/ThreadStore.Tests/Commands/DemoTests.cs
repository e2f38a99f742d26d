using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Appending;
using ThreadStore.Demo;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Commands;

public sealed partial class DemoTests(Store store)
{
    static readonly DemoDiscussion Sample = DemoDiscussion.Read();
    static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A first start fetches or prepares PostgreSQL; machines that run tests are slow.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_sample_is_a_thread_with_replies_written_within_the_day_before_it_was_loaded()
    {
        var site = ASite();

        await LoadAsync(site, Sample, Noon);

        var met = await Walk.ThreadAsync(site, Sample.ArticleKey);
        await Walk.AssertLawOfCountsAsync(site, Sample.ArticleKey);
        Assert.Equal(Sample.Comments.Count, met.Count);
        Assert.Equal(
            Sample.Comments.Count(c => c.Parent is not null),
            met.Count(c => c.GetProperty("depth").GetInt32() > 0)
        );
        Assert.Equal(3, met.Max(c => c.GetProperty("depth").GetInt32()));
        var names = met.Select(c => c.GetProperty("author").GetProperty("name").GetString()).ToHashSet();
        Assert.Equal(Sample.Commenters.Values.ToHashSet(), names.OfType<string>().ToHashSet());
        Assert.All(
            met.Select(c => c.GetProperty("createdAt").GetDateTimeOffset()),
            at => Assert.InRange(at, Noon - LoadDemo.Span, Noon)
        );
        var article = (await site.GetAsync($"/articles/{Sample.ArticleKey}")).Expect(200);
        Assert.Equal(Sample.Article.Title, article["title"].GetString());
        Assert.Equal(Noon - LoadDemo.Span, article["publishedAt"].GetDateTimeOffset());
    }

    [Fact]
    public async Task Loading_it_again_appends_nothing()
    {
        var site = ASite();
        await LoadAsync(site, Sample, Noon);
        var events = await site.CountEventsAsync();

        await LoadAsync(site, Sample, Noon.AddDays(3));

        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task Loading_goes_on_where_it_was_cut_off()
    {
        var (whole, cutOff) = (ASite(), ASite());
        await LoadAsync(whole, Sample, Noon);

        await LoadAsync(cutOff, Sample with { Comments = [.. Sample.Comments.Take(5)] }, Noon);
        await LoadAsync(cutOff, Sample, Noon.AddHours(1));

        Assert.Equal(await whole.CountEventsAsync(), await cutOff.CountEventsAsync());
        Assert.Equal(await TextsAsync(whole), await TextsAsync(cutOff));
    }

    [Fact]
    public void Replies_stand_after_what_they_reply_to()
    {
        var before = new HashSet<string>();
        foreach (var c in Sample.Comments)
        {
            Assert.True(c.Parent is null || before.Contains(c.Parent), $"{c.Id} replies to {c.Parent}");
            Assert.True(before.Add(c.Id), $"{c.Id} is there twice");
        }
        Assert.Equal(Sample.Comments.OrderBy(c => c.Minute), Sample.Comments);
    }

    [Fact]
    public async Task The_page_hands_out_a_token_that_may_post_and_lets_nothing_in()
    {
        var article = $"article-{Guid.NewGuid():N}";
        var site = new TestSite(store, DemoPage.Site);
        await LoadAsync(site, Sample with { ArticleKey = article }, Noon);
        await using var node = await ADemoAsync(article);
        using var client = new HttpClient { BaseAddress = new(node.Urls.First()) };

        var page = (await Store.SendAsync(client, "GET", "/")).Expect(200);

        Assert.Equal("text/html; charset=utf-8", page.Headers["Content-Type"]);
        Assert.StartsWith(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';",
            page.Headers["Content-Security-Policy"],
            StringComparison.Ordinal
        );
        Assert.Equal("no-store", page.Headers["Cache-Control"]);
        Assert.DoesNotContain("{{", page.Text, StringComparison.Ordinal);
        foreach (var (file, type) in new[] { ("/demo.css", "text/css"), ("/demo.js", "text/javascript") })
        {
            Assert.Contains(file, page.Text, StringComparison.Ordinal);
            var got = (await Store.SendAsync(client, "GET", file)).Expect(200);
            Assert.Equal($"{type}; charset=utf-8", got.Headers["Content-Type"]);
        }

        var posted = (
            await Store.SendAsync(
                client,
                "POST",
                $"{site.Path}/articles/{article}/comments",
                new { body = "From the page" },
                TokenIn(page)
            )
        ).Expect(201);
        Assert.StartsWith(
            "Visitor ",
            posted["author"].GetProperty("name").GetString(),
            StringComparison.Ordinal
        );
        (await Store.SendAsync(client, "GET", site.Path, token: TokenIn(page))).Expect(403, "forbidden");
        Assert.NotEqual(TokenIn(page), TokenIn(await Store.SendAsync(client, "GET", "/")));
    }

    [Fact]
    public async Task Without_the_demo_the_root_leads_to_the_API_reference()
    {
        var answer = (await store.SendAsync("GET", "/")).Expect(302);

        Assert.Equal("/docs", answer.Headers["Location"]);
    }

    [Theory]
    [InlineData("http://localhost:5080", "http://localhost:5080/")]
    [InlineData("http://[::]:8080", "http://localhost:8080/")]
    [InlineData("http://0.0.0.0:80", "http://localhost:80/")]
    [InlineData("https://*:443;http://127.0.0.1:5080", "http://127.0.0.1:5080/")]
    public void The_address_that_is_printed_opens_in_a_browser(string urls, string page) =>
        Assert.Equal(page, ThreadStore.Commands.Demo.PageAddress(urls.Split(';')));

    [Fact]
    public async Task The_program_shows_the_same_after_a_restart()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        var folder = Directory.CreateTempSubdirectory("threadstore-demo-");
        try
        {
            // as "dotnet run" starts it, which compiles its handlers by itself; and as it is published
            var first = await RunAsync(folder.FullName, "Debug");
            var second = await RunAsync(folder.FullName, "Release");

            Assert.Contains($"\"commentCount\":{Sample.Comments.Count},", first, StringComparison.Ordinal);
            Assert.Equal(first, second);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Starts the program, reads the thread from the page's address, ends the program as an orchestrator would.</summary>
    static async Task<string> RunAsync(string folder, string configuration)
    {
        using var patience = new CancellationTokenSource(Patience);
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { ThreadStoreProgram.Built(configuration), "demo" },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" },
        };
        start.Environment.Remove("ThreadStore__SigningKey");
        start.Environment.Remove("ThreadStore__DataFolder");
        using var program = Process.Start(start)!;
        try
        {
            var errors = program.StandardError.ReadToEndAsync(patience.Token);
            var printed = new List<string>();
            while (printed.LastOrDefault()?.StartsWith("Demo page: ", StringComparison.Ordinal) != true)
                printed.Add(
                    await program.StandardOutput.ReadLineAsync(patience.Token)
                        ?? throw new InvalidOperationException($"It ended: {await errors}")
                );
            Assert.Equal(["Listening", "Data", "Demo"], printed.Select(line => line.Split(' ')[0]));
            Assert.EndsWith(".threadstore", printed[1], StringComparison.Ordinal);
            using var client = new HttpClient { BaseAddress = new(printed[^1]["Demo page: ".Length..]) };
            Assert.Contains("data-token", await client.GetStringAsync("/"), StringComparison.Ordinal);
            var thread = await client.GetStringAsync(
                $"/v1/sites/demo/articles/{Sample.ArticleKey}/comments?limit=100&replies=10"
            );

            using (var kill = Process.Start("kill", ["-TERM", $"{program.Id}"]))
                await kill.WaitForExitAsync(patience.Token);
            await program.WaitForExitAsync(patience.Token);
            Assert.Equal(0, program.ExitCode);
            return thread;
        }
        finally
        {
            if (!program.HasExited)
                program.Kill(entireProcessTree: true);
        }
    }

    /// <summary>A page elsewhere whose name was made to lead here (DNS rebinding) reads no token, and nothing else.</summary>
    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("demo.localhost", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("[::1]", 200)]
    [InlineData("evil.example", 400)]
    [InlineData("localhost.evil.example", 400)]
    [InlineData("192.168.1.7", 400)]
    public async Task The_demo_answers_to_names_of_this_machine_only(string host, int status)
    {
        var site = new TestSite(store, $"s{Guid.NewGuid():N}");
        await LoadAsync(site, Sample, Noon);
        await using var app = await ADemoAsync(Sample.ArticleKey);
        using var client = new HttpClient();
        var address = new Uri(app.Urls.Single());

        foreach (
            var path in (string[])
                ["/", "/docs/", $"{site.Path}/articles/{Uri.EscapeDataString(Sample.ArticleKey)}/comments"]
        )
            // the second time a page may be ready-made
            for (var i = 0; i < 2; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
                request.Headers.Host = $"{host}:{address.Port}";
                var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.Equal(status, (int)answer.StatusCode);
            }
    }

    TestSite ASite() => new(store, $"s{Guid.NewGuid():N}");

    Task LoadAsync(TestSite site, DemoDiscussion discussion, DateTimeOffset now) =>
        new LoadDemo(store.Services.GetRequiredService<Appender>(), new StoppedClock(now)).RunAsync(
            site.Key,
            discussion,
            CancellationToken.None
        );

    /// <summary>A node with the page, on a port of its own.</summary>
    async Task<WebApplication> ADemoAsync(string article)
    {
        var builder = store.Builder();
        DemoPage.Configure(builder);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseServer();
        app.MapDemoPage(Store.Key, article);
        await app.StartAsync();
        return app;
    }

    static async Task<List<string>> TextsAsync(TestSite site) =>
        [
            .. (await Walk.ThreadAsync(site, Sample.ArticleKey, "oldest")).Select(c =>
                $"{c.GetProperty("createdAt")} {c.GetProperty("body")}"
            ),
        ];

    static string TokenIn(Reply page) => DataToken().Match(page.Text).Groups[1].Value;

    [GeneratedRegex("data-token=\"([^\"]+)\"")]
    private static partial Regex DataToken();
}
