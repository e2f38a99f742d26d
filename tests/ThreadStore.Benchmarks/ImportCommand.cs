using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ThreadStore.Benchmarks;

/// <summary>What an import by the command took.</summary>
/// <param name="Seconds">From its first look at the file to its last commit; not the start of the program.</param>
/// <param name="Cpu">Seconds of the program, its start included.</param>
/// <param name="PeakMegabytes">Resident, of the program.</param>
sealed record ImportFigures(long Comments, double Seconds, double Cpu, double PeakMegabytes)
{
    public double PerSecond => Comments / Seconds;
}

/// <summary>The command <c>import</c> as its users run it: a process of its own.</summary>
static class ImportCommand
{
    /// <summary>The peak is the system's own figure; only that of the last moments may be missed.</summary>
    static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    /// <exception cref="BenchmarkException">It did not create what it was given.</exception>
    public static async Task<ImportFigures> RunAsync(
        string program,
        string connectionString,
        string format,
        string file,
        int comments,
        CancellationToken ct
    )
    {
        string[] prefix = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? [program] : [];
        var start = new ProcessStartInfo(
            prefix is [] ? program : "dotnet",
            [.. prefix, "import", "--site", "bench", "--format", format, "--json", file]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        LoadGenerator.RemoveEventLoopFrom(start.Environment);
        start.Environment["ConnectionStrings__ThreadStore"] = connectionString;
        using var process =
            Process.Start(start) ?? throw new BenchmarkException($"{program} cannot be started.");
        try
        {
            var (output, error) = (
                process.StandardOutput.ReadToEndAsync(ct),
                process.StandardError.ReadToEndAsync(ct)
            );
            var (peak, cpu) = (0.0, TimeSpan.Zero);
            using var looks = new PeriodicTimer(LookInterval);
            while (!process.HasExited)
            {
                try
                {
                    process.Refresh();
                    (peak, cpu) = (
                        Math.Max(peak, process.PeakWorkingSet64 / 1e6),
                        process.TotalProcessorTime
                    );
                }
                catch (InvalidOperationException)
                {
                    break; // it ended between two looks
                }
                await looks.WaitForNextTickAsync(ct);
            }
            await process.WaitForExitAsync(ct);
            if (process.ExitCode != 0)
                throw new BenchmarkException($"The import of {format} failed:\n{await error}");
            using var job = JsonDocument.Parse(
                (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]
            );
            var created = job.RootElement.GetProperty("created").GetProperty("comments").GetInt64();
            if (created != comments)
                throw new BenchmarkException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Of {comments} comments {created} were created."
                    )
                );
            var time =
                job.RootElement.GetProperty("endedAt").GetDateTimeOffset()
                - job.RootElement.GetProperty("startedAt").GetDateTimeOffset();
            return new(created, time.TotalSeconds, cpu.TotalSeconds, peak);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
