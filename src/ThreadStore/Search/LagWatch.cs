namespace ThreadStore.Search;

/// <summary>Notices that a projection does not get on, however little it lags: one that fails at an event, for instance.</summary>
sealed class LagWatch(TimeProvider clock)
{
    /// <summary>Longer than projections wait for writers, or for another node to take them over.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly Lock gate = new();

    /// <summary>What was behind when it was last looked at, and since when it has stood there.</summary>
    readonly Dictionary<string, (long Position, DateTimeOffset Since)> behind = [];

    /// <summary>To be asked now and then; what happened in between is not known.</summary>
    /// <returns>For how long it has stood still with events before it; null: not for long.</returns>
    public TimeSpan? StuckFor(string name, long position, long lag)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            if (lag == 0)
            {
                behind.Remove(name);
                return null;
            }
            if (!behind.TryGetValue(name, out var last) || last.Position != position)
                behind[name] = last = (position, now);
            return now - last.Since > Patience ? now - last.Since : null;
        }
    }
}
