namespace ThreadStore.Benchmarks;

static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>By nearest rank: the smallest value that so many per cent of all values do not exceed.</summary>
    /// <param name="sorted">Ascending, not empty.</param>
    /// <param name="percent">Above 0, up to 100.</param>
    public static long Percentile(ReadOnlySpan<long> sorted, double percent) =>
        sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * percent / 100) - 1, 0, sorted.Length - 1)];
}

/// <summary>The same figure in several rounds.</summary>
sealed record Spread(double Median, double Min, double Max)
{
    public static Spread Of(IReadOnlyList<double> values) =>
        new(Statistics.Median(values), values.Min(), values.Max());
}

/// <summary>How two sides compare: by their medians, and round by round, since a noisy machine is so for both.</summary>
sealed record Ratio(double OfMedians, Spread OfRounds)
{
    /// <param name="side">A figure for each round.</param>
    /// <param name="other">The same of whom it is compared with, in the same rounds.</param>
    public static Ratio Of(IReadOnlyList<double> side, IReadOnlyList<double> other) =>
        new(
            Statistics.Median(side) / Statistics.Median(other),
            Spread.Of([.. side.Zip(other, (a, b) => a / b)])
        );
}
