using System.Text.Json;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>What every refusal looks like (contract, section 4).</summary>
public static class Problems
{
    /// <summary>The status, the code, and all that a problem answer carries beside them.</summary>
    public static Reply ExpectProblem(this Reply reply, int status, string code)
    {
        reply.Expect(status);
        Assert.StartsWith(
            "application/problem+json",
            reply.Headers["Content-Type"],
            StringComparison.Ordinal
        );
        Assert.True(reply.Position >= 0);
        Assert.Equal(code, reply.Code);
        Assert.Equal($"/problems/{code}", reply["type"].GetString());
        Assert.Equal(status, reply["status"].GetInt32());
        foreach (var text in (string[])["title", "detail", "instance", "traceId"])
            Assert.NotEqual("", reply[text].GetString());
        var hasErrors = reply.Json.TryGetProperty("errors", out var errors);
        Assert.Equal(code == "validation", hasErrors);
        if (hasErrors)
            Assert.All(
                errors.EnumerateObject(),
                e =>
                    Assert.All(
                        e.Value.EnumerateArray(),
                        f =>
                        {
                            Assert.Matches("^[a-z]+(-[a-z]+)*$", f.GetProperty("code").GetString());
                            Assert.NotEqual("", f.GetProperty("message").GetString());
                            Assert.Equal(JsonValueKind.Object, f.GetProperty("params").ValueKind);
                            Assert.Equal(3, f.EnumerateObject().Count());
                        }
                    )
            );
        return reply;
    }

    /// <summary>The members that a refusal with the code <c>validation</c> complains of.</summary>
    public static string[] Members(this Reply reply) =>
        [.. reply["errors"].EnumerateObject().Select(e => e.Name)];

    /// <summary>Ids of comments, in order.</summary>
    public static Guid[] Ids(this IEnumerable<JsonElement> items) =>
        [.. items.Select(i => i.GetProperty("id").GetGuid())];
}
