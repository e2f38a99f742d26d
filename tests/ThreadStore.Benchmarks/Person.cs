using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace ThreadStore.Benchmarks;

/// <summary>What was answered.</summary>
/// <param name="Json">Undefined where nothing was.</param>
/// <param name="Position">Of the last event that was written, or the newest.</param>
readonly record struct Answered(JsonElement Json, long Position);

/// <summary>What one person does on a site over HTTP.</summary>
sealed class Person(HttpClient http, string site, string bearer)
{
    readonly AuthenticationHeaderValue authorization = AuthenticationHeaderValue.Parse(bearer);

    /// <exception cref="BenchmarkException">It was refused; the message holds the answer.</exception>
    /// <exception cref="HttpRequestException">There was no answer, or none is to be had now.</exception>
    public async Task<Answered> SendAsync(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, $"/v1/sites/{site}{path}");
        request.Headers.Authorization = authorization;
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await http.SendAsync(request, ct);
        var text = await answer.Content.ReadAsStringAsync(ct);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            throw new HttpRequestException(text);
        if (!answer.IsSuccessStatusCode)
            throw new BenchmarkException(
                $"{method} {request.RequestUri} was answered {(int)answer.StatusCode}: {text}"
            );
        return new(
            text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text),
            long.Parse(
                answer.Headers.GetValues("ThreadStore-Position").Single(),
                CultureInfo.InvariantCulture
            )
        );
    }

    public Task<Answered> PutAsync(string path, object body, CancellationToken ct) =>
        SendAsync(HttpMethod.Put, path, body, ct);

    public Task<Answered> PostAsync(string path, object body, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, path, body, ct);

    public Task<Answered> GetAsync(string path, CancellationToken ct) =>
        SendAsync(HttpMethod.Get, path, null, ct);

    public Task<Answered> DeleteAsync(string path, CancellationToken ct) =>
        SendAsync(HttpMethod.Delete, path, null, ct);
}
