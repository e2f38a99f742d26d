using ThreadStore.Kernel;

namespace ThreadStore.Transfer.Rehearsals;

/// <summary>
/// When something happens that happened then. What came before the stretch that is played is as long ago as it was before
/// it; from its beginning on, time goes by at the speed that was asked for.
/// </summary>
/// <param name="origin">When the first event of the stretch was recorded.</param>
/// <param name="opened">When what came before is told.</param>
sealed class Timeline(DateTimeOffset origin, DateTimeOffset opened, double speed)
{
    static readonly DateTimeOffset First = new(FeedFacts.FirstYear, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Last = new(FeedFacts.LastYear, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>When the first event of the stretch is played; null: not yet.</summary>
    public DateTimeOffset? Began { get; set; }

    public DateTimeOffset Of(DateTimeOffset then) =>
        (
            then < origin
                ? Shifted(opened, (then - origin).Ticks)
                : Shifted(Began ?? opened, DueAfter(then).Ticks)
        ).ToMicroseconds();

    /// <summary>How long after the first event one is due.</summary>
    public TimeSpan DueAfter(DateTimeOffset then) =>
        TimeSpan.FromTicks((long)Math.Min((then - origin).Ticks / speed, (Last - First).Ticks));

    /// <summary>Some publishers date a page 9999-12-31: it stays within the years that there are.</summary>
    static DateTimeOffset Shifted(DateTimeOffset from, long ticks) =>
        ticks < (First - from).Ticks ? First
        : ticks > (Last - from).Ticks ? Last
        : from.AddTicks(ticks);
}
