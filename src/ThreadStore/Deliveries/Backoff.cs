namespace ThreadStore.Deliveries;

/// <summary>How long to wait before somebody outside is tried again.</summary>
public static class Backoff
{
    /// <summary><paramref name="first"/>, twice that, four times, …, up to <paramref name="longest"/>.</summary>
    /// <param name="times">How often it is doubled; less than once is not at all.</param>
    public static TimeSpan Doubled(TimeSpan first, int times, TimeSpan longest) =>
        TimeSpan.FromTicks((long)Math.Min(longest.Ticks, first.Ticks * Math.Pow(2, Math.Max(0, times))));

    /// <summary>A quarter more or less of it: those that failed together are not to come back together.</summary>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan Spread(this TimeSpan time, double chance) => time * (0.75 + chance / 2);

    /// <summary>How long whoever answered asks to be left in peace.</summary>
    /// <param name="longest">Nobody keeps us waiting for longer by asking for it.</param>
    public static TimeSpan Wish(this HttpResponseMessage response, DateTimeOffset now, TimeSpan longest)
    {
        var header = response.Headers.RetryAfter;
        var wish = header?.Delta ?? header?.Date - now ?? TimeSpan.Zero;
        return wish < TimeSpan.Zero ? TimeSpan.Zero
            : wish > longest ? longest
            : wish;
    }
}
