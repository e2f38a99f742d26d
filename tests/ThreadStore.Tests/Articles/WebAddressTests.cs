using CsCheck;
using ThreadStore.Articles;
using Xunit;

namespace ThreadStore.Tests.Articles;

public class WebAddressTests
{
    [Theory]
    [InlineData("https://news.example", "https://news.example/")]
    [InlineData("https://news.example?a=b", "https://news.example/?a=b")]
    [InlineData("HTTPS://News.Example:443/A", "https://news.example/A")]
    [InlineData("http://news.example:8080/", "http://news.example:8080/")]
    [InlineData("https://münchen.example/", "https://xn--mnchen-3ya.example/")]
    [InlineData("https://例え.テスト/記事", "https://xn--r8jz45g.xn--zckzah/%E8%A8%98%E4%BA%8B")]
    [InlineData("https://news.example/é", "https://news.example/%C3%A9")]
    [InlineData("https://news.example/%c3%a9", "https://news.example/%C3%A9")]
    [InlineData("https://news.example/a b", "https://news.example/a%20b")]
    [InlineData("https://news.example/%7Eada", "https://news.example/~ada")]
    // what parts an address is another thing when it is encoded
    [InlineData("https://news.example/a%2fb", "https://news.example/a%2Fb")]
    [InlineData("https://news.example/a+b?c=%2B", "https://news.example/a+b?c=%2B")]
    [InlineData("https://news.example/100%", "https://news.example/100%25")]
    [InlineData("https://news.example/it's", "https://news.example/it%27s")]
    [InlineData("https://news.example/a#b", "https://news.example/a#b")]
    [InlineData("https://[::1]:5080/a", "https://[::1]:5080/a")]
    [InlineData("no address", "no address")]
    [InlineData("mailto:a@b.example", "mailto:a@b.example")]
    [InlineData("", "")]
    public void Writings_of_the_same_address_have_one_key(string url, string key) =>
        Assert.Equal(key, WebAddress.Key(url));

    [Fact]
    public void A_key_is_its_own_key_and_fits_into_an_index_whatever_the_address() =>
        Gen.String.Sample(text =>
        {
            var key = WebAddress.Key($"https://news.example/{text}");
            return key.Length <= 2_048
                && (WebAddress.Key(key) == key)
                && (key.StartsWith("sha256:", StringComparison.Ordinal) || key.All(char.IsAscii));
        });

    [Theory]
    [InlineData("https://münchen.example", "https://xn--mnchen-3ya.example")]
    [InlineData("https://NEWS.example:443", "https://news.example")]
    [InlineData("http://localhost:3000", "http://localhost:3000")]
    [InlineData("null", null)]
    [InlineData("news.example", null)]
    [InlineData("file:///etc", null)]
    [InlineData("https:news.example", null)]
    [InlineData("", null)]
    // .NET takes them for addresses, and then has no host for them
    [InlineData("https://\u200d.example", null)]
    [InlineData("https://xn--\u0301", null)]
    [InlineData("https://\ufffd.example", null)]
    public void An_origin_is_what_browsers_send(string written, string? origin) =>
        Assert.Equal(origin, WebAddress.Origin(written));

    [Fact]
    public void A_host_that_is_none_is_an_address_as_it_is() =>
        Assert.Equal("https://\u200d.example/a", WebAddress.Key("https://\u200d.example/a"));
}
