using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace ThreadStore.Benchmarks;

/// <summary>What browsers load, how soon comments are painted, and what a live arrival costs there.</summary>
static partial class Face
{
    const int Shown = 500;
    const int Arrivals = 30;
    const int Openings = 10;
    const string Article = "article-01";

    /// <summary>What is held against the page without script.</summary>
    static readonly (string Page, string What)[] Sides =
    [
        ("embed", "two tags"),
        ("preload", "two tags and a preload of the first page"),
        ("inside", "with comments.html inside of the element"),
    ];

    /// <summary>
    /// Tells when the first frame was done that has a comment, whichever page it is on. It says so in the console: a
    /// question put to a page that is not painted yet brings some 300 KB of Playwright's own script along, before the paint.
    /// </summary>
    const string Watch = """
        const watch = () => {
          const roots = [document, document.querySelector("thread-store")?.shadowRoot];
          if (!roots.some((root) => root?.querySelector("article"))) return requestAnimationFrame(watch);
          // the frame's scripts run before it is laid out and painted, and messages after
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => console.log("painted", (window.painted = performance.now()));
          port2.postMessage(0);
        };
        watch();
        """;

    public static Command Command()
    {
        var command = new Command("face", "Open the discussion in Chromium");
        var options = RunOptions.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(options(parsed), ct));
        return command;
    }

    static async Task RunAsync(RunOptions options, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await options.OpenAsync(80, ct);
        await using var store = await ThreadStoreServer.StartAsync(
            "threadstore",
            options.Server,
            await cluster.CreateDatabaseAsync("face", ct),
            indexes: false,
            ct
        );
        await store.PrepareAsync([Article], ct);
        using var http = new HttpClient { BaseAddress = store.Process.Address };
        for (var n = 0; n < Shown; n++)
            await PostAsync(http, store, n, ct);
        var pages = new Dictionary<string, string>();
        await using var host = await HostAsync(pages, ct);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Chromium(),
                ChromiumSandbox = Environment.UserName != "root",
                Args = ["--disable-dev-shm-usage"],
            }
        );
        await AddPagesAsync(pages, http, store, ct);
        var rows = new List<string[]>();
        foreach (
            var (name, path, most) in ((string, string, int)[])
                [("embed", "embed.js", 30), ("desk", "desk", 90), ("insights", "insights", 150)]
        )
            rows.Add(Row($"{name}, KB by Brotli", await SizeAsync(http, path, ct) / 1024.0, most));

        pages["bare"] = await BareAsync(browser, host);
        var (painted, shift) = await OpenAllAsync(browser, host);
        var same = Statistics.Median(painted["bare"]);
        rows.Add(Row("the same HTML without script: first comments painted, ms", same, null));
        foreach (var (side, what) in Sides)
        {
            rows.Add(Row($"{what}, ms", Statistics.Median(painted[side]), null));
            rows.Add(Row($"{what}, ratio", Statistics.Median(painted[side]) / same, 1.3));
        }
        rows.Add(Row("layout shift, the most of all", shift, 0));
        var arrival = await ArriveAsync(browser, host, http, store, ct);
        rows.Add(Row($"a live arrival at {Shown} shown, ms of script", arrival.Script / Arrivals, 8));
        rows.Add(
            Row(
                $"a live arrival at {Shown} shown, ms of the processor, styles, layout and paint too",
                arrival.Processor / Arrivals,
                null
            )
        );
        Report.Write(
            Console.Out,
            $"Face: Chromium {browser.Version}, medians of {Openings} openings with nothing kept",
            options.Circumstances(cluster, load)
        );
        Report.WriteTable(Console.Out, ["what", "figure", "aim: at most", "met"], rows);
    }

    /// <summary>Pages with the element, as docs/embed.md tells of them.</summary>
    static async Task AddPagesAsync(
        Dictionary<string, string> pages,
        HttpClient http,
        ThreadStoreServer store,
        CancellationToken ct
    )
    {
        var api = store.Process.Address;
        var script = $"""<script type="module" src="{api}embed.js"></script>""";
        var comments = $"{api}v1/sites/{CommentRequests.Site}/articles/{Article}/comments";
        string Element(string inside) =>
            $"""<thread-store api="{api}" site="{CommentRequests.Site}" article="{Article}">{inside}</thread-store>""";
        pages["embed"] = Page(script, Element(""));
        pages["preload"] = Page(
            $"""<link rel="preload" as="fetch" crossorigin href="{comments}?sort=newest">{script}""",
            Element("")
        );
        var html = await http.GetStringAsync($"{comments}.html", ct);
        pages["inside"] = Page(script, Element(Inside().Match(html).Groups[1].Value));
    }

    /// <summary>Each page in turn, so that whatever else the machine does meets all alike.</summary>
    static async Task<(Dictionary<string, List<double>> Painted, double Shift)> OpenAllAsync(
        IBrowser browser,
        WebApplication host
    )
    {
        var painted = Sides.Select(s => s.Page).Append("bare").ToDictionary(s => s, _ => new List<double>());
        var shift = 0.0;
        // one of each more than are counted: the first warms up the browser
        for (var n = 0; n <= Openings; n++)
            foreach (var (page, times) in painted)
            {
                var (after, moved) = await OpenAsync(browser, host, page);
                if (n == 0)
                    continue;
                times.Add(after);
                shift = Math.Max(shift, moved);
            }
        return (painted, shift);
    }

    static string[] Row(string what, double figure, double? most) =>
        [
            what,
            Report.Text(figure, 2),
            most is { } limit ? Report.Text(limit, 1) : "",
            most is null ? ""
            : figure <= most ? "yes"
            : "no",
        ];

    static async Task PostAsync(HttpClient http, ThreadStoreServer store, int n, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            $"/v1/sites/{CommentRequests.Site}/articles/{Article}/comments"
        )
        {
            Content = JsonContent.Create(
                new { body = $"Comment {n}: the bridge reopens, and **about time**." }
            ),
        };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(
            store.Bearer(CommentRequests.Site, CommentRequests.CommenterKey(n))
        );
        using var answer = await http.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A page or a script, and all that it loads at once, as sent.</summary>
    static async Task<long> SizeAsync(HttpClient http, string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd("br");
        using var answer = await http.SendAsync(request, ct);
        var size = (await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(ct)).LongLength;
        if (answer.Content.Headers.ContentType?.MediaType == "text/html")
            foreach (Match file in Loaded().Matches(await http.GetStringAsync(path, ct)))
                size += await SizeAsync(http, file.Groups[1].Value, ct);
        else if (
            path.EndsWith(".js", StringComparison.Ordinal)
            && path.StartsWith("assets/", StringComparison.Ordinal)
        )
            foreach (Match file in Imported().Matches(await http.GetStringAsync(path, ct)))
                size += await SizeAsync(http, $"assets/{file.Groups[1].Value}", ct);
        return size;
    }

    static string Page(string head, string body) =>
        $"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>News</title><script>{Watch}</script>{head}</head>
            <body><main><h1>News</h1>{body}</main></body></html>
            """;

    static async Task<WebApplication> HostAsync(Dictionary<string, string> pages, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/{name}", (string name) => Results.Content(pages[name], "text/html; charset=utf-8"));
        await app.StartAsync(ct);
        return app;
    }

    /// <summary>What the element has drawn, with its styles, as a page that is all there is.</summary>
    static async Task<string> BareAsync(IBrowser browser, WebApplication host)
    {
        var page = await browser.NewPageAsync();
        await page.GotoAsync($"{host.Urls.First()}/embed");
        await page.WaitForFunctionAsync("window.painted");
        var drawn = await page.EvaluateAsync<JsonElement>(
            """
            () => {
              const root = document.querySelector("thread-store").shadowRoot;
              const styles = root.adoptedStyleSheets.flatMap((s) => [...s.cssRules]).map((r) => r.cssText).join("\n");
              return { styles: styles.replaceAll(":host", "body"), html: root.innerHTML };
            }
            """
        );
        await page.CloseAsync();
        return Page($"<style>{drawn.GetProperty("styles")}</style>", $"{drawn.GetProperty("html")}");
    }

    static async Task<(double Painted, double Shift)> OpenAsync(
        IBrowser browser,
        WebApplication host,
        string name
    )
    {
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.RunAndWaitForConsoleMessageAsync(
            () => page.GotoAsync($"{host.Urls.First()}/{name}"),
            new() { Predicate = message => message.Text.StartsWith("painted", StringComparison.Ordinal) }
        );
        var painted = await page.EvaluateAsync<double>("window.painted");
        var shift = await page.EvaluateAsync<double>(
            """
            () => new Promise((done) => {
              let sum = 0;
              new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; })
                .observe({ type: "layout-shift", buffered: true });
              setTimeout(() => done(sum), 300);
            })
            """
        );
        return (painted, shift);
    }

    /// <summary>What all of the comments cost that arrive.</summary>
    static async Task<FaceProfile> ArriveAsync(
        IBrowser browser,
        WebApplication host,
        HttpClient http,
        ThreadStoreServer store,
        CancellationToken ct
    )
    {
        var page = await browser.NewPageAsync();
        await page.GotoAsync($"{host.Urls.First()}/embed");
        var comments = page.GetByRole(AriaRole.Article);
        for (var shown = 20; shown < Shown; shown += 20)
        {
            await comments.Nth(shown - 1).WaitForAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "More comments" }).ClickAsync();
        }
        await comments.Nth(Shown - 1).WaitForAsync();
        return await FaceProfile.OfAsync(
            page,
            "/embed.js",
            async () =>
            {
                for (var n = 0; n < Arrivals; n++)
                    await PostAsync(http, store, Shown + n, ct);
                // a look at one place: to search by roles goes through all comments
                await page.WaitForFunctionAsync(
                    $"document.querySelector('thread-store').shadowRoot.querySelector('.arrivals').innerText.includes('{Arrivals} new')",
                    null,
                    new() { PollingInterval = 250 }
                );
            }
        );
    }

    static string Chromium() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "chromium"))
            .FirstOrDefault(File.Exists)
        ?? throw new BenchmarkException("There is no chromium on this machine.");

    /// <summary>What stands inside of the element.</summary>
    [GeneratedRegex("<thread-store[^>]*>(.*)</thread-store>", RegexOptions.Singleline)]
    private static partial Regex Inside();

    [GeneratedRegex("(?:src|href)=\"\\./(assets/[^\"]+)\"")]
    private static partial Regex Loaded();

    [GeneratedRegex("from\\s*[\"'`]\\./([\\w-]+\\.js)[\"'`]")]
    private static partial Regex Imported();
}
