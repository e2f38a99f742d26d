using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThreadStore.Http;
using ThreadStore.Http.Hot;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http.Hot;

/// <summary>On a server that hands over requests one by one; HotPagesTests compare answers over a real one.</summary>
public class HotServerTests
{
    const string Address = "/v1/sites/s/counts?article=a";

    [Fact]
    public async Task What_is_kept_is_answered_without_the_host_and_all_else_by_it()
    {
        var host = new Host();
        await using var server = await OneByOne.StartAsync(host);

        Assert.Equal("kept", await server.AskAsync(Address, "10.0.0.1"));
        Assert.Empty(host.Seen);
        Assert.Equal("host", await server.AskAsync("/v1/sites/s/counts?article=b", "10.0.0.1"));
        Assert.Equal("host", await server.AskAsync(Address, "10.0.0.1", "HEAD"));
        Assert.Equal(2, host.Seen.Count);
    }

    [Fact]
    public async Task An_address_that_asked_too_much_is_left_to_the_host_to_refuse()
    {
        await using var server = await OneByOne.StartAsync(
            new Host(),
            ("ThreadStore:RateLimits:ReadsPerMinute", "2")
        );
        List<string> answers = [];

        foreach (var address in (string[])["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2", "127.0.0.1"])
            answers.Add(await server.AskAsync(Address, address));

        Assert.Equal(["kept", "kept", "host", "kept", "kept"], answers);
    }

    [Fact]
    public async Task Readers_behind_a_trusted_proxy_are_told_apart()
    {
        await using var server = await OneByOne.StartAsync(
            new Host(),
            ("ThreadStore:RateLimits:ReadsPerMinute", "1"),
            ("ThreadStore:TrustedProxies", "10.0.0.1")
        );
        // which the host is to hear of once, to warn
        Assert.Equal("host", await server.AskAsync(Address, "10.0.0.2", headers: ("X-Forwarded-For", "::1")));
        server.Warn("10.0.0.2");
        List<string> answers = [];

        foreach (
            var (sender, said) in (ValueTuple<string, string>[])
                [
                    ("10.0.0.1", "192.0.2.1"),
                    // a reader may write what they like before what the proxy says
                    ("10.0.0.1", "192.0.2.9, 192.0.2.1"),
                    ("10.0.0.1", "192.0.2.2"),
                    ("10.0.0.2", "192.0.2.3"),
                    ("10.0.0.2", "192.0.2.4"),
                ]
        )
            answers.Add(await server.AskAsync(Address, sender, headers: ("X-Forwarded-For", said)));

        Assert.Equal(["kept", "host", "kept", "kept", "host"], answers);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317")]
    [InlineData("Logging:LogLevel:Default", "Information")]
    public async Task Where_somebody_looks_at_every_request_the_host_gets_them_all(string name, string value)
    {
        await using var server = await OneByOne.StartAsync(new Host(), (name, value));

        Assert.Equal("host", await server.AskAsync(Address, "10.0.0.1"));
    }

    sealed class Host : IHttpApplication<IFeatureCollection>
    {
        public List<string> Seen { get; } = [];

        public IFeatureCollection CreateContext(IFeatureCollection contextFeatures)
        {
            Seen.Add(contextFeatures.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            return contextFeatures;
        }

        public async Task ProcessRequestAsync(IFeatureCollection context) =>
            await context
                .GetRequiredFeature<IHttpResponseBodyFeature>()
                .Writer.WriteAsync("host"u8.ToArray());

        public void DisposeContext(IFeatureCollection context, Exception? exception) { }
    }

    sealed class OneByOne(TrustedProxies proxies) : IServer, IAsyncDisposable
    {
        ServiceProvider? services;
        Func<IFeatureCollection, Task>? process;

        public IFeatureCollection Features { get; } = new FeatureCollection();

        /// <summary>With one page kept.</summary>
        public static async Task<OneByOne> StartAsync(
            Host host,
            params (string Name, string Value)[] settings
        )
        {
            var configuration = new ConfigurationBuilder()
                .AddInMemoryCollection([new("Logging:LogLevel:Default", "Warning")])
                .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)))
                .Build();
            var options = Settings.Of(settings);
            var proxies = TrustedProxies.Of(options);
            var pages = new HotPages();
            pages.Listen(1);
            pages.Keep(pages.Begin(Address), [Guid.NewGuid()], 1, "kept"u8.ToArray(), "\"e\"");
            var server = new OneByOne(proxies);
            var services = new ServiceCollection();
            services.AddLogging(l => l.AddConfiguration(configuration.GetSection("Logging")).AddConsole());
            services.AddSingleton<IServer>(server);
            services.AddSingleton(
                new ServeHotPages(
                    pages,
                    RateLimits.Reads(options.RateLimits),
                    proxies,
                    new Caching(options.SharedMaxAge)
                )
            );
            HotServer.AddTo(services, configuration);
            server.services = services.BuildServiceProvider();
            await server
                .services.GetRequiredService<IServer>()
                .StartAsync(host, TestContext.Current.CancellationToken);
            return server;
        }

        public void Warn(string sender) =>
            proxies.WarnOnce(IPAddress.Parse(sender), new HeaderDictionary { ["X-Forwarded-For"] = "::1" });

        public async Task<string> AskAsync(
            string target,
            string address,
            string method = "GET",
            params (string Name, string Value)[] headers
        )
        {
            using var body = new MemoryStream();
            var request = new FeatureCollection();
            var asked = new HttpRequestFeature { Method = method, RawTarget = target };
            foreach (var (name, value) in headers)
                asked.Headers[name] = value;
            request.Set<IHttpRequestFeature>(asked);
            request.Set<IHttpConnectionFeature>(
                new HttpConnectionFeature { RemoteIpAddress = IPAddress.Parse(address) }
            );
            request.Set<IHttpResponseFeature>(new HttpResponseFeature());
            request.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
            await process!(request);
            return Encoding.UTF8.GetString(body.ToArray());
        }

        public Task StartAsync<TContext>(
            IHttpApplication<TContext> application,
            CancellationToken cancellationToken
        )
            where TContext : notnull
        {
            process = async request =>
            {
                var context = application.CreateContext(request);
                await application.ProcessRequestAsync(context);
                application.DisposeContext(context, null);
            };
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() { }

        public ValueTask DisposeAsync() => services?.DisposeAsync() ?? default;
    }
}
