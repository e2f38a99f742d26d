using ThreadStore.Setup;

namespace ThreadStore.Deliveries;

/// <summary>How patient deliveries are.</summary>
/// <param name="Timeout">For one call, answer included.</param>
/// <param name="FirstRetry">After the first failure; each further one waits twice as long, up to <paramref name="LongestRetry"/>.</param>
/// <param name="GiveUpAfter">Since the event: nobody will want it any more.</param>
public sealed record DeliveryPace(
    TimeSpan Timeout,
    TimeSpan FirstRetry,
    TimeSpan LongestRetry,
    TimeSpan GiveUpAfter
)
{
    /// <summary>Failures one after the other, from which on a recipient is tried with one call at a time.</summary>
    public const int FailuresBeforeRest = 3;

    /// <summary>How long a recipient that fails is left in peace at most: that soon it is noticed that it is back.</summary>
    static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    public static DeliveryPace Of(DeliveryOptions options) =>
        new(options.Timeout, options.FirstRetry, options.LongestRetry, options.GiveUpAfter);

    /// <summary>For how long a delivery is whose who took it; if they die, others try then. Leaves time to take the answer in.</summary>
    public TimeSpan Lease => 2 * Timeout;

    /// <summary>From a failure to the next attempt.</summary>
    /// <param name="attempts">So far.</param>
    public TimeSpan RetryAfter(int attempts) => Backoff.Doubled(FirstRetry, attempts - 1, LongestRetry);

    /// <summary>How long a recipient is left in peace.</summary>
    /// <param name="failures">One after the other.</param>
    public TimeSpan Rest(int failures) =>
        failures < FailuresBeforeRest
            ? TimeSpan.Zero
            : Backoff.Doubled(
                FirstRetry,
                failures - FailuresBeforeRest,
                TimeSpan.FromTicks(Math.Min(LongestRest.Ticks, LongestRetry.Ticks))
            );
}
