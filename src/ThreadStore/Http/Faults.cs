using Npgsql;

namespace ThreadStore.Http;

/// <summary>Turns what was not refused in words into a problem answer: never a stack trace, never SQL.</summary>
public sealed class Faults(RequestDelegate next, ILogger<Faults> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (
                http.Response
                    is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null }
                && ProblemCodes.ForStatus(http.Response.StatusCode) is { } code
            )
            {
                var kind = ProblemCodes.Of(code);
                await new Problem(code, kind.Explanation).ExecuteAsync(http);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested) { }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            var headers = http.Response.Headers.Where(h => Kept.Contains(h.Key)).ToArray();
            http.Response.Clear();
            foreach (var (name, value) in headers)
                http.Response.Headers[name] = value;
            await Explain(e).ExecuteAsync(http);
        }
    }

    static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "ThreadStore-Position",
        "Vary",
        "Access-Control-Allow-Origin",
        "Access-Control-Expose-Headers",
    };

    Problem Explain(Exception e)
    {
        switch (e)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new("too-large", "The body is larger than this server takes.");
            case BadHttpRequestException bad:
                return Problem.BadRequest(bad.Message);
            case PostgresException { SqlState: var state }
                when state[..2] is not ("08" or "53" or "57" or "58"):
                log.LogError(e, "The database refused a statement");
                return Problem.Internal;
            case NpgsqlException or TimeoutException or IOException:
                log.LogError(e, "The database can't be reached");
                return Problem.Unavailable;
            default:
                log.LogError(e, "A request failed");
                return Problem.Internal;
        }
    }
}
