using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class TimeQueryTests(Store store)
{
    [Theory]
    [InlineData("2021-04-02T10:00:00Z", "2021-04-02T10:00:00.0000000+00:00")]
    [InlineData("2021-04-02T12:00:00.123456789+02:00", "2021-04-02T10:00:00.1234560+00:00")]
    // as a query has a plus sign that was not encoded
    [InlineData("2021-04-02T12:00:00 02:00", "2021-04-02T10:00:00.0000000+00:00")]
    [InlineData("2021-04-02T00:00:00-10:00", "2021-04-02T10:00:00.0000000+00:00")]
    [InlineData("2021-04-02T10:00Z", "2021-04-02T10:00:00.0000000+00:00")]
    // whose clocks?
    [InlineData("2021-04-02T10:00:00", null)]
    [InlineData("2021-04-02T10:00", null)]
    [InlineData("2021-04-02T10:00:00.123", null)]
    [InlineData("2021-04-02 10:00:00", null)]
    [InlineData("2021-04-02 10:00:00Z", null)]
    [InlineData("2021-04-02", null)]
    [InlineData("2021-04-02T10:00:00 Europe/Berlin", null)]
    [InlineData("T", null)]
    [InlineData("Z", null)]
    [InlineData("", null)]
    public void A_time_says_its_zone(string text, string? read) =>
        Assert.Equal(read, TimeQuery.TryRead(text, out var time) ? $"{time:O}" : null);

    [Theory]
    [InlineData("/analytics/activity?from=2021-04-02T10:00:00", Role.Analyst)]
    [InlineData("/analytics/activity?to=2021-04-02T10:00:00", Role.Analyst)]
    [InlineData("/search?q=word&from=2021-04-02T10:00:00", Role.None)]
    [InlineData("/search?q=word&to=2021-04-02T10:00:00", Role.None)]
    [InlineData("/articles/a/comments?asOf=2021-04-02T10:00:00", Role.Analyst)]
    [InlineData("/commenters/ada/comments?asOf=2021-04-02T10:00:00", Role.Analyst)]
    public async Task A_time_without_its_zone_is_refused_in_a_query(string path, Role role)
    {
        var site = await store.ASiteAsync();

        (await site.GetAsync(path, site.Token("ana", role))).Expect(400, "validation");
        Assert.NotEqual(400, (await site.GetAsync($"{path}Z", site.Token("ana", role))).Status);
    }

    [Theory]
    [InlineData("/commenters/ada/ban", """{"reason":"r","until":"2100-04-02T10:00:00"}""")]
    [InlineData("/commenters/ada/suspend", """{"reason":"r","until":"2100-04-02"}""")]
    public async Task A_time_without_its_zone_is_refused_in_a_body(string path, string body)
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");
        var events = await site.CountEventsAsync();

        (await site.SendAsync("POST", path, body, site.Token("mod", Role.Moderator))).Expect(400);

        Assert.Equal(events, await site.CountEventsAsync());
    }
}
