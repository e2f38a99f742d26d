namespace ThreadStore.Deliveries;

/// <summary>How an attempt to deliver ended.</summary>
public enum DeliveryOutcomeKind
{
    /// <summary>It arrived, or there is nothing left to deliver.</summary>
    Done,

    /// <summary>The recipient wants it never.</summary>
    Refused,

    /// <summary>The recipient did not take it.</summary>
    Failed,

    /// <summary>It was us who could not, for now.</summary>
    Postponed,
}

/// <param name="Failure">Why not, for operators: nothing of what was sent or answered.</param>
/// <param name="RetryAfter">How long the recipient asked to be left in peace.</param>
public sealed record DeliveryOutcome(
    DeliveryOutcomeKind Kind,
    string? Failure = null,
    TimeSpan RetryAfter = default
)
{
    public static readonly DeliveryOutcome Done = new(DeliveryOutcomeKind.Done);
    public static readonly DeliveryOutcome Refused = new(DeliveryOutcomeKind.Refused);

    public static DeliveryOutcome Failed(string failure, TimeSpan retryAfter = default) =>
        new(DeliveryOutcomeKind.Failed, failure, retryAfter);

    public static DeliveryOutcome Postponed(string failure) => new(DeliveryOutcomeKind.Postponed, failure);
}
