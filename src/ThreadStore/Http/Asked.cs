using ThreadStore.Kernel;

namespace ThreadStore.Http;

/// <summary>
/// Who asks, where, when, and under which Idempotency-Key: what every command comes with, as one parameter of an endpoint
/// that is for people with a token.
/// </summary>
public sealed class Asked
{
    readonly HttpContext http;
    readonly IdempotencyKey key;

    Asked(HttpContext http, IdempotencyKey key, Caller caller, DateTimeOffset now) =>
        (this.http, this.key, Caller, Now) = (http, key, caller, now);

    /// <summary>For the generated code: what was asked, or why its key is none.</summary>
    public static (Asked? Asked, Problem? Problem) Read(HttpContext http, DateTimeOffset now)
    {
        var caller =
            Parameters.CallerOf(http) ?? throw new InvalidOperationException("A stranger was let in.");
        var (key, problem) = IdempotencyKey.Read(http);
        return key is null ? (null, problem) : (new(http, key, caller, now), null);
    }

    public Caller Caller { get; }

    /// <summary>As the clock says it; events keep less of it, <see cref="At"/>.</summary>
    public DateTimeOffset Now { get; }

    public DateTimeOffset At => Now.ToMicroseconds();

    public string Site =>
        http.Request.RouteValues["site"] as string
        ?? throw new InvalidOperationException("It is about no site.");

    /// <summary>The version that the client saw, as its header says it.</summary>
    public string? IfMatch => http.Request.Headers.IfMatch;

    /// <returns>Null where the client sent no key.</returns>
    public KeyedRequest? RequestFor(object command) => key.Of(Caller, command);
}
