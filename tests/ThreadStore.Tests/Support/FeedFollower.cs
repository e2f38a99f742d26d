using System.Net.Http.Headers;
using System.Text.Json;
using ThreadStore.Http;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>Somebody who follows the event feed of a site. Nothing is waited for longer than half a minute.</summary>
public sealed class FeedFollower : IAsyncDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    readonly HttpResponseMessage response;
    readonly StreamReader lines;

    FeedFollower(HttpResponseMessage response, Stream body) =>
        (this.response, lines) = (response, new StreamReader(body));

    public HttpResponseMessage Response => response;

    /// <param name="decode">Undoes the encoding that <paramref name="encoding"/> asks for.</param>
    public static async Task<FeedFollower> OpenAsync(
        TestSite site,
        HttpClient client,
        string query,
        string? encoding = null,
        Func<Stream, Stream>? decode = null
    )
    {
        var ct = TestContext.Current.CancellationToken;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{site.Path}/events?follow=true{query}");
        request.Headers.Authorization = new("Bearer", site.Token("a", Role.Analyst));
        if (encoding is not null)
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        var response = await client
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct)
            .WaitAsync(Deadline, ct);
        Assert.Equal(200, (int)response.StatusCode);
        var body = await response.Content.ReadAsStreamAsync(ct);
        return new(response, decode is null ? body : decode(body));
    }

    /// <summary>The next line, which may be empty; null at the end.</summary>
    public async Task<string?> LineAsync() =>
        await lines.ReadLineAsync().WaitAsync(Deadline, TestContext.Current.CancellationToken);

    /// <summary>The next event; null at the end.</summary>
    public async Task<JsonElement?> NextAsync()
    {
        while (await LineAsync() is { } line)
            if (line.Length > 0)
                return JsonSerializer.Deserialize<JsonElement>(line);
        return null;
    }

    public async Task<List<JsonElement>> TakeAsync(int count)
    {
        var events = new List<JsonElement>();
        while (events.Count < count)
            events.Add(Assert.NotNull(await NextAsync()));
        return events;
    }

    public ValueTask DisposeAsync()
    {
        lines.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
