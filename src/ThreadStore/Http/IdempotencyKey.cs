namespace ThreadStore.Http;

/// <summary>
/// The header with which a client repeats a request that creates something, without creating it twice. The key becomes
/// part of the id of the stream that is created, so the store itself holds it, for good.
/// </summary>
public static class IdempotencyKey
{
    /// <summary>In characters.</summary>
    const int MaxLength = 200;

    public static Problem? Read(HttpContext http, out string? key)
    {
        key = http.Request.Headers["Idempotency-Key"].FirstOrDefault();
        return key is { Length: 0 or > MaxLength }
            ? Problem.Validation("Idempotency-Key", $"has 1 to {MaxLength} characters.")
            : null;
    }

    public static readonly Problem Conflict = new(
        "idempotency-conflict",
        "This Idempotency-Key was used with another body. Use a new key for a new comment."
    );
}
