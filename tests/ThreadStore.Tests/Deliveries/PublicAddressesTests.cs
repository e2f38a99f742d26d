using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using ThreadStore.Deliveries;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Deliveries;

/// <summary>Calls to addresses that people gave us reach nothing but the public internet.</summary>
public class PublicAddressesTests(Store store)
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::7f00:1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::808:808")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void What_is_not_public_is_refused(string address) =>
        Assert.False(PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("193.0.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2a00:1450:4001::1")]
    [InlineData("2606:4700::1111")]
    public void What_is_public_is_not(string address) =>
        Assert.True(PublicAddresses.IsPublic(IPAddress.Parse(address)));

    /// <summary>A name that is looked up is judged by what it leads to, whatever it is called.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0")]
    public async Task Nothing_is_sent_to_this_machine(string host)
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Server.DualMode = true;
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var client = new HttpClient(new PublicAddresses(allowPrivate: false).Handler());

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.GetAsync($"http://{host}:{port}/", TestContext.Current.CancellationToken)
        );

        Assert.IsType<PrivateAddressException>(refused.InnerException);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Where_private_addresses_are_allowed_they_are_called_and_nobody_sends_us_elsewhere()
    {
        await using var elsewhere = await Receiver.StartAsync(_ => Results.Ok());
        await using var receiver = await Receiver.StartAsync(_ => Results.Redirect(elsewhere.Url));
        using var client = new HttpClient(new PublicAddresses(allowPrivate: true).Handler());

        var answer = await client.PostAsync(receiver.Url, null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Empty(elsewhere.Calls);
    }

    [Fact]
    public async Task A_classifier_on_this_machine_is_not_called_unless_it_may_be()
    {
        await using var receiver = await Receiver.StartAsync(_ => Results.Ok());
        await using var node = await Node.StartAsync(store, null, (PublicAddresses.Setting, "false"));
        var site = await node.ASiteAsync(new { classifier = new { url = receiver.Url, secret = "s" } });
        await site.PutArticleAsync("a");
        await site.ACommentAsync("a", "ada", "Hello");

        await Until.TrueAsync(
            async () =>
                await node.ScalarAsync("select max(last_failure) from threadstore.deliveries")
                    is string failure
                && failure.Contains("no public address", StringComparison.Ordinal),
            "a delivery was refused"
        );

        Assert.Empty(receiver.Calls);
    }
}
