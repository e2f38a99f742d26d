using System.Globalization;
using System.Text;
using System.Text.Json;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>One Server-Sent Event; without a name: a comment line.</summary>
public sealed record LiveItem(string Name, long Id, JsonElement Data)
{
    /// <summary>The events of a stream, each as an object of what its fields hold.</summary>
    public static IEnumerable<string> ToJson(string stream) =>
        stream
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Where(e => e != ":")
            .Select(e => e.Split('\n').Select(line => line.Split(": ", 2)).ToDictionary(f => f[0], f => f[1]))
            .Select(f => $$"""{"event":"{{f["event"]}}","id":"{{f["id"]}}","data":{{f["data"]}}}""");

    /// <summary>As it came.</summary>
    public string Text { get; init; } = "";

    /// <summary>The id as it came, to resume by.</summary>
    public string Key { get; init; } = "";
    public Guid Comment => Data.GetProperty("id").GetGuid();
    public bool IsState => Name is "reactions-changed" or "count-changed";
}

/// <summary>A reader of a live stream, as a browser's EventSource is one. Nothing is waited for longer than half a minute.</summary>
public sealed class LiveReader : IAsyncDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    readonly HttpResponseMessage response;
    readonly StreamReader lines;

    LiveReader(HttpResponseMessage response, StreamReader lines) =>
        (this.response, this.lines) = (response, lines);

    public HttpResponseMessage Response => response;

    /// <summary>Opens the stream and reads its opening, so that all that happens from here on arrives.</summary>
    public static async Task<LiveReader> OpenAsync(HttpClient client, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is { } id)
            request.Headers.Add("Last-Event-ID", id);
        var ct = TestContext.Current.CancellationToken;
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        var reader = new LiveReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(ct)));
        if (response.IsSuccessStatusCode)
            Assert.Equal("", (await reader.ReadAsync())?.Name);
        return reader;
    }

    /// <summary>Of an article on a node that others write beside: it hears of that a moment later, which must not pass for news.</summary>
    public static async Task<LiveReader> OpenAsync(
        HttpClient node,
        TestSite site,
        string article,
        string? lastEventId = null
    )
    {
        var path = $"/articles/{article}";
        var newest = (await site.GetAsync(path)).Position;
        await (site with { Client = node }).GetAsync($"{path}?minPosition={newest}");
        return await OpenAsync(node, $"{site.Path}{path}/live", lastEventId);
    }

    /// <summary>The next event or comment line; null at the end.</summary>
    public async Task<LiveItem?> ReadAsync()
    {
        var (name, id, data) = ("", "", default(JsonElement));
        var text = new StringBuilder();
        while (
            await lines.ReadLineAsync().WaitAsync(Deadline, TestContext.Current.CancellationToken) is { } line
        )
        {
            text.Append(line).Append('\n');
            if (line.Length == 0)
                return new(name, id.Length == 0 ? 0 : long.Parse(id, CultureInfo.InvariantCulture), data)
                {
                    Text = $"{text}",
                    Key = id,
                };
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = JsonSerializer.Deserialize<JsonElement>(line[6..]);
            else
                Assert.True(line is ":" or "retry: 10000", line);
        }
        return null;
    }

    /// <summary>The next event, which must be there.</summary>
    public async Task<LiveItem> NextAsync()
    {
        while (true)
        {
            var item = await ReadAsync();
            Assert.NotNull(item);
            if (item.Name.Length > 0)
                return item;
        }
    }

    public async Task<LiveItem> ExpectAsync(string name)
    {
        var item = await NextAsync();
        Assert.True(item.Name == name, $"Expected {name}, got {item.Name} {item.Data}");
        return item;
    }

    public ValueTask DisposeAsync()
    {
        lines.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
