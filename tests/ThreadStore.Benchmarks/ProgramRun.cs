using System.Diagnostics;

namespace ThreadStore.Benchmarks;

/// <summary>How a command of the program ended.</summary>
/// <param name="Output">Its lines, each with the time at which it came, from the start of the program.</param>
sealed record ProgramRun(
    int ExitCode,
    TimeSpan Time,
    IReadOnlyList<(TimeSpan At, string Text)> Output,
    string Error
)
{
    /// <param name="killAfter">It is killed as by <c>kill -9</c> then, unless it has ended.</param>
    public static async Task<ProgramRun> RunAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken ct,
        TimeSpan? killAfter = null
    )
    {
        string[] prefix = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? [program] : [];
        var start = new ProcessStartInfo(prefix is [] ? program : "dotnet", [.. prefix, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        LoadGenerator.RemoveEventLoopFrom(start.Environment);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var started = Stopwatch.GetTimestamp();
        using var process =
            Process.Start(start) ?? throw new BenchmarkException($"{program} cannot be started.");
        try
        {
            var error = process.StandardError.ReadToEndAsync(ct);
            var reading = Task.Run(
                async () =>
                {
                    var lines = new List<(TimeSpan, string)>();
                    while (await process.StandardOutput.ReadLineAsync(ct) is { } line)
                        lines.Add((Stopwatch.GetElapsedTime(started), line));
                    return lines;
                },
                ct
            );
            if (killAfter is { } patience)
            {
                await Task.WhenAny(process.WaitForExitAsync(ct), Task.Delay(patience, ct));
                process.Kill();
            }
            await process.WaitForExitAsync(ct);
            var time = Stopwatch.GetElapsedTime(started);
            return new(process.ExitCode, time, await reading, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <exception cref="BenchmarkException">It did not do what it was told.</exception>
    public ProgramRun Expect(string what) =>
        ExitCode == 0
            ? this
            : throw new BenchmarkException($"{what} ended with exit code {ExitCode}:\n{Error}");
}
