using Npgsql;
using ThreadStore.Transfer;

namespace ThreadStore.Commands;

/// <summary>The command <c>import --format threadstore</c>.</summary>
static class ImportingFeed
{
    /// <summary>Lines that are named; of others only the number is told.</summary>
    const int MaxTold = 100;

    /// <exception cref="StartupException">A file is refused, or holds nothing.</exception>
    public static async Task RunAsync(
        string site,
        IReadOnlyList<FileInfo> files,
        bool dryRun,
        bool strict,
        CancellationToken ct
    )
    {
        foreach (var file in files)
            if (!file.Exists)
                throw new StartupException($"There is no file '{file.FullName}'.");
        await using var host = await Host.StartAsync(needsKey: false, ct: ct);
        await host.SettleSchemaAsync(migrate: true, ct);
        var database = host.App.Services.GetRequiredService<NpgsqlDataSource>();
        if (strict && !dryRun)
        {
            var (_, problems) = await RunAsync(database, site, isDry: true, files, ct);
            if (problems.Count > 0)
                throw new StartupException(
                    $"{problems.Lines[0]} That is one of {problems.Count} lines that do not fit; see --dry-run. Nothing was written."
                );
        }
        var (counts, left) = await RunAsync(database, site, dryRun, files, ct);
        foreach (var line in left.Lines)
            await Console.Error.WriteLineAsync(line);
        if (left.Count > left.Lines.Count)
            await Console.Error.WriteLineAsync($"and {left.Count - left.Lines.Count} lines more.");
        foreach (var (file, c) in files.Zip(counts))
            Console.WriteLine(
                $"{file.Name}: read {c.Read}, {(dryRun ? "would create" : "created")} {c.Created}, already {c.Already}, rejected {c.Rejected}"
            );
        if (counts.Any(c => c.Read == c.Rejected))
            throw new StartupException(
                "There is a file without a line that fits: is it one that export wrote?"
            );
    }

    /// <summary>Lines that were left out: the first of them in words.</summary>
    sealed class Problems
    {
        public List<string> Lines { get; } = [];
        public long Count { get; private set; }

        public void Add(FileInfo file, FeedProblem problem)
        {
            Count++;
            if (Lines.Count < MaxTold)
                Lines.Add($"{file.Name}:{problem.Line}: {problem.Reason}");
        }
    }

    static async Task<(List<ImportCounts>, Problems)> RunAsync(
        NpgsqlDataSource database,
        string site,
        bool isDry,
        IReadOnlyList<FileInfo> files,
        CancellationToken ct
    )
    {
        await using var import = await ImportFeed.OpenAsync(database, site, isDry, ct);
        var (counts, problems) = (new List<ImportCounts>(), new Problems());
        await Import
            .ProgressBar()
            .StartAsync(async bar =>
            {
                foreach (var file in files)
                    await EventBar.RunAsync(
                        bar,
                        file.Name,
                        async told =>
                        {
                            await using var input = file.OpenRead();
                            counts.Add(
                                await import.RunAsync(
                                    input,
                                    problem => problems.Add(file, problem),
                                    (events, bytes) => told(events, bytes, file.Length),
                                    ct
                                )
                            );
                        }
                    );
            });
        return (counts, problems);
    }
}
