using System.Net;
using System.Net.Sockets;
using System.Text;
using Alba;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class LimitsTests(Store store)
{
    static Limits Of(params (string Name, string Value)[] settings)
    {
        var options = Settings.Of([.. settings.Select(s => ($"ThreadStore:{s.Name}", s.Value))]);
        return new(options.Limits, TrustedProxies.Of(options));
    }

    static DefaultConnectionContext From(string address) =>
        new() { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 40_000) };

    [Fact]
    public async Task An_address_has_so_many_connections_and_others_and_this_machine_have_their_own()
    {
        var limits = Of(
            ("Limits:ConnectionsPerAddress", "2"),
            ("TrustedProxies", "198.51.100.0/24, 2001:db8::1")
        );
        var end = new TaskCompletionSource();
        var served = 0;
        var open = new List<Task>();
        // a connection is served until it ends, one too many not at all
        async Task<bool> OpenAsync(string address)
        {
            var before = served;
            var connection = limits.ServeAsync(
                _ =>
                {
                    served++;
                    return end.Task;
                },
                From(address)
            );
            open.Add(connection);
            if (served == before)
                await connection;
            return served > before;
        }

        Assert.True(await OpenAsync("192.0.2.7"));
        Assert.True(await OpenAsync("::ffff:192.0.2.7"));
        Assert.False(await OpenAsync("192.0.2.7"));
        foreach (var address in (string[])["192.0.2.8", "127.0.0.1", "::1", "198.51.100.9", "2001:db8::1"])
            for (var i = 0; i < (address == "192.0.2.8" ? 2 : 5); i++)
                Assert.True(await OpenAsync(address), address);
        Assert.False(await OpenAsync("192.0.2.8"));

        end.SetResult();
        await Task.WhenAll(open);
        Assert.True(await OpenAsync("192.0.2.7"));
    }

    [Theory]
    [InlineData("Streams", "0")]
    [InlineData("BytesPerSecond", "-1")]
    public void A_limit_is_a_number_above_0(string name, string value) =>
        Assert.Contains(
            $"ThreadStore__Limits__{name}",
            Assert.Throws<StartupException>(() => Of(($"Limits:{name}", value))).Message,
            StringComparison.Ordinal
        );

    async Task<IAlbaHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var builder = store.Builder();
        foreach (var (name, value) in settings)
            builder.Configuration[$"ThreadStore:Limits:{name}"] = value;
        return await AlbaHost.For(
            builder,
            app =>
            {
                app.Use(
                    (HttpContext http, RequestDelegate next) =>
                    {
                        if (
                            IPAddress.TryParse(
                                http.Request.Headers[LimitedNode.AddressHeader],
                                out var address
                            )
                        )
                            http.Connection.RemoteIpAddress = address;
                        return next(http);
                    }
                );
                app.UseServer();
            }
        );
    }

    static HttpRequestMessage Get(string path, string from, string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(LimitedNode.AddressHeader, from);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        return request;
    }

    [Fact]
    public async Task An_address_and_a_server_have_so_many_streams_and_one_that_ends_makes_room()
    {
        var ct = TestContext.Current.CancellationToken;
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await using var host = await StartAsync(("StreamsPerAddress", "2"), ("Streams", "4"));
        using var client = host.Server.CreateClient();
        var (live, follow) = ($"{site.Path}/articles/{article}/live", $"{site.Path}/events?follow=true");
        var analyst = site.Token("ana", Role.Analyst);
        var open = new List<HttpResponseMessage>();
        async Task<int> OpenAsync(string path, string from)
        {
            using var request = Get(path, from, path == follow ? analyst : null);
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (response.IsSuccessStatusCode)
                open.Add(response);
            return (int)response.StatusCode;
        }

        Assert.Equal(200, await OpenAsync(live, "192.0.2.7"));
        Assert.Equal(200, await OpenAsync(follow, "192.0.2.7"));
        foreach (var path in (string[])[live, follow])
        {
            using var request = Get(path, "192.0.2.7", analyst);
            using var refused = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.True(refused.Headers.Contains("ThreadStore-Position"));
        }
        Assert.Equal(200, await OpenAsync(live, "192.0.2.8"));
        Assert.Equal(200, await OpenAsync(live, "127.0.0.1"));
        // from here on it is the server that is full; what ends does not count
        using (var request = Get(live, "192.0.2.9"))
        using (var refused = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }
        using (var request = Get($"{site.Path}/events", "192.0.2.9", analyst))
        using (var page = await client.SendAsync(request, ct))
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        open[0].Dispose();
        await Until.TrueAsync(
            async () => await OpenAsync(live, "192.0.2.7") == 200,
            "the place of a stream that has ended"
        );
        open.ForEach(o => o.Dispose());
    }

    /// <summary>One answer is a page kept ready-made, which another part of the server writes than all the others.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_asks_and_does_not_read_is_let_go(bool isHot)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var node = await Node.StartAsync(
            store,
            null,
            ("ThreadStore:Limits:BytesPerSecond", "2000000")
        );
        var site = await node.ASiteAsync(new { maxCommentLength = 200_000 });
        var article = await site.AnArticleAsync();
        for (var i = 0; i < 3; i++)
            await site.ACommentAsync(article, "ada", new string((char)('a' + i), 150_000));
        var target = $"{site.Path}/articles/{article}/comments?limit=10";
        long length = (await site.GetAsync($"/articles/{article}/comments?limit=10")).Text.Length;
        Assert.InRange(length, 800_000, 1_100_000);

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = 16 * 1024,
        };
        await socket.ConnectAsync(IPAddress.Loopback, node.Client.BaseAddress!.Port, ct);
        // more than the machine itself keeps for who does not read
        const int Asked = 20;
        for (var i = 0; i < Asked; i++)
            await socket.SendAsync(
                Encoding.ASCII.GetBytes(
                    $"GET {target}{(isHot ? "" : $"&minPosition={i}")} HTTP/1.1\r\nHost: localhost\r\n\r\n"
                ),
                ct
            );
        await Until.TrueAsync(
            () => Task.FromResult(HasEnded(socket)),
            "the end of the connection",
            TimeSpan.FromSeconds(60)
        );

        // the rest never comes
        long received = 0;
        try
        {
            var buffer = new byte[256 * 1024];
            while (await socket.ReceiveAsync(buffer, ct) is > 0 and var read)
                received += read;
        }
        catch (SocketException)
        {
            // reset
        }
        Assert.InRange(received, 0, (Asked - 1) * length);
    }

    /// <summary>To write tells whether the other side has gone, and asks for nothing while the line is not complete.</summary>
    static bool HasEnded(Socket socket)
    {
        try
        {
            socket.Send(" "u8);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
