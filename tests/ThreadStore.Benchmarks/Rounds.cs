namespace ThreadStore.Benchmarks;

/// <summary>What one side did in one round.</summary>
/// <param name="Requests">In the time measured.</param>
/// <param name="P50">In milliseconds, as the others; null where a side does not tell.</param>
/// <param name="Cpu">Used in the time measured.</param>
sealed record Figures(double PerSecond, double Requests, double? P50, double? P95, double? P99, CpuTimes Cpu);

/// <summary>One of those that are compared.</summary>
/// <param name="MeasureAsync">Puts it under load for a time.</param>
sealed record Side(string Name, Func<Measure, CancellationToken, Task<Figures>> MeasureAsync);

/// <summary>How a side is put under load.</summary>
sealed record Measure(int Connections, TimeSpan RampUp, TimeSpan Time);

/// <param name="LoadAverage">The machine's, right before; null where it has none.</param>
sealed record Turn(int Round, string Side, double? LoadAverage, Figures Figures);

/// <summary>Sides measured in turns, so that whatever else goes on in the machine meets them all.</summary>
sealed record Rounds(Measure Measure, IReadOnlyList<Turn> Turns)
{
    public static async Task<Rounds> RunAsync(
        IReadOnlyList<Side> sides,
        int count,
        Measure measure,
        Func<CancellationToken, Task> settle,
        Action<string> log,
        CancellationToken ct
    )
    {
        var turns = new List<Turn>();
        foreach (var round in Enumerable.Range(1, count))
        {
            // another one begins in each round, for who follows whom may matter
            foreach (var side in Enumerable.Range(round - 1, sides.Count).Select(i => sides[i % sides.Count]))
            {
                await settle(ct);
                var load = Machine.LoadAverage;
                var figures = await side.MeasureAsync(measure, ct);
                turns.Add(new(round, side.Name, load, figures));
                log(FormattableString.Invariant($"round {round}: {side.Name} {figures.PerSecond:N0}/s"));
            }
        }
        return new(measure, turns);
    }

    public IEnumerable<string> Sides => Turns.Select(t => t.Side).Distinct();

    /// <summary>A figure of a side, by round; empty where it took no part or does not tell.</summary>
    public IReadOnlyList<double> Of(string side, Func<Figures, double?> figure) =>
        [
            .. Turns
                .Where(t => t.Side == side)
                .OrderBy(t => t.Round)
                .Select(t => figure(t.Figures))
                .OfType<double>(),
        ];
}
