using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace ThreadStore.Client;

// How a request is sent: as whom, asking for what was written, and how often.
public sealed partial class ThreadStoreClient
{
    /// <summary>How often a request is sent again that could not be answered now (429, 503, a lost connection).</summary>
    public int Retries { get; init; } = 3;

    static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>Whoever waits for an answer does not wait for longer than this between two attempts.</summary>
    static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    /// <exception cref="ProblemException">The server refuses.</exception>
    async Task<HttpResponseMessage> SendAsync(Call call, HttpCompletionOption until, CancellationToken ct)
    {
        var isSignedIn = !call.IsPublic || call.IsPast;
        var response = await PersistAsync(call, isSignedIn, until, ct);
        // what only its author or a moderator sees is there for who signs in
        if (response.StatusCode == HttpStatusCode.NotFound && !isSignedIn && token is not null)
        {
            response.Dispose();
            response = await PersistAsync(call, isSignedIn: true, until, ct);
        }
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
        Note(call, response);
        return response;
    }

    /// <summary>Sends it until it is answered, as often as it may be.</summary>
    async Task<HttpResponseMessage> PersistAsync(
        Call call,
        bool isSignedIn,
        HttpCompletionOption until,
        CancellationToken ct
    )
    {
        var bearer = isSignedIn ? await BearerAsync(ct) : null;
        var wasRefused = false;
        for (var attempt = 0; ; attempt++)
        {
            var response = await TryAsync(call, bearer, until, isLast: attempt >= Retries, ct);
            if (response is { StatusCode: HttpStatusCode.Unauthorized } && bearer is not null && !wasRefused)
            {
                wasRefused = true;
                if (call.MayRepeat && await BearerAsync(ct) is { } fresh && fresh != bearer)
                {
                    bearer = fresh;
                    response.Dispose();
                    continue;
                }
            }
            var wait = response is null ? Pause(attempt) : Patience(call, response, attempt);
            if (response is not null && wait is null)
                return response;
            response?.Dispose();
            await Task.Delay(wait ?? Pause(attempt), ct);
        }
    }

    ValueTask<string?> BearerAsync(CancellationToken ct) => token?.Invoke(ct) ?? default;

    /// <returns>Null where the connection was lost, and it may be tried again.</returns>
    async Task<HttpResponseMessage?> TryAsync(
        Call call,
        string? bearer,
        HttpCompletionOption until,
        bool isLast,
        CancellationToken ct
    )
    {
        using var request = call.ToRequest(http.BaseAddress);
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (call.IsGet && Wanted is { } wanted)
            request.Headers.Add(MinPositionHeader, wanted.ToString(CultureInfo.InvariantCulture));
        try
        {
            return await http.SendAsync(request, until, ct);
        }
        catch (HttpRequestException) when (call.MayRepeat && !isLast)
        {
            return null;
        }
    }

    /// <summary>After which time the request is to be sent again; null: what there is stands.</summary>
    TimeSpan? Patience(Call call, HttpResponseMessage response, int attempt)
    {
        var isBusy =
            response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
        // whatever stands between says these, perhaps after it was done
        var isLost = response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;
        if (attempt >= Retries || !call.MayRepeat || !(isBusy || isLost))
            return null;
        var wait = response.Headers.RetryAfter?.Delta ?? Pause(attempt);
        return wait <= LongestRetry ? wait : null;
    }

    // those whom one failure met do not all come back at once
    static TimeSpan Pause(int attempt) =>
        FirstRetry * Math.Pow(2, attempt) * (0.5 + Random.Shared.NextDouble());
}
