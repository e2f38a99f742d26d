using System.CommandLine;
using System.Diagnostics;

namespace ThreadStore.Benchmarks;

/// <summary>What comparisons share that run in this process, on a history, where a request is an event.</summary>
static class InProcess
{
    /// <summary>A command over a history of so many comments.</summary>
    /// <param name="of">What the comments are in.</param>
    /// <param name="runAsync">Told the comments, the rounds, and the database that was named.</param>
    public static Command Command(
        string name,
        string description,
        string of,
        Func<int, int, string?, CancellationToken, Task> runAsync
    )
    {
        var comments = RunOptions.Number("--comments", of, 200_000);
        var rounds = RunOptions.Number("--rounds", "Rounds; a ratio counts from 3 on", 3);
        var connectionString = RunOptions.Database();
        var command = new Command(name, description) { comments, rounds, connectionString };
        command.SetAction(
            (parsed, ct) =>
                runAsync(
                    parsed.GetValue(comments),
                    parsed.GetValue(rounds),
                    parsed.GetValue(connectionString),
                    ct
                )
        );
        return command;
    }

    /// <param name="runAsync">Tells how many events it went through.</param>
    public static async Task<Figures> MeasureAsync(
        Func<CancellationToken, Task<long>> runAsync,
        Cluster cluster,
        CancellationToken ct
    )
    {
        CpuTimes Cpu() => new(null, CpuTimes.OfThisProcess(), CpuTimes.OfFamily(cluster.Postmaster));
        var (before, started) = (Cpu(), Stopwatch.GetTimestamp());
        var events = await runAsync(ct);
        var time = Stopwatch.GetElapsedTime(started);
        return new(events / time.TotalSeconds, events, null, null, null, Cpu() - before);
    }

    /// <summary>What a reader of the figures must know of the run.</summary>
    public static IEnumerable<string> Circumstances(Cluster cluster, double? loadBefore) =>
        [
            $"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores, load average "
                + $"{Report.Text(loadBefore, 2)} before the run; a request is an event",
            $"PostgreSQL {cluster.Version}, .NET {Environment.Version}, {Machine.Configuration} build",
        ];
}
