using System.Globalization;

namespace ThreadStore.Benchmarks;

/// <summary>A ratio that a goal is about.</summary>
/// <param name="Name">Of the goal, as in the documentation.</param>
/// <param name="AtLeast">The goal, where more is better.</param>
/// <param name="AtMost">The goal, where less is better.</param>
sealed record Comparison(
    string Name,
    Rounds Rounds,
    string Side,
    string Other,
    string What,
    Func<Figures, double?> Figure,
    double? AtLeast = null,
    double? AtMost = null
);

/// <summary>Figures as Markdown, to be pasted into documentation.</summary>
static class Report
{
    /// <summary>With fewer rounds a ratio does not count.</summary>
    const int FewestRounds = 3;

    const string Nothing = "–";

    public static void Write(TextWriter output, string title, IEnumerable<string> lines)
    {
        output.WriteLine($"### {title}");
        output.WriteLine();
        foreach (var line in lines)
            output.WriteLine($"- {line}");
    }

    /// <summary>When, on what, and how busy it was.</summary>
    public static string Circumstances(double? loadBefore) =>
        $"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores shared with the load generator, "
        + $"load average {Text(loadBefore, 2)} before the run; {Machine.Configuration} build";

    public static void WriteRounds(TextWriter output, Rounds rounds)
    {
        WriteTable(
            output,
            [
                $"connections: {rounds.Measure.Connections}",
                "requests/s, median",
                "min",
                "max",
                "p50 ms",
                "p95 ms",
                "p99 ms",
                "CPU µs/request: server",
                "PostgreSQL",
                "generator",
                "load before",
            ],
            rounds.Sides.Select(side => Row(rounds, side))
        );
    }

    static string[] Row(Rounds rounds, string side)
    {
        string Middle(Func<Figures, double?> figure, int decimals) =>
            rounds.Of(side, figure) is { Count: > 0 } values
                ? Text(Statistics.Median(values), decimals)
                : Nothing;
        string Cpu(Func<CpuTimes, TimeSpan?> part) =>
            Middle(f => part(f.Cpu)?.TotalMicroseconds / f.Requests, 0);
        var rate = Spread.Of(rounds.Of(side, f => f.PerSecond));
        return
        [
            side,
            Text(rate.Median, 0),
            Text(rate.Min, 0),
            Text(rate.Max, 0),
            Middle(f => f.P50, 2),
            Middle(f => f.P95, 2),
            Middle(f => f.P99, 2),
            Cpu(c => c.Server),
            Cpu(c => c.Postgres),
            Cpu(c => c.Generator),
            string.Join(" ", rounds.Turns.Where(t => t.Side == side).Select(t => Text(t.LoadAverage, 2))),
        ];
    }

    /// <summary>Leaves out those of which a side took no part.</summary>
    public static void WriteRatios(TextWriter output, IEnumerable<Comparison> comparisons) =>
        WriteTable(
            output,
            ["goal", "ratio", "of medians", "by round: median", "min", "max", "aim", "met"],
            comparisons
                .Select(c =>
                    (Of: c, Side: c.Rounds.Of(c.Side, c.Figure), Other: c.Rounds.Of(c.Other, c.Figure))
                )
                .Where(c => c.Side.Count > 0 && c.Other.Count > 0)
                .Select(c => Row(c.Of, Ratio.Of(c.Side, c.Other), c.Side.Count))
        );

    static string[] Row(Comparison of, Ratio ratio, int rounds) =>
        [
            of.Name,
            $"{of.Side} / {of.Other}, {of.What}",
            Text(ratio.OfMedians, 2),
            Text(ratio.OfRounds.Median, 2),
            Text(ratio.OfRounds.Min, 2),
            Text(ratio.OfRounds.Max, 2),
            of.AtLeast is { } least ? $"≥ {Text(least, 2)}"
            : of.AtMost is { } most ? $"≤ {Text(most, 2)}"
            : Nothing,
            of.AtLeast is null && of.AtMost is null ? Nothing
            : rounds < FewestRounds ? "too few rounds"
            : !(ratio.OfMedians < of.AtLeast) && !(ratio.OfMedians > of.AtMost) ? "yes"
            : "no",
        ];

    public static void WriteTable(TextWriter output, string[] head, IEnumerable<string[]> rows)
    {
        output.WriteLine();
        output.WriteLine($"| {string.Join(" | ", head)} |");
        output.WriteLine($"|{string.Concat(head.Select((_, i) => i == 0 ? " --- |" : " ---: |"))}");
        foreach (var row in rows)
            output.WriteLine($"| {string.Join(" | ", row)} |");
    }

    public static string Text(double? number, int decimals) =>
        number is { } n ? n.ToString($"N{decimals}", CultureInfo.InvariantCulture) : Nothing;
}
