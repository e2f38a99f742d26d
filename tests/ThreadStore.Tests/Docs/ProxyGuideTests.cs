using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ThreadStore.Client;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Docs;

/// <summary>docs/proxies.md promises that its configurations are run as they stand there.</summary>
public class ProxyGuideTests(Store store)
{
    const string Prefix = "/comments-api";

    /// <summary>What proxies like to decode, merge, resolve, cut off or encode once more.</summary>
    static readonly string[] Keys =
    [
        "plain",
        "a/b",
        "a//b",
        "/a",
        "a/",
        "a%2Fb",
        "a%252Fb",
        "100%",
        "%",
        "what?",
        "?",
        "a#b",
        "a?b=c&d#e",
        "a;b",
        "a,b",
        "a:b@c",
        "a+b",
        "a b",
        " a ",
        "a\\b",
        "x..y",
        "../x",
        "a/../b",
        "./a",
        "...",
        "ends.",
        "~a",
        "*",
        "a'b\"c",
        "<a>",
        "{a}|^`",
        "[a]",
        "ä/ö",
        "日本語",
        "😀👩\u200D🚀",
        "https://news.example/2021/a?b=c%20d#e",
    ];

    Task<Node> StartAsync(int port, params (string, string)[] settings) =>
        Node.StartAsync(
            store,
            store.ConnectionString,
            [("urls", $"http://127.0.0.1:{port}"), ("ThreadStore:TrustedProxies", "127.0.0.1"), .. settings]
        );

