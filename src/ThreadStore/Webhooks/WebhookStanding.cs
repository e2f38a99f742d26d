namespace ThreadStore.Webhooks;

/// <summary>How a webhook stands after some calls: whether its receiver is to be left in peace, or told nothing more.</summary>
/// <param name="Failures">One after the other.</param>
/// <param name="RestingUntil">Until then it is not called; null: it may be.</param>
/// <param name="SuccessAt">Of the last call that arrived; null: none of these did.</param>
/// <param name="Error">Of the last call; null: it arrived.</param>
/// <param name="Disable">It said that it wants nothing more, or has failed for too long.</param>
/// <param name="IsBack">It had failed before, and answers again.</param>
public sealed record WebhookStanding(
    int Failures,
    DateTimeOffset? FailingSince,
    DateTimeOffset? RestingUntil,
    DateTimeOffset? SuccessAt,
    string? Error,
    bool Disable,
    bool IsBack
)
{
    const int Gone = StatusCodes.Status410Gone;

    /// <param name="before">How it stood.</param>
    /// <param name="calls">In the order of their ends.</param>
    /// <param name="chance">From 0 to 1.</param>
    public static WebhookStanding After(
        Webhook before,
        IReadOnlyList<SentMessage> calls,
        WebhookPace pace,
        double chance
    )
    {
        var standing = new WebhookStanding(
            before.Failures,
            before.FailingSince,
            before.RestingUntil,
            SuccessAt: null,
            Error: null,
            Disable: false,
            IsBack: false
        );
        foreach (var call in calls)
            standing = standing.After(call, pace, chance);
        return standing;
    }

    WebhookStanding After(SentMessage call, WebhookPace pace, double chance)
    {
        var now = call.EndedAt;
        if (call.Attempt.Error is not { } error)
            return this with
            {
                Failures = 0,
                FailingSince = null,
                RestingUntil = null,
                SuccessAt = now,
                Error = null,
                IsBack = IsBack || Failures >= WebhookPace.FailuresBeforeRest,
            };
        var rest = pace.Rest(Failures + 1, chance);
        rest = rest > call.RetryAfter ? rest : call.RetryAfter;
        var since = FailingSince ?? call.Attempt.At;
        return this with
        {
            Failures = Failures + 1,
            FailingSince = since,
            RestingUntil =
                rest == TimeSpan.Zero ? RestingUntil
                : RestingUntil > now + rest ? RestingUntil
                : now + rest,
            Error = error,
            Disable = Disable || call.Attempt.Status == Gone || now - since >= pace.GiveUpAfter,
        };
    }
}
