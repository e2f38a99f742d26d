using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Privacy;

namespace ThreadStore.Transfer;

/// <summary>Imports files of an exported history, and tells of it what is told of every import.</summary>
sealed class HistoryImport(
    NpgsqlDataSource database,
    ImportOptions options,
    ImportListener listener,
    ErasureHash hash
)
{
    readonly List<(string File, ImportCounts Events)> files = [];

    ImportReport report = ImportReport.Nothing;
    string? first;
    long problems;

    /// <summary>What became of the events of each.</summary>
    public IReadOnlyList<(string File, ImportCounts Events)> Files => files;

    /// <exception cref="StartupException">No line fits, or it is strict and one does not.</exception>
    public async Task<ImportReport> RunAsync(IReadOnlyList<ImportInput> inputs, CancellationToken ct)
    {
        if (options.IsStrict)
        {
            // a history is stored as it is read, so that what can't be read is looked for first
            await RunAsync(inputs, isDry: true, ct);
            if (first is not null)
                throw new StartupException(
                    $"{first} That is one of {problems} lines that do not fit. Nothing was stored."
                );
            if (options.IsDry)
                return report;
            (report, first, problems) = (ImportReport.Nothing, null, 0);
            files.Clear();
        }
        await RunAsync(inputs, options.IsDry, ct);
        return files.TrueForAll(f => f.Events.Read == f.Events.Rejected)
            ? throw new StartupException(
                $"{first ?? "There is nothing in it."} No line of it fits; a history is what export wrote."
            )
            : report;
    }

    async Task RunAsync(IReadOnlyList<ImportInput> inputs, bool isDry, CancellationToken ct)
    {
        await using var import = await ImportFeed.OpenAsync(database, options.Site, isDry, ct, hash);
        if (!isDry)
            import.Alongside = listener.Alongside;
        var before = 0L;
        for (var i = 0; i < inputs.Count; i++)
        {
            var name = inputs[i].Name;
            await using var file = inputs[i].Open();
            var counts = await import.RunAsync(
                file,
                p => Tell(new(name, p.Line, p.Record, p.Kind, p.Reason)),
                (events, _) =>
                    listener.Progress(before + events, i + ImportInput.ShareOf(file), inputs.Count),
                ct
            );
            files.Add((name, counts));
            before += counts.Read;
        }
        var (created, already, rejected) = import.Tallies;
        report = report.Plus(created, already, rejected);
    }

    void Tell(ImportProblem problem)
    {
        problems++;
        first ??= $"{problem.File}:{problem.Line}: {problem.Message}";
        report = report.Warn(problem.Kind);
        listener.Problem(problem);
    }
}
