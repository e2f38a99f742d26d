using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

/// <summary>What is wrong with a request, in codes and values that a front end can say in its reader's language.</summary>
public class FlawTests(Store store)
{
    [Theory]
    [InlineData("POST", "/articles/a/comments", """{"body":" "}""", "body", "empty", "{}")]
    [InlineData(
        "POST",
        "/articles/a/comments",
        """{"body":"0123456789a"}""",
        "body",
        "too-long",
        """{"max":10}"""
    )]
    [InlineData("POST", "/articles/a/comments", "{}", "body", "required", "{}")]
    [InlineData("POST", "/articles/a/comments", """{"body":"x","bdy":"y"}""", "bdy", "unknown", "{}")]
    [InlineData("POST", "/articles/a/comments", """{"body":"x","body":"y"}""", "body", "duplicate", "{}")]
    [InlineData(
        "PUT",
        "/comments/ID/reactions/wow",
        null,
        "kind",
        "none-of",
        """{"values":["dislike","like"]}"""
    )]
    [InlineData("POST", "/comments/ID/appeal", """{"text":""}""", "text", "empty", "{}")]
    [InlineData("POST", "/counts", """{"articles":[]}""", "articles", "count", """{"min":1,"max":100}""")]
    [InlineData(
        "GET",
        "/articles/a/comments?limit=0",
        null,
        "limit",
        "out-of-range",
        """{"min":1,"max":100}"""
    )]
    [InlineData("GET", "/articles/a/comments?asOf=never", null, "asOf", "no-time", "{}")]
    [InlineData("GET", "/search?q=x&from=never", null, "from", "no-time", "{}")]
    [InlineData("GET", "/search?q=", null, "q", "empty", "{}")]
    [InlineData(
        "GET",
        "/search?q=1+2+3+4+5+6+7+8+9+10+11+12+13+14+15+16+17+18+19+20+21+22+23+24+25",
        null,
        "q",
        "too-many-words",
        """{"max":24}"""
    )]
    [InlineData(
        "GET",
        "/search?q=%221+2+3+4+5+6+7+8+9+10+11+12+13%22",
        null,
        "q",
        "phrase-too-long",
        """{"max":12}"""
    )]
    [InlineData("GET", "/analytics/activity?tz=Moon", null, "tz", "no-time-zone", "{}")]
    [InlineData("PUT", "/articles/b", """{"title":""}""", "title", "empty", "{}")]
    [InlineData("PUT", "/articles/b", """{"title":"T","url":"ftp://x"}""", "url", "no-address", "{}")]
    [InlineData("PUT", "/articles/%01", """{"title":"T"}""", "key", "control-characters", "{}")]
    [InlineData("PUT", "", """{"maxDepth":-1}""", "maxDepth", "out-of-range", null)]
    [InlineData(
        "PUT",
        "",
        """{"bannedPatterns":["("]}""",
        "bannedPatterns",
        "no-pattern",
        """{"pattern":"("}"""
    )]
    [InlineData("PUT", "", """{"allowedOrigins":["x"]}""", "allowedOrigins", "no-origin", "{}")]
    [InlineData("POST", "/commenters/ada/ban", """{"reason":" "}""", "reason", "empty", "{}")]
    [InlineData(
        "POST",
        "/commenters/ada/suspend",
        """{"reason":"x","until":"2001-01-01T00:00:00Z"}""",
        "until",
        "past",
        "{}"
    )]
    [InlineData(
        "POST",
        "/moderation/decisions",
        """{"decisions":[]}""",
        "decisions",
        "count",
        """{"min":1,"max":100}"""
    )]
    public async Task Every_fault_has_a_code_and_the_values_of_its_message(
        string method,
        string path,
        string? body,
        string member,
        string code,
        string? values
    )
    {
        var site = await store.ASiteAsync(new { maxCommentLength = 10 });
        await site.PutArticleAsync("a");
        var comment = await site.ACommentAsync("a", "ada", "Hello");
        var token = site.Token("x", Role.Moderator | Role.Service | Role.Admin);

        var refused = await site.SendAsync(method, path.Replace("ID", $"{comment}"), body, token);

        refused.ExpectProblem(400, "validation");
        Assert.Equal([member], refused.Members());
        var flaw = Assert.Single(refused["errors"].GetProperty(member).EnumerateArray());
        Assert.Equal(code, flaw.GetProperty("code").GetString());
        if (values is not null)
            Assert.Equal(values, flaw.GetProperty("params").GetRawText());
        Assert.Equal($"{member}: {flaw.GetProperty("message").GetString()}", refused["detail"].GetString());
    }
}
