using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ThreadStore.Client;

/// <summary>
/// Speaks to a ThreadStore server; one method an operation of its OpenAPI document. Whoever wrote through it reads their
/// write, from any node: for a minute the position of the write goes along. Other public reads are sent as everybody sends
/// them, without token or position, so that a cache may answer.
/// </summary>
/// <param name="http">
/// With the server's address as <see cref="HttpClient.BaseAddress"/>, a path included where there is one. It stays the
/// caller's.
/// </param>
/// <param name="token">
/// Gives the bearer token for a request; null, or one that gives null: no token is sent. It is asked again where the
/// server did not take the one before.
/// </param>
public sealed partial class ThreadStoreClient(
    HttpClient http,
    Func<CancellationToken, ValueTask<string?>>? token = null
)
{
    /// <summary>With one token for all requests.</summary>
    public ThreadStoreClient(HttpClient http, string token)
        : this(http, _ => ValueTask.FromResult<string?>(token)) { }

    async Task<T> SendAsync<T>(Call call, CancellationToken ct)
    {
        using var response = await SendAsync(call, HttpCompletionOption.ResponseContentRead, ct);
        return await response.Content.ReadFromJsonAsync<T>(Json.Options, ct)
            ?? throw new JsonException($"The server answered {call} with null.");
    }

    async Task SendAsync(Call call, CancellationToken ct)
    {
        using var response = await SendAsync(call, HttpCompletionOption.ResponseContentRead, ct);
    }

    async Task<string> SendForTextAsync(Call call, CancellationToken ct)
    {
        using var response = await SendAsync(call, HttpCompletionOption.ResponseContentRead, ct);
        return await response.Content.ReadAsStringAsync(ct);
    }

    async IAsyncEnumerable<T> SendForLinesAsync<T>(
        Call call,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        using var response = await SendAsync(call, HttpCompletionOption.ResponseHeadersRead, ct);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        while (await lines.ReadLineAsync(ct) is { } line)
            if (line.Length > 0)
                yield return JsonSerializer.Deserialize<T>(line, Json.Options)
                    ?? throw new JsonException($"The server answered {call} with a line that is null.");
    }

    /// <summary>All items of a list, page by page as they are asked for.</summary>
    static async IAsyncEnumerable<TItem> PagesAsync<TPage, TItem>(
        Func<string?, Task<TPage>> read,
        Func<TPage, (IReadOnlyList<TItem> Items, string? Next)> parts,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        string? cursor = null;
        do
        {
            ct.ThrowIfCancellationRequested();
            var (items, next) = parts(await read(cursor));
            foreach (var item in items)
                yield return item;
            cursor = next;
        } while (cursor is not null);
    }

    /// <summary>Each comment, then all of its replies, also those that its page has no room for.</summary>
    static async IAsyncEnumerable<ThreadComment> WithRepliesAsync(
        IAsyncEnumerable<ThreadComment> comments,
        Func<Guid, string, Task<RepliesPage>> more,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        await foreach (var comment in comments.WithCancellation(ct))
        {
            yield return comment;
            var page = comment.Replies;
            while (true)
            {
                await foreach (var reply in WithRepliesAsync(page.Items.ToAsyncEnumerable(), more, ct))
                    yield return reply;
                if (page.NextCursor is null)
                    break;
                page = await more(comment.Id, page.NextCursor);
            }
        }
    }
}
