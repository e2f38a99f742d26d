using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ThreadStore.Client;

/// <summary>The server refused a request; <see cref="Problem"/> says why.</summary>
public sealed class ProblemException(HttpStatusCode status, Problem? problem, TimeSpan? retryAfter)
    : Exception(problem?.Detail ?? $"The server answered {(int)status} {status}.")
{
    public HttpStatusCode Status => status;

    /// <summary>Null where the answer came from something between the server and us.</summary>
    public Problem? Problem => problem;

    /// <summary>What programs should look at; see <c>/problems/&lt;code&gt;</c> on the server.</summary>
    public string? Code => problem?.Code;

    /// <summary>How long to wait before the same request may succeed, where the server says so.</summary>
    public TimeSpan? RetryAfter => retryAfter;

    internal static async Task<ProblemException> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        Problem? problem = null;
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
            try
            {
                problem = await response.Content.ReadFromJsonAsync<Problem>(Json.Options, ct);
            }
            catch (JsonException)
            {
                // cut off on the way: the status still says something
            }
        return new(response.StatusCode, problem, response.Headers.RetryAfter?.Delta);
    }
}
