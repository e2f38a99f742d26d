using ThreadStore.Commands;
using Xunit;

namespace ThreadStore.Tests.Commands;

public class TokenTests
{
    [Theory]
    [InlineData(null, "moderator", "http://localhost:5080/desk#token=a.b.c")]
    [InlineData("http://0.0.0.0:80;https://news.example", "admin", "http://localhost:80/desk#token=a.b.c")]
    [InlineData("https://news.example", "analyst", "https://news.example:443/insights#token=a.b.c")]
    [InlineData("http://[::]:5090", "analyst moderator", "http://localhost:5090/desk#token=a.b.c")]
    [InlineData(null, "service", null)]
    [InlineData(null, "", null)]
    public void A_token_for_one_of_our_pages_has_a_link_there(string? urls, string roles, string? link) =>
        Assert.Equal(link, Token.LinkTo(urls, roles.Split(' '), "a.b.c"));
}
