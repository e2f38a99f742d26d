using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using ThreadStore.Kernel;

namespace ThreadStore.Http;

/// <summary>A refusal as the answer to a request (RFC 9457).</summary>
/// <param name="Refusal">Its code says the status and the title; see <see cref="ProblemCodes"/>.</param>
public sealed record Problem(Refusal Refusal) : IResult
{
    public Problem(string code, string detail)
        : this(new Refusal(code, detail)) { }

    /// <returns>Null for null: nothing was refused.</returns>
    [return: NotNullIfNotNull(nameof(refusal))]
    public static Problem? Of(Refusal? refusal) => refusal is null ? null : new(refusal);

    public string Code => Refusal.Code;
    public string Detail => Refusal.Detail;

    public int StatusCode
    {
        get
        {
            var kind = ProblemCodes.Of(Code);
            return Refusal.IsConflict ? kind.OtherStatus ?? kind.Status : kind.Status;
        }
    }

    /// <summary>What a client should wait, in seconds, before it tries again after a 503.</summary>
    const string RetryAfterSeconds = "1";

    public static Problem BadRequest(string detail) => new(Refusal.BadRequest(detail));

    public static Problem Validation(string member, string message) =>
        new(Refusal.Validation(member, message));

    public static Problem Validation(string member, Flaw flaw) => new(Refusal.Validation(member, flaw));

    public static Problem Unauthorized(string detail) => new("unauthorized", detail);

    public static readonly Problem TokenRevoked = new(
        "token-revoked",
        "Whom the token names has signed out since it was issued. Get a new one."
    );

    public static Problem Forbidden(string detail) => new(Refusal.Forbidden(detail));

    public static Problem SiteNotFound(string site) => new(Refusal.SiteNotFound(site));

    public static Problem ArticleNotFound(string key) => new(Refusal.ArticleNotFound(key));

    public static Problem CommentNotFound(Guid id) => new(Refusal.CommentNotFound(id));

    public static Problem CommenterNotFound(string key) => new(Refusal.CommenterNotFound(key));

    public static Problem ImportNotFound(Guid id) => new("import-not-found", $"There is no import {id}.");

    public static Problem WebhookNotFound(string name) =>
        new("webhook-not-found", $"There is no webhook '{name}'.");

    public static Problem DeliveryNotFound(Guid id) =>
        new("delivery-not-found", $"There is no delivery {id} to this webhook.");

    public static readonly Problem BadCursor = new(
        "bad-cursor",
        "Take the cursor from nextCursor of the page before, with the same sort and filters."
    );
    public static readonly Problem CommentDeleted = new(Refusal.CommentDeleted);
    public static readonly Problem NotFound = new("not-found", "There is nothing at this address.");
    public static readonly Problem Busy = new(Refusal.Busy);
    public static readonly Problem TookTooLong = new(
        "busy",
        "The database takes longer for this than it may. Try again in a second."
    );
    public static readonly Problem Unavailable = new(Refusal.Unavailable);
    public static readonly Problem Internal = new(Refusal.Internal);

    public static Problem Behind(long position) =>
        new("behind", $"Position {position} is not here yet. Try again in a second.");

    /// <summary>What was asked for comes after positions that are not there.</summary>
    public static Problem BeyondHistory(long position, long newest) =>
        new(
            "behind",
            $"The history ends at position {newest}, before {position}. After a failover or a restored backup it may have lost what came last: read it anew from the beginning."
        );

    public static Problem TooLarge(long limit) =>
        new("too-large", $"The body may have {limit} bytes at most.");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var http = httpContext;
        // whoever asks for it by a key that it had before is sent on
        if (Code == Refusal.NoArticle && await Articles.MovedArticle.RedirectAsync(http))
            return;
        var kind = ProblemCodes.Of(Code);
        var response = http.Response;
        response.StatusCode = StatusCode;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        response.Headers.ETag = default;
        // somebody else may be let in, or find it
        if (http.Request.Path.StartsWithSegments("/v1"))
            Caching.DependsOnCaller(http);
        Gate.RenewPosition(http);
        if (kind.Status == StatusCodes.Status503ServiceUnavailable)
            response.Headers.RetryAfter = RetryAfterSeconds;
        if (Refusal.RetryAfter is { } wait)
            response.Headers.RetryAfter = wait.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (kind.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        var shape = new ProblemShape(
            $"{http.Request.PathBase}/problems/{Code}",
            kind.Title,
            StatusCode,
            Detail,
            http.Request.PathBase.Value + http.Request.Path.Value,
            Code,
            Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier,
            Refusal.Errors,
            Refusal.Until,
            Refusal.Comment
        );
        if (Code != Refusal.NotInGoodStanding)
        {
            await JsonSerializer.SerializeAsync(response.Body, shape, Json.Options, http.RequestAborted);
            return;
        }
        // in the problem that has the member, nothing is said by null, as in all answers
        var body = JsonSerializer.SerializeToNode(shape, Json.Options)!.AsObject();
        body.TryAdd("until", null);
        await JsonSerializer.SerializeAsync(response.Body, body, Json.Options, http.RequestAborted);
    }
}

/// <summary>Why a request was refused (RFC 9457).</summary>
/// <param name="Type">The address of a page that explains the code.</param>
/// <param name="Detail">A sentence that a person can act on.</param>
/// <param name="Instance">The path of the request.</param>
/// <param name="Code">What programs should look at: a <c>ProblemCode</c>, or one that is newer.</param>
/// <param name="TraceId">Finds the request in the server's log.</param>
/// <param name="Errors">With the code <c>validation</c>: what is wrong, by member of the request.</param>
/// <param name="Until">When the reason ends by itself, where it does.</param>
/// <param name="Comment">With the code <c>duplicate-comment</c>: the comment that is there.</param>
public sealed record ProblemShape(
    string Type,
    string Title,
    int Status,
    string Detail,
    string? Instance,
    string Code,
    string TraceId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyDictionary<string, IReadOnlyList<Flaw>>? Errors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Until,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Comment = null
);
