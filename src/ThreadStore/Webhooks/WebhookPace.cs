using ThreadStore.Deliveries;
using ThreadStore.Setup;

namespace ThreadStore.Webhooks;

/// <summary>How patient webhooks are.</summary>
/// <param name="Timeout">For one call.</param>
/// <param name="FirstRetry">After the first failure; each further one waits twice as long, up to <paramref name="LongestRetry"/>.</param>
/// <param name="GiveUpAfter">Since the first attempt; a webhook that fails for as long is disabled.</param>
public sealed record WebhookPace(
    TimeSpan Timeout,
    TimeSpan FirstRetry,
    TimeSpan LongestRetry,
    TimeSpan GiveUpAfter
)
{
    /// <summary>Failures one after the other, from which on a receiver is tried with one call at a time.</summary>
    public const int FailuresBeforeRest = 3;

    /// <summary>How long a receiver that fails is left in peace at most: that soon it is noticed that it is back.</summary>
    static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    /// <summary>Nobody keeps us waiting for longer by asking for it.</summary>
    public static readonly TimeSpan LongestWish = TimeSpan.FromDays(1);

    /// <summary>After a rotation, how long the old secret signs beside the new one.</summary>
    public static readonly TimeSpan SecretOverlap = TimeSpan.FromDays(1);

    public static WebhookPace Of(WebhookOptions options) =>
        new(options.Timeout, options.FirstRetry, options.LongestRetry, options.GiveUpAfter);

    /// <summary>From a failure to the next attempt.</summary>
    /// <param name="tries">So far.</param>
    /// <param name="chance">As <see cref="Backoff.Spread"/> has it.</param>
    public TimeSpan RetryAfter(int tries, double chance) =>
        Backoff.Doubled(FirstRetry, tries - 1, LongestRetry).Spread(chance);

    /// <summary>How long a receiver is left in peace.</summary>
    /// <param name="failures">One after the other.</param>
    public TimeSpan Rest(int failures, double chance) =>
        failures < FailuresBeforeRest
            ? TimeSpan.Zero
            : Backoff
                .Doubled(
                    FirstRetry,
                    failures - FailuresBeforeRest,
                    TimeSpan.FromTicks(Math.Min(LongestRest.Ticks, LongestRetry.Ticks))
                )
                .Spread(chance);
}
