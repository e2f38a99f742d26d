using System.Text.Json;
using ThreadStore.Tests.Support;

namespace ThreadStore.Tests.OpenApi;

/// <summary>The OpenAPI document as its readers get it: JSON, read without the library that wrote it.</summary>
public sealed class ApiDocument(JsonElement json)
{
    public JsonElement Json => json;

    public IReadOnlyList<ApiOperation> Operations { get; } =
    [
        .. from path in json.GetProperty("paths").EnumerateObject()
        from verb in path.Value.EnumerateObject()
        select new ApiOperation(verb.Name.ToUpperInvariant(), path.Name, verb.Value),
    ];

    /// <summary>What else operations answer with 200, of which only their descriptions tell; by the name of its schema.</summary>
    static readonly Dictionary<string, string> InProse = new() { ["postComment"] = "Prospect" };

    public ApiOperation Find(string id) => Operations.Single(o => o.Id == id);

    public static async Task<ApiDocument> ReadAsync(Store store) =>
        new((await store.SendAsync("GET", "/openapi/v1.json")).Expect(200).Json);

    /// <summary>What is wrong with an answer, by the document; empty: nothing.</summary>
    public IReadOnlyList<string> Faults(ApiOperation operation, Reply reply)
    {
        if (reply.Status == 200 && InProse.TryGetValue(operation.Id, out var shape))
            return
            [
                .. new SchemaCheck(json, isStrict: true).Faults(
                    json.GetProperty("components").GetProperty("schemas").GetProperty(shape),
                    reply.Json
                ),
            ];
        if (!operation.Responses.TryGetValue(reply.Status, out var response))
            return [$"{reply.Status} is not documented: {reply.Text}"];
        var faults = new List<string>();
        if (response.TryGetProperty("headers", out var headers))
            faults.AddRange(
                headers
                    .EnumerateObject()
                    .Where(h => !reply.Headers.ContainsKey(h.Name))
                    .Select(h => $"the documented header {h.Name} is missing")
            );
        if (!response.TryGetProperty("content", out var content))
            return reply.Text.Length == 0 ? faults : [.. faults, $"no body is documented: {reply.Text}"];
        var type = reply.Headers.GetValueOrDefault("Content-Type")?.Split(';')[0];
        var media = content.EnumerateObject().SingleOrDefault(m => m.Name == type);
        if (media.Value.ValueKind == JsonValueKind.Undefined)
            faults.Add($"{type} is not documented");
        else if (type is not ("text/csv" or "text/html" or "application/atom+xml"))
        {
            var check = new SchemaCheck(json, isStrict: true);
            var texts = media.Name switch
            {
                "application/x-ndjson" => reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                "text/event-stream" => LiveItem.ToJson(reply.Text),
                _ => [reply.Text],
            };
            foreach (var text in texts)
                faults.AddRange(
                    check.Faults(ItemOf(media.Value), JsonSerializer.Deserialize<JsonElement>(text))
                );
        }
        if (reply.Status >= 400 && reply.Code is { } code && !operation.CodesOf(reply.Status).Contains(code))
            faults.Add($"the code {code} is not documented for {reply.Status}");
        return faults;
    }

    /// <summary>What an answer holds; of a stream, what each of its items is.</summary>
    public static JsonElement ItemOf(JsonElement media) =>
        media.TryGetProperty("x-itemSchema", out var item) ? item : media.GetProperty("schema");
}

/// <summary>One operation of the document.</summary>
public sealed record ApiOperation(string Method, string Path, JsonElement Json)
{
    public string Id => Json.GetProperty("operationId").GetString()!;

    public IReadOnlyDictionary<int, JsonElement> Responses { get; } =
        Json.GetProperty("responses")
            .EnumerateObject()
            .ToDictionary(r => int.Parse(r.Name, null), r => r.Value);

    public IEnumerable<string> Parameters(string place) =>
        Json.GetProperty("parameters")
            .EnumerateArray()
            .Where(p => p.GetProperty("in").GetString() == place)
            .Select(p => p.GetProperty("name").GetString()!);

    public IReadOnlyList<string> CodesOf(int status) =>
        Responses[status].TryGetProperty("x-codes", out var codes)
            ? [.. codes.EnumerateArray().Select(c => c.GetString()!)]
            : [];

    /// <summary>Every status, and for refusals every code.</summary>
    public IEnumerable<(int Status, string? Code)> Answers =>
        from response in Responses
        from code in CodesOf(response.Key) is { Count: > 0 } codes ? codes : (IEnumerable<string?>)[null]
        select (response.Key, code);

    /// <summary><c>anyone</c>, <c>token</c>, or the roles of which one is enough.</summary>
    public string Access
    {
        get
        {
            var requirements = Json.GetProperty("security").EnumerateArray().ToArray();
            if (requirements.Any(r => !r.EnumerateObject().Any()))
                return "anyone";
            var roles = requirements.SelectMany(r => r.GetProperty("bearer").EnumerateArray()).ToArray();
            return roles.Length == 0 ? "token" : string.Join(" ", roles.Select(r => r.GetString()));
        }
    }
}