    static async Task<Reply> SendAsync(
        HttpClient client,
        string method,
        string target,
        object? body = null,
        string? token = null,
        params (string Name, string Value)[] headers
    )
    {
        // as it is: the library would tidy it up
        var address = new Uri(
            $"{client.BaseAddress!.GetLeftPart(UriPartial.Authority)}{target}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
        using var request = new HttpRequestMessage(new(method), address);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response
                .Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase)
        );
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    [InlineData("apache")]
    [InlineData("varnish")]
    [InlineData("caddy")]
    public async Task What_the_guide_configures_hands_everything_on(string name)
    {
        var port = ProxyProgram.FreePort();
        await using var proxy = await ProxyProgram.StartAsync(name, port);
        var node = await StartAsync(port);
        try
        {
            var site = await node.ASiteAsync();
            await Until.TrueAsync(
                async () => (await SendAsync(proxy.Client, "GET", $"{site.Path}/articles")).Status == 200,
                $"{name} reaches the server"
            );
            await AssertKeysAsync(proxy.Client, site);
            await AssertPrefixAsync(proxy.Client, site);
            await AssertVersionsAsync(proxy.Client, site);
            await AssertLimitsAsync(proxy.Client, site);
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    static async Task AssertKeysAsync(HttpClient proxy, TestSite site)
    {
        var cms = site.Token("cms", Role.Service);
        foreach (var key in Keys)
        {
            var path = $"{site.Path}/articles/{Uri.EscapeDataString(key)}";
            (await SendAsync(proxy, "PUT", path, new { title = key }, cms)).Expect(201);
            var direct = (await SendAsync(site.Client!, "GET", path)).Expect(200);
            foreach (var before in (string[])["", Prefix])
            {
                var read = (await SendAsync(proxy, "GET", before + path)).Expect(200);
                Assert.Equal((key, direct.Text), (read["key"].GetString(), read.Text));
            }
            var thread = (await SendAsync(proxy, "GET", $"{Prefix}{path}/comments")).Expect(200);
            Assert.Equal(key, thread["article"].GetString());
        }
    }

    /// <summary>All addresses in answers are those that the reader can go to.</summary>
    static async Task AssertPrefixAsync(HttpClient proxy, TestSite site)
    {
        var article = $"{site.Path}/articles/a%2Fb";
        foreach (var before in (string[])["", Prefix])
        {
            var posted = (
                await SendAsync(
                    proxy,
                    "POST",
                    $"{before}{article}/comments",
                    new { body = $"By {before}" },
                    site.Token("ada"),
                    // a reader's own word is none
                    ("X-Forwarded-Prefix", "/evil")
                )
            ).Expect(201);
            var location = new Uri(proxy.BaseAddress!, posted.Headers["Location"]).PathAndQuery;
            Assert.Equal($"{before}{site.Path}/comments/{posted["id"]}", location);
            var minPosition = $"?minPosition={posted.Position}";
            Assert.Equal(
                posted["id"].GetGuid(),
                (await SendAsync(proxy, "GET", location + minPosition)).Expect(200)["id"].GetGuid()
            );
            var refused = await SendAsync(
                proxy,
                "GET",
                $"{before}{site.Path}/articles/x%252Fy",
                headers: ("X-Forwarded-Prefix", "/evil")
            );
            Assert.Equal($"{before}/problems/article-not-found", refused.Expect(404)["type"].GetString());
            Assert.Equal($"{before}{site.Path}/articles/x%252Fy", refused["instance"].GetString());
            (await SendAsync(proxy, "GET", refused["type"].GetString()!)).Expect(200);
            var servers = (await SendAsync(proxy, "GET", $"{before}/openapi/v1.json")).Expect(200)["servers"];
            Assert.Equal(before.Length == 0 ? "/" : before, servers[0].GetProperty("url").GetString());
        }
    }

    static async Task AssertVersionsAsync(HttpClient proxy, TestSite site)
    {
        var article = $"{site.Path}/articles/plain";
        var posted = await SendAsync(
            proxy,
            "POST",
            $"{article}/comments",
            new { body = string.Concat(Enumerable.Repeat("About *time*! ", 100)) },
            site.Token("ada")
        );
        var comment = posted.Expect(201).Headers["Location"];
        string[] encodings = ["identity", "gzip", "br"];
        foreach (var encoding in encodings)
        {
            // an address of its own for each
            var own = $"{comment}?minPosition={Array.IndexOf(encodings, encoding)}";
            foreach (var path in (string[])[$"{article}/comments", own])
            {
                var read = (
                    await SendAsync(proxy, "GET", path, headers: ("Accept-Encoding", encoding))
                ).Expect(200);
                var again = await SendAsync(
                    proxy,
                    "GET",
                    path,
                    headers: [("Accept-Encoding", encoding), ("If-None-Match", read.ETag)]
                );
                Assert.True(again.Status == 304, $"{encoding} {path} {read.ETag}: {again.Status}");
            }
        }
        var tag = (await SendAsync(proxy, "GET", comment, headers: ("Accept-Encoding", "gzip"))).ETag;
        foreach (var status in (int[])[200, 412])
            (
                await SendAsync(
                    proxy,
                    "PATCH",
                    comment,
                    new { body = $"Edited {status}" },
                    site.Token("ada"),
                    ("If-Match", tag)
                )
            ).Expect(status);
        // a write without a body and without a length, as curl sends it
        foreach (
            var (method, path, token) in (ValueTuple<string, string, string>[])
                [
                    ("PUT", $"{comment}/reactions/like", site.Token("ben")),
                    ("POST", $"{article}/discussion/close", site.Token("cms", Role.Service)),
                ]
        )
            Assert.Equal("200", await SendRawAsync(proxy, method, path, token));
    }

    /// <returns>The status.</returns>
    static async Task<string> SendRawAsync(HttpClient proxy, string method, string path, string token)
    {
        var ct = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.BaseAddress!.Port, ct);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"{method} {path} HTTP/1.1\r\nHost: {proxy.BaseAddress.Authority}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
            ),
            ct
        );
        using var reader = new StreamReader(stream);
        return (await reader.ReadLineAsync(ct))!.Split(' ')[1];
    }

    static async Task AssertLimitsAsync(HttpClient proxy, TestSite site)
    {
        var counts = string.Join(
            '&',
            Enumerable.Range(0, 99).Select(n => $"article={new string('x', 196)}{n:d3}")
        );
        var (cms, ada) = (site.Token("cms", Role.Service), site.Token("ada"));

        (await SendAsync(proxy, "GET", $"{site.Path}/counts?article=plain&{counts}")).Expect(200);
        (
            await SendAsync(
                proxy,
                "PUT",
                $"{site.Path}/articles/large",
                new { title = "Large", body = new[] { new string('x', 3 << 20) } },
                cms
            )
        ).Expect(201);
        (
            await SendAsync(
                proxy,
                "POST",
                $"{site.Path}/articles/plain/comments",
                new { body = new string('x', 300_000) },
                ada
            )
        ).ExpectProblem(413, "too-large");
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    [InlineData("apache")]
    [InlineData("varnish")]
    [InlineData("caddy")]
    public async Task Live_comes_at_once_and_goes_on_after_a_restart(string name)
    {
        var ct = TestContext.Current.CancellationToken;
        var port = ProxyProgram.FreePort();
        await using var proxy = await ProxyProgram.StartAsync(name, port);
        var node = await StartAsync(port);
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        var live = $"{Prefix}{site.Path}/articles/{article}/live";
        await Until.TrueAsync(
            async () => (await SendAsync(proxy.Client, "GET", $"{site.Path}/articles")).Status == 200,
            $"{name} reaches the server"
        );
        // not from 0: by then others may have written more on this store than a stream makes up for
        var before = (await site.GetAsync("/articles")).Position;
        // longer, and less of it would be held back by what compresses
        await using (var reader = await LiveReader.OpenAsync(proxy.Client, live))
        {
            var first = (await site.PostAsync(article, "ada", "First")).Expect(201);
            Assert.Equal(first["id"].GetGuid(), (await reader.ExpectAsync("comment-published")).Comment);
        }
        await using var messages = new ThreadStoreClient(proxy.Client)
            .WatchThreadAsync(site.Key, article, $"{before}", ct)
            .GetAsyncEnumerator(ct);
        async Task<string?> NextBodyAsync()
        {
            while (await messages.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), ct))
                if (messages.Current is LiveComment comment)
                    return comment.Data.Body;
            return null;
        }
        Assert.Equal("First", await NextBodyAsync());

        await node.DisposeAsync();
        await Until.TrueAsync(() => IsAwayAsync(proxy.Client, live), $"{name} says that the server is away");
        node = await StartAsync(port);
        try
        {
            (await node.Site(site.Key).PostAsync(article, "ada", "Second")).Expect(201);
            Assert.Equal("Second", await NextBodyAsync());
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>Answered as a browser takes for final; Varnish, which pipes, answers nothing.</summary>
    static async Task<bool> IsAwayAsync(HttpClient proxy, string path)
    {
        try
        {
            return (await SendAsync(proxy, "GET", path)).Status is 502 or 503;
        }
        catch (HttpRequestException e) when (e.InnerException is HttpIOException)
        {
            return true;
        }
    }

    [Fact]
    public async Task Stock_nginx_hands_on_writes_without_a_body()
    {
        var port = ProxyProgram.FreePort();
        await using var proxy = await ProxyProgram.StartAsync(
            "nginx",
            port,
            "server { listen 80; location / { proxy_pass http://127.0.0.1:5080; } }"
        );
        await using var node = await StartAsync(port);
        var site = await node.ASiteAsync();
        var id = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");

        Assert.Equal(
            "200",
            await SendRawAsync(
                proxy.Client,
                "PUT",
                $"{site.Path}/comments/{id}/reactions/like",
                site.Token("ben")
            )
        );
    }

    [Theory]
    // as the guide has it, and as it warns of
    [InlineData("")]
    [InlineData("proxy_ignore_headers Cache-Control; proxy_cache_valid 200 60s;")]
    public async Task A_cache_of_some_seconds_keeps_what_is_public_and_shows_nobody_what_is_anothers(
        string more
    )
    {
        var port = ProxyProgram.FreePort();
        await using var proxy = await ProxyProgram.StartAsync(
            "nginx",
            port,
            ProxyProgram
                .Block("nginx")
                .Replace(
                    "\nserver {",
                    $"\n{ProxyProgram.Block("nginx", 1)}\n{more}\nserver {{",
                    StringComparison.Ordinal
                )
        );
        await using var node = await StartAsync(port, ("ThreadStore:SharedMaxAge", "60"));
        var site = await node.ASiteAsync(new { moderationMode = "pre" });
        var article = await site.AnArticleAsync();
        var thread = $"{site.Path}/articles/{article}/comments";
        var (ada, ben) = (site.Token("ada"), site.Token("ben"));
        Task<Reply> Get(string path, string? token = null) =>
            SendAsync(proxy.Client, "GET", path, null, token);

        var held = (await site.PostAsync(article, "ada", "Held")).Expect(201);
        string[] own = [$"{site.Path}/commenters/ada/comments", $"{site.Path}/articles/{article}/me"];
        var comment = $"{site.Path}/comments/{held["id"]}";
        foreach (var path in own)
        {
            Assert.Contains("Held", (await Get(path, ada)).Expect(200).Text, StringComparison.Ordinal);
            foreach (var other in (string?[])[ben, null])
                Assert.DoesNotContain("Held", (await Get(path, other)).Text, StringComparison.Ordinal);
            // nor is she shown what was kept for all
            Assert.Contains("Held", (await Get(path, ada)).Expect(200).Text, StringComparison.Ordinal);
        }
        (await Get(comment)).Expect(404);
        (await Get(comment, ada)).Expect(200);
        (await Get(comment, ben)).Expect(404);
        (await Get(comment)).Expect(404);

        Assert.Equal(0, (await Get(thread)).Expect(200)["commentCount"].GetInt32());
        var approved = await site.SendAsync(
            "POST",
            $"/comments/{held["id"]}/approve",
            token: site.Token("m", Role.Moderator)
        );
        // the cache has it, and whoever knows of a write gets it
        Assert.Equal(0, (await Get(thread)).Expect(200)["commentCount"].GetInt32());
        var minPosition = approved.Expect(200).Position;
        Assert.Equal(1, (await Get($"{thread}?minPosition={minPosition}"))["commentCount"].GetInt32());
        var byHeader = await SendAsync(
            proxy.Client,
            "GET",
            thread,
            headers: ("ThreadStore-Min-Position", $"{minPosition}")
        );
        Assert.Equal(1, byHeader.Expect(200)["commentCount"].GetInt32());
    }
}
