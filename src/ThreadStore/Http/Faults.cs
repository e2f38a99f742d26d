using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Postgres;

namespace ThreadStore.Http;

/// <summary>Turns what was not refused in words into a problem answer: never a stack trace, never SQL.</summary>
public sealed class Faults(
    RequestDelegate next,
    NpgsqlDataSource database,
    StaleConnections stale,
    ILogger<Faults> log
)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
            await stale.LetGoAsync(mayNotFail: !isRead, http.RequestAborted);
            try
            {
                await next(http);
            }
            catch (Exception e)
                when ((Outage.Is(e) && !Outage.IsTimeout(e) || ReadReplicas.IsOfReplica(http, e))
                    && HttpMethods.IsGet(http.Request.Method)
                    && !http.Response.HasStarted
                )
            {
                // a pooled connection may have died long ago with a database that is back by now: one more try finds out
                if (!ReadReplicas.GiveUp(http, e))
                    database.Clear();
                Reset(http);
                http.SetEndpoint(null);
                http.Request.RouteValues.Clear();
                await next(http);
            }
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
        catch (Exception e)
            when (e is OperationCanceledException or IOException
                && http.RequestAborted.IsCancellationRequested
            ) { }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            Reset(http);
            await Explain(e).ExecuteAsync(http);
        }
    }

    static void Reset(HttpContext http)
    {
        var headers = http.Response.Headers.Where(h => Kept.Contains(h.Key)).ToArray();
        http.Response.Clear();
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
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
            case not null when Outage.IsTimeout(e):
                log.LogWarning("The database cut off a statement that took too long");
                return Problem.TookTooLong;
            case not null when Outage.Is(e):
                database.Clear();
                log.LogError("The database can't be reached: {Reason}", e.GetBaseException().Message);
                return Problem.Unavailable;
            case PostgresException:
                log.LogError(e, "The database refused a statement");
                return Problem.Internal;
            default:
                log.LogError(e, "A request failed");
                return Problem.Internal;
        }
    }
}
