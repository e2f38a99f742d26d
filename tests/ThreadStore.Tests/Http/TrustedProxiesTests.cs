using System.Net;
using Microsoft.AspNetCore.Http;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class TrustedProxiesTests
{
    static TrustedProxies Of(params (string Name, string Value)[] settings) =>
        TrustedProxies.Of(Settings.Of(settings));

    static readonly TrustedProxies Trusted = Of(
        ("ThreadStore:TrustedProxies", "10.0.0.0/8, 2001:db8:1::/48")
    );

    static Forwarded Read(string sender, string headers)
    {
        var all = new HeaderDictionary();
        foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = header.Split('=', 2);
            all.Append($"X-Forwarded-{parts[0].Trim()}", parts[1]);
        }
        var from = IPAddress.Parse(sender);
        var read = Trusted.Read(from, all);
        // the short way of hot pages comes to the same
        Assert.Equal(read.Address, Trusted.AddressOf(from, all));
        return read;
    }

    [Theory]
    // nobody is before who is not trusted
    [InlineData("192.0.2.1", "For=198.51.100.1", "192.0.2.1")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "For=192.0.2.1", "192.0.2.1")]
    // what a reader wrote stands to the left of what the proxy says of them
    [InlineData("10.0.0.1", "For=198.51.100.1, 192.0.2.1", "192.0.2.1")]
    [InlineData("10.0.0.1", "For=10.0.0.9,192.0.2.1", "192.0.2.1")]
    // two proxies, in one line or in two
    [InlineData("10.0.0.1", "For=198.51.100.1, 192.0.2.1, 10.9.9.9", "192.0.2.1")]
    [InlineData("10.0.0.1", "For=198.51.100.1|For=192.0.2.1|For=10.9.9.9", "192.0.2.1")]
    [InlineData("10.0.0.1", "For=10.1.1.1, 10.9.9.9", "10.1.1.1")]
    // forms of addresses
    [InlineData("::ffff:10.0.0.1", "For=192.0.2.1:4711", "192.0.2.1")]
    [InlineData("2001:db8:1::1", "For=2001:db8:2::7", "2001:db8:2::7")]
    [InlineData("2001:db8:1::1", "For=[2001:db8:2::7]:443", "2001:db8:2::7")]
    [InlineData("10.0.0.1", "For=::ffff:192.0.2.1", "192.0.2.1")]
    // no address: nobody knows who was before
    [InlineData("10.0.0.1", "For=192.0.2.1, unknown", "10.0.0.1")]
    [InlineData("10.0.0.1", "For=192.0.2.1,", "10.0.0.1")]
    [InlineData("10.0.0.1", "For=192.0.2.1, _hidden, 10.9.9.9", "10.9.9.9")]
    public void Addresses_are_believed_from_the_right_as_far_as_proxies_are_trusted(
        string sender,
        string headers,
        string address
    ) => Assert.Equal(IPAddress.Parse(address), Plain(Read(sender, headers).Address));

    static IPAddress? Plain(IPAddress? address) =>
        address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address;

    [Theory]
    [InlineData("192.0.2.1", "Proto=https|Host=evil.example|Prefix=/evil", null, null, null)]
    [InlineData("10.0.0.1", "Proto=https|Host=news.example|Prefix=/c", "https", "news.example", "/c")]
    // further left than addresses go, anybody may have written it
    [InlineData("10.0.0.1", "Proto=http, https|Host=evil, news|Prefix=/evil, /c", "https", "news", "/c")]
    [InlineData(
        "10.0.0.1",
        "For=192.0.2.1|Proto=http,https|Host=evil,news|Prefix=/evil,/c",
        "https",
        "news",
        "/c"
    )]
    // the outer of two trusted proxies saw what the reader asked for
    [InlineData(
        "10.0.0.1",
        "For=192.0.2.1,10.0.0.2|Proto=https,http|Host=news,inner|Prefix=/c,/x",
        "https",
        "news",
        "/c"
    )]
    [InlineData("10.0.0.1", "For=192.0.2.1,10.0.0.2|Proto=https|Host=news", "https", "news", null)]
    // what can be no such thing is not said
    [InlineData("10.0.0.1", "Proto=gopher|Host=a/b|Prefix=//evil.example", null, null, null)]
    [InlineData("10.0.0.1", "Proto=HTTPS|Host=a@b|Prefix=c", "https", null, null)]
    [InlineData("10.0.0.1", "Host=a b|Prefix=/a/../b", null, null, null)]
    [InlineData("10.0.0.1", "Host=[2001:db8::1]:8080|Prefix=/a/", null, "[2001:db8::1]:8080", "/a")]
    public void What_else_they_say_counts_as_many_hops(
        string sender,
        string headers,
        string? scheme,
        string? host,
        string? prefix
    )
    {
        var read = Read(sender, headers);

        Assert.Equal((scheme, host, prefix), (read.Scheme, read.Host, read.Prefix));
    }

    [Fact]
    public void They_are_named_in_one_text_or_as_a_list()
    {
        var proxies = Of(
            ("ThreadStore:TrustedProxies", "127.0.0.1 ::1"),
            ("ThreadStore:TrustedProxies:0", "192.0.2.1/24"),
            ("ThreadStore:TrustedProxies:1", "2001:db8::/32")
        );

        foreach (
            var address in (string[])
                ["127.0.0.1", "::1", "192.0.2.77", "2001:db8:ffff::1", "::ffff:127.0.0.1"]
        )
            Assert.True(proxies.Trusts(IPAddress.Parse(address)), address);
        foreach (var address in (string[])["127.0.0.2", "::2", "192.0.3.1", "2001:db9::1"])
            Assert.False(proxies.Trusts(IPAddress.Parse(address)), address);
        Assert.False(proxies.Trusts(null));
        Assert.False(Of().Trusts(IPAddress.Loopback));
        Assert.True(Of().IsEmpty);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("10")]
    [InlineData("10.1")]
    [InlineData("10.0.0.0/33")]
    [InlineData("*")]
    public void What_is_no_address_is_told_at_start(string text)
    {
        var e = Assert.Throws<StartupException>(() =>
            Of(("ThreadStore:TrustedProxies", $"127.0.0.1,{text}"))
        );

        Assert.Contains($"'{text}'", e.Message, StringComparison.Ordinal);
    }
}
