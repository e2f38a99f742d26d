using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ThreadStore.Client;

/// <summary>
/// Speaks to a ThreadStore server; one method an operation of its OpenAPI document. It remembers the position of what was
/// written through it, and asks all reads to hold that: whoever wrote reads their write, from any node.
/// </summary>
/// <param name="http">With the server's address as <see cref="HttpClient.BaseAddress"/>. It stays the caller's.</param>
/// <param name="token">Gives the bearer token for a request; null, or one that gives null: no token is sent.</param>
public sealed partial class ThreadStoreClient(
    HttpClient http,
    Func<CancellationToken, ValueTask<string?>>? token = null
)
{
    const string PositionHeader = "ThreadStore-Position";
    const string MinPositionHeader = "ThreadStore-Min-Position";

    long position;

    /// <summary>With one token for all requests.</summary>
    public ThreadStoreClient(HttpClient http, string token)
        : this(http, _ => ValueTask.FromResult<string?>(token)) { }

    /// <summary>
    /// The newest position that was written through this client. Whoever passes work on, to another program or a later
    /// page, passes it along: what is set here is the least that the answers to come hold.
    /// </summary>
    public long Position
    {
        get => Volatile.Read(ref position);
        set => Raise(value);
    }

    void Raise(long value)
    {
        long before;
        while ((before = Volatile.Read(ref position)) < value)
            Interlocked.CompareExchange(ref position, value, before);
    }

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

    /// <exception cref="ProblemException">The server refuses.</exception>
    async Task<HttpResponseMessage> SendAsync(Call call, HttpCompletionOption until, CancellationToken ct)
    {
        using var request = call.ToRequest();
        if (token is not null && await token(ct) is { } bearer)
            request.Headers.Authorization = new("Bearer", bearer);
        if (request.Method == HttpMethod.Get && Position is > 0 and var known)
            request.Headers.Add(MinPositionHeader, known.ToString(CultureInfo.InvariantCulture));
        var response = await http.SendAsync(request, until, ct);
        try
        {
            if (!response.IsSuccessStatusCode)
                throw await ProblemException.ReadAsync(response, ct);
        }
        catch
        {
            response.Dispose();
            throw;
        }
        if (
            request.Method != HttpMethod.Get
            && response.Headers.TryGetValues(PositionHeader, out var values)
            && long.TryParse(values.FirstOrDefault(), CultureInfo.InvariantCulture, out var written)
        )
            Raise(written);
        return response;
    }
}
