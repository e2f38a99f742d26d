using System.Net;
using Alba;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class PathPrefixTests(Store store)
{
    [Theory]
    [InlineData("", "")]
    [InlineData("/", "")]
    [InlineData("/comments", "/comments")]
    [InlineData("/a/b-c_d.e~f/", "/a/b-c_d.e~f")]
    [InlineData("comments", null)]
    [InlineData("//example.org", null)]
    [InlineData("/a//b", null)]
    [InlineData("/a/../b", null)]
    [InlineData("/.", null)]
    [InlineData("/a b", null)]
    [InlineData("/a%2Fb", null)]
    [InlineData("/a?b", null)]
    [InlineData("/\"><script>", null)]
    public void A_prefix_is_a_plain_path(string text, string? prefix) =>
        Assert.Equal(prefix, PathPrefix.Parse(text));

    [Theory]
    [InlineData("", null, true, "")]
    [InlineData("/own", null, true, "/own")]
    [InlineData("/own", null, false, "/own")]
    [InlineData("/own", "/said", false, "/said")]
    // the proxy took one away, and left the other
    [InlineData("/own", "/said", true, "/said/own")]
    // it told of what it left
    [InlineData("/own", "/own", true, "/own")]
    public void What_readers_see_is_what_was_taken_away_and_what_is_there(
        string own,
        string? forwarded,
        bool wasThere,
        string seen
    ) => Assert.Equal(seen, new PathPrefix(own).Seen(forwarded, wasThere));

    /// <summary>A node whose requests come from 10.0.0.1, unless a header says otherwise.</summary>
    async Task<IAlbaHost> StartAsync(ILoggerProvider? log, params (string Name, string Value)[] settings)
    {
        var builder = store.Builder();
        foreach (var (name, value) in settings)
            builder.Configuration[name] = value;
        if (log is not null)
            builder.Logging.AddProvider(log);
        return await AlbaHost.For(
            builder,
            app =>
            {
                app.Use(
                    (HttpContext http, RequestDelegate next) =>
                    {
                        http.Connection.RemoteIpAddress = IPAddress.Parse(
                            http.Request.Headers[LimitedNode.AddressHeader].FirstOrDefault() ?? "10.0.0.1"
                        );
                        return next(http);
                    }
                );
                app.UseServer();
            }
        );
    }

    [Theory]
    [InlineData("ThreadStore:PathBase", "/news/comments", "/news/comments", "", "/news/comments")]
    [InlineData("ThreadStore:PathBase", "/news/comments/", "", "", "/news/comments")]
    [InlineData("ThreadStore:TrustedProxies", "10.0.0.1", "", "/c", "/c")]
    [InlineData("ThreadStore:TrustedProxies", "10.0.0.2", "", "/c", "")]
    [InlineData("ThreadStore:TrustedProxies", "", "", "/c", "")]
    public async Task All_addresses_have_the_prefix_that_readers_see(
        string setting,
        string value,
        string sent,
        string said,
        string seen
    )
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a/b")).Expect(201);
        await using var host = await StartAsync(null, (setting, value));
        using var client = host.Server.CreateClient();
        (string, string)[] headers = said.Length > 0 ? [("X-Forwarded-Prefix", said)] : [];
        Task<Reply> Send(string method, string path, object? body = null) =>
            Store.SendAsync(client, method, sent + path, body, site.Token("ada"), headers);

        var article = $"{site.Path}/articles/a%2Fb";
        var posted = (await Send("POST", $"{article}/comments", new { body = "Hello" })).Expect(201);
        var refused = (await Send("GET", $"{site.Path}/articles/absent")).Expect(404, "article-not-found");
        var openApi = (await Send("GET", "/openapi/v1.json")).Expect(200);
        var docs = (await Send("GET", "/docs/")).Expect(200);
        var explained = (await Send("GET", "/problems/article-not-found")).Expect(200);
        var root = (await Send("GET", "/")).Expect(302);

        Assert.Equal($"{seen}{site.Path}/comments/{posted["id"]}", posted.Headers["Location"]);
        Assert.Equal($"{seen}/problems/article-not-found", refused["type"].GetString());
        Assert.Equal($"{seen}{site.Path}/articles/absent", refused["instance"].GetString());
        Assert.Equal(seen.Length == 0 ? "/" : seen, openApi["servers"][0].GetProperty("url").GetString());
        Assert.Equal($"{seen}/docs", root.Headers["Location"]);
        Assert.Contains("<a href=\"../docs\">", explained.Text, StringComparison.Ordinal);
        // all that the page loads is relative, or begins with the prefix
        Assert.DoesNotMatch($"(src|href)=\"/(?!{seen.TrimStart('/')})", docs.Text);
        if (sent.Length == 0)
            return;
        (await Send("GET", $"{article}/comments")).Expect(200);
        // kept by now, under the address as it was sent
        Assert.Equal(1, (await Send("GET", $"{article}/comments")).Expect(200)["commentCount"].GetInt32());
        // a proxy may also take it away, and what only begins alike is something else
        (await Store.SendAsync(client, "GET", article)).Expect(200);
        (await Store.SendAsync(client, "GET", $"{sent}x{article}")).Expect(404);
        (await Store.SendAsync(client, "OPTIONS", $"{sent}{article}")).Expect(204);
    }

    [Fact]
    public async Task Readers_behind_a_trusted_proxy_have_a_limit_each_whatever_they_write()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await using var host = await StartAsync(
            null,
            ("ThreadStore:TrustedProxies", "10.0.0.0/8"),
            // it believes everybody, and must not undo what stands above
            ("FORWARDEDHEADERS_ENABLED", "true"),
            ("ThreadStore:RateLimits:Enabled", "true"),
            ("ThreadStore:RateLimits:ReadsPerMinute", "2")
        );
        using var client = host.Server.CreateClient();
        // a page that is kept, and one that never is
        foreach (var query in (string[])["", "?minPosition=0"])
        {
            Task<Reply> Get(string said, string from = "10.0.0.1") =>
                Store.SendAsync(
                    client,
                    "GET",
                    $"{site.Path}/articles/{article}/comments{query}",
                    headers: [("X-Forwarded-For", said), (LimitedNode.AddressHeader, from)]
                );
            var n = query.Length == 0 ? 1 : 2;

            for (var i = 0; i < 2; i++)
                (await Get($"198.51.100.{i}, 192.0.2.{n}")).Expect(200);
            (await Get($"198.51.100.77, 192.0.2.{n}")).ExpectProblem(429, "rate-limited");
            (await Get($"192.0.2.{n}, 10.0.0.9")).ExpectProblem(429, "rate-limited");
            (await Get($"192.0.2.{n + 10}")).Expect(200);
            // from elsewhere it is the sender that counts
            for (var i = 0; i < 2; i++)
                (await Get($"203.0.113.{i}", $"192.0.2.{n + 20}")).Expect(200);
            (await Get("203.0.113.9", $"192.0.2.{n + 20}")).ExpectProblem(429, "rate-limited");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.2")]
    public async Task Who_is_not_believed_is_told_to_the_operator_once(string trusted)
    {
        var site = await store.ASiteAsync();
        using var log = new Lines();
        await using var host = await StartAsync(
            log,
            ("ThreadStore:TrustedProxies", trusted),
            ("FORWARDEDHEADERS_ENABLED", "true")
        );
        using var client = host.Server.CreateClient();
        Task<Reply> Get(params (string, string)[] headers) =>
            Store.SendAsync(client, "GET", $"{site.Path}/articles", headers: headers);

        await Get();
        Assert.Empty(log.OfProxies);
        for (var i = 0; i < 3; i++)
            await Get(("X-Forwarded-For", "192.0.2.1"));
        await Get(("X-Forwarded-Host", "evil.example"));

        var line = Assert.Single(log.OfProxies);
        Assert.StartsWith("X-Forwarded-For came from 10.0.0.1", line, StringComparison.Ordinal);
        // what it says may be anything
        Assert.DoesNotContain("192.0.2.1", line, StringComparison.Ordinal);
    }

    sealed class Lines : ILoggerProvider, ILogger
    {
        readonly List<string> all = [];

        public string[] OfProxies
        {
            get
            {
                lock (all)
                    return [.. all.Where(l => l.Contains("TrustedProxies", StringComparison.Ordinal))];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (!IsEnabled(logLevel))
                return;
            lock (all)
                all.Add(formatter(state, exception));
        }

        public void Dispose() { }
    }
}
