using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Privacy;
using ThreadStore.Transfer.Formats;
using ThreadStore.Transfer.Staging;

namespace ThreadStore.Transfer;

/// <summary>
/// Loads discussions from another system. All files are read first, into a temporary file, so that nothing in them need
/// be in any order; then they are stored by stretches, as an exported feed is. What is there already is left as it is, so
/// the same files can be read again, and an import that was cut off goes on where it stopped.
/// </summary>
/// <param name="hash">By which those who were erased are known; null: they are not looked for.</param>
public sealed class ForeignImport(
    NpgsqlDataSource database,
    ImportOptions options,
    ImportListener listener,
    TimeProvider clock,
    ErasureHash? hash = null
)
{
    /// <summary>What reading weighs beside storing, for the progress.</summary>
    const double ReadingShare = 0.1;

    ImportReport report = ImportReport.Nothing;
    long taken;
    string? broken;

    /// <exception cref="StartupException">Nothing can be stored of it, or it is strict and something can't be read.</exception>
    public async Task<ImportReport> RunAsync(IReadOnlyList<ImportInput> files, CancellationToken ct)
    {
        var names = Named(files);
        using var staged = new StagedFile();
        var secret =
            options.Secret ?? await ImportSecret.OfAsync(database, options.Site, keep: !options.IsDry, ct);
        await Task.Run(() => Stage(staged, names, new(options.Format, secret), ct), ct);
        if (options.IsStrict && broken is not null)
            throw new StartupException($"{broken} Nothing was stored.");
        if (taken == 0 && broken is not null)
            throw new StartupException($"{broken} Nothing could be read.");

        var load = new ForeignLoad(
            database,
            options,
            staged,
            [.. names.Select(f => f.Name)],
            listener,
            clock.GetUtcNow(),
            Tell,
            hash
        );
        var loaded = await load.RunAsync(ct);
        return report.Plus(loaded.Created, loaded.Already, loaded.Rejected);
    }

    static List<ImportInput> Named(IReadOnlyList<ImportInput> files)
    {
        var seen = new HashSet<string>();
        return [.. files.Select((f, i) => seen.Add(f.Name) ? f : f with { Name = $"{f.Name} ({i + 1})" })];
    }

    void Tell(ImportProblem problem)
    {
        lock (options)
        {
            report = report.Warn(problem.Kind);
            listener.Problem(problem);
        }
    }

    void Stage(StagedFile staged, List<ImportInput> files, ForeignKeys keys, CancellationToken ct)
    {
        using var records = new StagedRecords(staged, keys, Tell);
        for (var i = 0; i < files.Count; i++)
        {
            var (name, line) = (files[i].Name, 0L);
            try
            {
                using var file = files[i].Open();
                foreach (
                    var read in RecordsAhead.Of(Read(files[i], file), () => ImportInput.ShareOf(file), ct)
                )
                {
                    foreach (var record in read.Records)
                    {
                        ct.ThrowIfCancellationRequested();
                        line = record.Line;
                        Take(records, record, i, name);
                        if (records.Taken % 1000 == 0)
                            listener.Progress(
                                records.Taken,
                                ReadingShare * (i + read.Share) / files.Count,
                                1
                            );
                    }
                    read.Torn?.Throw();
                }
            }
            catch (Exception e) when (ImportInput.Torn(e) is var (kind, message))
            {
                broken ??= $"{name}: {message}";
                Tell(new(name, line, null, kind, message));
            }
        }
        taken = records.Taken;
        if (taken == 0 && files.All(f => f.Bytes == 0))
            broken = $"{files[0].Name}: there is nothing in it.";
        var threads = new StagedThreads(staged, [.. files.Select(f => f.Name)], Tell);
        threads.Settle(ct);
        // what belongs to nothing is read, and can't be taken all the same
        if (options.IsStrict && threads.FirstRejected is { } lost)
            broken ??= $"{lost.File}:{lost.Line}: {lost.Message}";
        foreach (var (kind, count) in records.Skipped)
            report = report.Warn(kind, count);
        var estimated = staged.Number("select count(*) from comments where posted is null");
        if (estimated > 0)
            report = report.Warn("time-estimated", estimated);
        report = report.Plus(new(), records.Already, records.Rejected + threads.Rejected);
    }

    void Take(StagedRecords records, ForeignRecord record, int file, string name)
    {
        record = StorableText.Fault(record) ?? record;
        var clean = StorableText.Of(record);
        if (!ReferenceEquals(clean, record))
            Tell(
                new(
                    name,
                    record.Line,
                    StorableText.IdOf(record),
                    "character-dropped",
                    "it has a character that no text can have, such as U+0000; the text is kept without it."
                )
            );
        record = clean;
        if (
            record is ForeignProblem p
            && (p.Lost != Lost.Nothing || p.Kind is "repaired" or "low-confidence")
        )
            broken ??= $"{name}:{p.Line}: {p.Message}";
        records.Add(record, file, name);
        if (record is ForeignProblem { Lost: Lost.Rest, Kind: "version" or "dtd" } refused)
            throw new StartupException($"{name}:{refused.Line}: {refused.Message} Nothing was stored.");
    }

    IEnumerable<ForeignRecord> Read(ImportInput input, Stream file) =>
        options.Format == TextFormat.Name
            ? TextFormat.Read(
                file,
                options.Article ?? (input.Name == ImportInput.Unnamed ? null : TextFormat.KeyOf(input.Name)),
                options.Text ?? new()
            )
            : (
                ForeignFormats.Find(options.Format)
                ?? throw new StartupException($"There is no format '{options.Format}'.")
            ).Read(file, input.Head());
}
