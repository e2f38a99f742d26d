using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Docs;

/// <summary>
/// Sends what a guide says and holds the answer against what it says of it. In an answer <c>…</c> stands for anything, a
/// member <c>"…"</c> for members that are not shown, and <c>$NAME</c> for a value that requests may use from then on.
/// </summary>
public sealed partial class GuideRun(Store store)
{
    readonly Dictionary<string, string> known = [];

    public void Know(string name, string value) => known[name] = value;

    string Fill(string text) =>
        Name()
            .Replace(
                text,
                m =>
                    known.TryGetValue(m.Groups[1].Value, out var value)
                        ? value
                        : throw new InvalidOperationException($"{m.Value} was not answered yet: {text}")
            );

    public async Task ExchangeAsync(string request, string answer)
    {
        var (line, headers, body) = Parts(request);
        var words = Fill(line).Split(' ');
        var (expectedLine, expectedHeaders, expectedBody) = Parts(answer);
        var sent = headers.Select(h => (h.Name, Fill(h.Value))).ToArray();
        var reply =
            expectedHeaders.FirstOrDefault(h => h.Name == "Content-Type").Value == "text/event-stream"
                ? await WatchAsync(words[1], Messages(expectedBody).Count)
                : await Store.SendAsync(
                    store.Host.Server.CreateClient(),
                    words[0],
                    words[1],
                    body.Length == 0 ? null : Fill(body),
                    null,
                    sent
                );
        var at = $"{request}\n{reply.Status} {reply.Text}";
        Assert.True(expectedLine.Split(' ')[1] == $"{reply.Status}", at);
        foreach (var (name, value) in expectedHeaders)
            Match(value, reply.Headers.GetValueOrDefault(name) ?? "(none)", $"{name} of {at}");
        if (expectedBody.Length == 0)
            return;
        if (reply.Headers["Content-Type"] != "text/event-stream")
        {
            Match(JsonSerializer.Deserialize<JsonElement>(expectedBody), reply.Json, at);
            return;
        }
        foreach (var (expected, got) in Messages(expectedBody).Zip(Messages(reply.Text)))
        {
            Match(expected["event"], got["event"], at);
            Match(expected["id"], got["id"], at);
            Match(
                JsonSerializer.Deserialize<JsonElement>(expected["data"]),
                JsonSerializer.Deserialize<JsonElement>(got["data"]),
                at
            );
        }

        static List<Dictionary<string, string>> Messages(string stream) =>
            [
                .. stream
                    .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                    .Select(e =>
                        e.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                            .Select(l => l.Split(": ", 2))
                            .ToDictionary(f => f[0], f => f[1])
                    ),
            ];
    }

    async Task<Reply> WatchAsync(string path, int messages)
    {
        await using var reader = await LiveReader.OpenAsync(store.Host.Server.CreateClient(), path);
        var text = new StringBuilder();
        for (var n = 0; n < messages; n++)
            text.Append((await reader.NextAsync()).Text);
        var type = $"{reader.Response.Content.Headers.ContentType}";
        return new(200, $"{text}", new Dictionary<string, string> { ["Content-Type"] = type });
    }

    static (string Line, (string Name, string Value)[] Headers, string Body) Parts(string block)
    {
        var halves = block.Split("\n\n", 2);
        var lines = halves[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (
            lines[0],
            [.. lines.Skip(1).Select(l => l.Split(": ", 2)).Select(h => (h[0], h[1]))],
            halves.Length > 1 ? halves[1].Trim() : ""
        );
    }

    /// <summary>A text of the guide against one of an answer; names take their value, or must have it.</summary>
    void Match(string expected, string got, string at)
    {
        var pattern = new StringBuilder("^");
        foreach (var part in Special().Split(expected))
            pattern.Append(
                part == "…" ? ".+"
                : part.StartsWith('$') && known.TryGetValue(part[1..], out var value) ? Regex.Escape(value)
                : part.StartsWith('$') ? $"(?<{part[1..]}>.+)"
                : Regex.Escape(part)
            );
        var match = Regex.Match(got, pattern.Append('$').ToString(), RegexOptions.Singleline);
        Assert.True(match.Success, $"Expected {expected}, got {got}: {at}");
        foreach (var group in match.Groups.Values.Where(g => !int.TryParse(g.Name, out _)))
            known[group.Name] = group.Value;
    }

    void Match(JsonElement expected, JsonElement got, string at)
    {
        if (expected.ValueKind == JsonValueKind.String && expected.GetString() == "…")
            return;
        Assert.True(expected.ValueKind == got.ValueKind, $"Expected {expected}, got {got}: {at}");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                var shown = expected.EnumerateObject().Where(m => m.Name != "…").ToArray();
                // a name that was answered may also stand for a member
                var members = shown.Select(m => (Name: Fill(m.Name), m.Value)).ToArray();
                if (shown.Length == expected.EnumerateObject().Count())
                    Assert.Equal(
                        members.Select(m => m.Name).Order(),
                        got.EnumerateObject().Select(m => m.Name).Order()
                    );
                foreach (var (name, value) in members)
                {
                    Assert.True(got.TryGetProperty(name, out var member), $"{name} is missing: {at}");
                    Match(value, member, at);
                }
                break;
            case JsonValueKind.Array:
                Assert.True(expected.GetArrayLength() == got.GetArrayLength(), $"Not so many: {at}");
                foreach (var (one, other) in expected.EnumerateArray().Zip(got.EnumerateArray()))
                    Match(one, other, at);
                break;
            case JsonValueKind.String:
                Match(expected.GetString()!, got.GetString()!, at);
                break;
            default:
                Assert.True(
                    string.Format(CultureInfo.InvariantCulture, "{0}", expected) == $"{got}",
                    $"Expected {expected}, got {got}: {at}"
                );
                break;
        }
    }

    [GeneratedRegex(@"\$([A-Z]+)")]
    private static partial Regex Name();

    [GeneratedRegex(@"(…|\$[A-Z]+)")]
    private static partial Regex Special();
}
