using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Appending;
using ThreadStore.Demo;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.OpenApi;

/// <summary>Who tries a request in <c>/docs</c> on the demo, as it stands there, gets an answer.</summary>
public class ApiExamplesTests(Store store)
{
    /// <summary>
    /// These need what only an answer before them can give: an appeal, a decision that may be undone, an import, a webhook;
    /// and these take the demo's article away from the others.
    /// </summary>
    static readonly string[] OfOthers =
    [
        "decideAppeal",
        "undoDecision",
        "getErasure",
        "getReportOfComment",
        "learnModel",
        "getLearning",
        "getModel",
        "adoptModel",
        "getImport",
        "getImportProblems",
        "cancelImport",
        "renameArticle",
        "mergeArticle",
        "getWebhook",
        "deleteWebhook",
        "testWebhook",
        "rotateWebhookSecret",
        "replayWebhook",
        "listWebhookDeliveries",
        "retryWebhookDelivery",
    ];

    [Fact]
    public async Task Examples_of_requests_find_what_they_ask_for_in_the_demo()
    {
        await new LoadDemo(store.Services.GetRequiredService<Appender>(), TimeProvider.System).RunAsync(
            DemoPage.Site,
            DemoDiscussion.Read(),
            TestContext.Current.CancellationToken
        );
        var complaints = new List<string>();
        // first what is read; then from withdrawArticle to approveComment, so that nothing is away when it is asked for;
        // and last somebody is erased
        var operations = (await ApiDocument.ReadAsync(store))
            .Operations.Where(o =>
                !o.Id.StartsWith("watch", StringComparison.Ordinal) && !OfOthers.Contains(o.Id)
            )
            .OrderBy(o => o.Method != "GET")
            .ThenBy(o => o.Id == "eraseCommenter")
            .ThenByDescending(o => o.Id, StringComparer.Ordinal);
        foreach (var operation in operations)
        {
            var reply = await store.SendAsync(
                operation.Method,
                AddressOf(operation),
                operation.Json.TryGetProperty("requestBody", out var body)
                    ? Example(body.GetProperty("content"))
                    : null,
                Store.Token("*", "root", Role.Admin)
            );
            if (operation.Method == "GET" ? reply.Status != 200 : reply.Status is 400 or 404 or >= 500)
                complaints.Add($"{operation.Id}: {reply.Status} {reply.Text}");
        }

        Assert.True(complaints.Count == 0, string.Join("\n", complaints));
    }

    /// <summary>JSON, or a file as it is.</summary>
    static object Example(JsonElement content) =>
        content.TryGetProperty("application/json", out var json)
            ? json.GetProperty("example")
            : System.Text.Encoding.UTF8.GetBytes(
                content.GetProperty("application/octet-stream").GetProperty("example").GetString()!
            );

    static string AddressOf(ApiOperation operation)
    {
        var path = operation.Path;
        var query = new List<string>();
        foreach (var parameter in operation.Json.GetProperty("parameters").EnumerateArray())
        {
            if (!parameter.TryGetProperty("required", out var required) || !required.GetBoolean())
                continue;
            var name = parameter.GetProperty("name").GetString()!;
            var example = parameter.GetProperty("example");
            var text = Uri.EscapeDataString(
                $"{(example.ValueKind == JsonValueKind.Array ? example[0] : example)}"
            );
            if (parameter.GetProperty("in").GetString() == "path")
                path = path.Replace($"{{{name}}}", text, StringComparison.Ordinal);
            else
                query.Add($"{name}={text}");
        }
        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }
}
