using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

/// <summary>Whoever fills in a form hears at once of all that is wrong with it.</summary>
public class AllFaultsTests(Store store)
{
    [Theory]
    [InlineData("POST", "/articles/a/comments", "{}", "body required")]
    [InlineData(
        "POST",
        "/articles/a/comments",
        """{"bdy":"x","parent":1}""",
        "bdy unknown",
        "body required",
        "parent unknown"
    )]
    [InlineData(
        "PUT",
        "/articles/b",
        """{"title":"","url":"x","tags":["y"]}""",
        "title empty",
        "url no-address"
    )]
    [InlineData(
        "PUT",
        "",
        """{"maxDepth":-1,"language":"klingon","classifier":{"url":"https://x.example"},"guests":"maybe","zzz":1}""",
        "classifier.secret required",
        "guests none-of",
        "zzz unknown"
    )]
    [InlineData(
        "PUT",
        "",
        """{"maxDepth":-1,"language":"klingon","timeZone":"Moon","bannedWords":[""],"trustedSkip":["x"]}""",
        "bannedWords length",
        "language none-of",
        "maxDepth out-of-range",
        "timeZone no-time-zone",
        "trustedSkip none-of"
    )]
    [InlineData(
        "PUT",
        "",
        """{"mayComment":{"claim":"plan"},"badges":{"staff":{}}}""",
        "badges.staff.label required",
        "mayComment.values required"
    )]
    [InlineData(
        "POST",
        "/comments/ID/flags",
        """{"reason":"dull","nte":"x"}""",
        "nte unknown",
        "reason none-of"
    )]
    [InlineData("POST", "/comments/ID/reject", "{}", "reason required")]
    [InlineData(
        "POST",
        "/comments/ID/verdicts",
        """{"classifier":"","version":0,"score":2}""",
        "classifier empty",
        "score out-of-range",
        "version out-of-range"
    )]
    [InlineData(
        "POST",
        "/comments/ID/reports",
        """{"reason":" ","explanation":"","email":"x","goodFaith":false}""",
        "email invalid",
        "explanation empty",
        "goodFaith invalid",
        "reason empty"
    )]
    [InlineData(
        "POST",
        "/moderation/decisions",
        """{"decisions":[{"id":"ID","action":"reject"},{"id":"ID","action":"approve","reason":"spam"}]}""",
        "decisions[0].reason rejections-only",
        "decisions[1].id duplicate",
        "decisions[1].reason rejections-only"
    )]
    [InlineData(
        "POST",
        "/moderation/decisions",
        """{"decisions":[{"id":"ID","action":"shred"},{"action":"approve"}]}""",
        "decisions[0].action none-of",
        "decisions[1].id required"
    )]
    [InlineData(
        "POST",
        "/commenters/ada/suspend",
        """{"reason":" ","until":"2001-01-01T00:00:00Z"}""",
        "reason empty",
        "until past"
    )]
    [InlineData("POST", "/commenters/ada/suspend", "{}", "reason required", "until required")]
    [InlineData(
        "POST",
        "/api-keys",
        """{"name":" ","roles":["king"],"expiresAt":"2001-01-01T00:00:00Z"}""",
        "expiresAt past",
        "name empty",
        "roles none-of"
    )]
    [InlineData(
        "PUT",
        "/webhooks/w",
        """{"url":"x","types":["y"],"after":-1}""",
        "after out-of-range",
        "types none-of",
        "url no-address"
    )]
    public async Task All_members_that_are_wrong_are_named(
        string method,
        string path,
        string body,
        params string[] faults
    )
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("a");
        var comment = $"{await site.ACommentAsync("a", "ada", "Hello")}";
        var token = site.Token("x", Role.Moderator | Role.Service | Role.Admin);

        var refused = await site.SendAsync(
            method,
            path.Replace("ID", comment),
            body.Replace("ID", comment),
            token
        );

        refused.ExpectProblem(400, "validation");
        Assert.Equal(
            faults,
            refused["errors"]
                .EnumerateObject()
                .Select(e => $"{e.Name} {Assert.Single(e.Value.EnumerateArray()).GetProperty("code")}")
                .Order(StringComparer.Ordinal)
        );
        Assert.All(
            faults,
            f => Assert.Contains(f.Split(' ')[0], refused["detail"].GetString(), StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("""{"body":1}""", "body has a value that can't be read.")]
    [InlineData("""{"bdy":"x","body":"x","parentId":"y"}""", "parentId has a value that can't be read.")]
    [InlineData("""{"bdy\uD800":"x"}""", "A text has half a surrogate pair, or is not UTF-8.")]
    [InlineData("""{"bdy":"x","body":null}""", "body has a value that can't be read.")]
    [InlineData("""{"body":"x\uD800"}""", "A text has half a surrogate pair, or is not UTF-8.")]
    [InlineData("[]", "The body must be a JSON object.")]
    [InlineData("\"x\"", "The body must be a JSON object.")]
    public async Task What_cannot_be_read_goes_first(string body, string detail)
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("a");

        var refused = await site.SendAsync("POST", "/articles/a/comments", body, site.Token("x"));

        refused.ExpectProblem(400, "bad-request");
        Assert.Equal(detail, refused["detail"].GetString());
        Assert.Equal(
            JsonValueKind.Undefined,
            refused.Json.TryGetProperty("errors", out var errors) ? errors.ValueKind : default
        );
    }
}
