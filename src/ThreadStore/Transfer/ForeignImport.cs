using Npgsql;
using ThreadStore.Transfer.Formats;
using ThreadStore.Transfer.Staging;

namespace ThreadStore.Transfer;

/// <summary>How to import.</summary>
/// <param name="IsDry">Finds out what would become of every record, and stores nothing.</param>
/// <param name="IsStrict">Stores nothing where anything can't be read.</param>
/// <param name="Secret">Of the site; see <see cref="ForeignKeys"/>.</param>
/// <param name="Article">The key of the page that a plain text is.</param>
public sealed record ForeignOptions(
    string Site,
    string Format,
    byte[] Secret,
    bool IsDry = false,
    bool IsStrict = false,
    PageAddresses? Addresses = null,
    string? Article = null,
    TextPageOptions? Text = null
);

/// <summary>What an import tells of itself while it runs.</summary>
/// <param name="Problem">Told of every line of the report.</param>
/// <param name="Progress">Told how many records are done, and how much of how much that is.</param>
/// <param name="Alongside">Written with what is stored, in its transaction: told what has been created so far.</param>
public sealed record ForeignListener(
    Action<ImportProblem> Problem,
    Action<long, double, double> Progress,
    Func<ImportTally, NpgsqlConnection, Task>? Alongside = null
);

/// <summary>
/// Loads discussions from another system. All files are read first, into a temporary file, so that nothing in them need
/// be in any order; then they are stored by stretches, as an exported feed is. What is there already is left as it is, so
/// the same files can be read again, and an import that was cut off goes on where it stopped.
/// </summary>
public sealed class ForeignImport(
    NpgsqlDataSource database,
    ForeignOptions options,
    ForeignListener listener,
    TimeProvider clock
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
        await Task.Run(() => Stage(staged, names, ct), ct);
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
            Tell
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

    void Stage(StagedFile staged, List<ImportInput> files, CancellationToken ct)
    {
        var keys = new ForeignKeys(options.Format, options.Secret);
        using var records = new StagedRecords(staged, keys, Tell);
        for (var i = 0; i < files.Count; i++)
        {
            var name = files[i].Name;
            try
            {
                foreach (var record in Read(files[i]))
                {
                    ct.ThrowIfCancellationRequested();
                    if (
                        record is ForeignProblem p
                        && (p.Lost != Lost.Nothing || p.Kind is "repaired" or "low-confidence")
                    )
                        broken ??= $"{name}:{p.Line}: {p.Message}";
                    if (record is ForeignProblem { Lost: Lost.Rest, Kind: "version" or "dtd" } refused)
                        throw new StartupException(
                            $"{name}:{refused.Line}: {refused.Message} Nothing was stored."
                        );
                    records.Add(record, i, name);
                    if (records.Taken % 1000 == 0)
                        listener.Progress(records.Taken, ReadingShare * i / files.Count, 1);
                }
            }
            catch (InvalidDataException e)
            {
                broken ??= $"{name}: {e.Message}";
                Tell(new(name, 0, null, "cut-off", $"what comes next can't be unpacked: {e.Message}"));
            }
        }
        taken = records.Taken;
        if (taken == 0 && files.All(f => f.Bytes == 0))
            broken = $"{files[0].Name}: there is nothing in it.";
        var threads = new StagedThreads(staged, [.. files.Select(f => f.Name)], Tell);
        threads.Settle(ct);
        foreach (var (kind, count) in records.Skipped)
            report = report.Warn(kind, count);
        var estimated = staged.Number("select count(*) from comments where posted is null");
        if (estimated > 0)
            report = report.Warn("time-estimated", estimated);
        report = report.Plus(new(), records.Already, records.Rejected + threads.Rejected);
    }

    IEnumerable<ForeignRecord> Read(ImportInput input)
    {
        var head = input.Head();
        using var file = input.Open();
        var records =
            options.Format == TextFormat.Name
                ? TextFormat.Read(
                    file,
                    options.Article ?? Path.GetFileNameWithoutExtension(input.Name),
                    options.Text ?? new()
                )
                : (
                    ForeignFormats.Find(options.Format)
                    ?? throw new StartupException($"There is no format '{options.Format}'.")
                ).Read(file, head);
        foreach (var record in records)
            yield return record;
    }
}
