namespace ThreadStore.Kernel;

/// <summary>
/// Why something was not done, in words that a person can act on. Whoever decides says so and knows nothing of HTTP:
/// what it is over there, with which status, says <c>Http.Problem</c>.
/// </summary>
/// <param name="Code">One of <c>Http.ProblemCodes</c>.</param>
/// <param name="Errors">For <c>validation</c>: what is wrong, by member of what was asked for.</param>
/// <param name="Until">When the reason ends by itself, where it does.</param>
/// <param name="Comment">With <c>duplicate-comment</c>: the one that is there.</param>
public sealed record Refusal(
    string Code,
    string Detail,
    IReadOnlyDictionary<string, IReadOnlyList<Flaw>>? Errors = null,
    DateTimeOffset? Until = null,
    Guid? Comment = null
)
{
    /// <summary>What was asked for is known and stands in the way, for a code that else says that it is not there.</summary>
    public bool IsConflict { get; init; }

    /// <summary>How long to wait, in seconds, where that is known.</summary>
    public int? RetryAfter { get; init; }

    public const string NotInGoodStanding = "not-in-good-standing";
    public const string WarningNotAcknowledged = "warning-not-acknowledged";
    public const string NoArticle = "article-not-found";

    public static Refusal BadRequest(string detail) => new("bad-request", detail);

    public static Refusal Validation(string member, string message) => Validation(member, Flaw.Of(message));

    public static Refusal Validation(string member, Flaw flaw) =>
        new(
            "validation",
            $"{member}: {flaw}",
            new Dictionary<string, IReadOnlyList<Flaw>> { [member] = [flaw] }
        );

    /// <summary>One refusal that names all members that are wrong; null where none is.</summary>
    /// <param name="faults">Each of code <c>validation</c>, or null.</param>
    public static Refusal? All(params IEnumerable<Refusal?> faults)
    {
        Refusal[] found = [.. faults.OfType<Refusal>()];
        return found.Length < 2
            ? found.FirstOrDefault()
            : new(
                "validation",
                string.Join(' ', found.Select(f => f.Detail)),
                found
                    .SelectMany(f =>
                        f.Errors ?? throw new InvalidOperationException($"{f.Code} names no member.")
                    )
                    .GroupBy(e => e.Key, e => e.Value, StringComparer.Ordinal)
                    .ToDictionary(g => g.Key, IReadOnlyList<Flaw> (g) => [.. g.SelectMany(f => f)])
            );
    }

    public static Refusal Forbidden(string detail) => new("forbidden", detail);

    public static Refusal SiteNotFound(string site) => new("site-not-found", $"There is no site '{site}'.");

    public static Refusal ArticleNotFound(string key) => new(NoArticle, $"There is no article '{key}'.");

    public static Refusal CommentNotFound(Guid id) => new("comment-not-found", $"There is no comment {id}.");

    public static Refusal CommenterNotFound(string key) =>
        new("commenter-not-found", $"Nobody with the key '{key}' has written here.");

    public static readonly Refusal CommentDeleted = new("comment-deleted", "The comment was deleted.");

    /// <summary>Whoever used the key was erased since.</summary>
    public static readonly Refusal KeyErased = new(
        "erased",
        "Whoever used this Idempotency-Key was erased since. Use a new key for a new request."
    );

    public static readonly Refusal KeyConflict = new(
        "idempotency-conflict",
        "This Idempotency-Key was used with another body. Use a new key for a new request."
    );

    public static readonly Refusal Busy = new(
        "busy",
        "More is being written than can be taken in. Try again in a second."
    );

    public static readonly Refusal Unavailable = new(
        "unavailable",
        "The database can't be reached, or takes no more. Try again soon."
    );

    public static readonly Refusal Internal = new(
        "internal",
        "Something went wrong on our side; the traceId finds it in the log."
    );
}
