using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Privacy;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer;

/// <summary>How to import.</summary>
/// <param name="Secret">Of the site, see <see cref="ForeignKeys"/>; null: the one that it has or gets.</param>
/// <param name="IsDry">Finds out what would become of every record, and stores nothing.</param>
/// <param name="IsStrict">Stores nothing where anything can't be read.</param>
/// <param name="Article">The key of the page that a plain text is.</param>
public sealed record ImportOptions(
    string Site,
    string Format,
    byte[]? Secret = null,
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
public sealed record ImportListener(
    Action<ImportProblem> Problem,
    Action<long, double, double> Progress,
    Func<ImportTally, NpgsqlConnection, Task>? Alongside = null
);

/// <summary>An import of whatever format: the command and the jobs over HTTP have it done alike.</summary>
public sealed class ImportRun(
    NpgsqlDataSource database,
    ImportOptions options,
    ImportListener listener,
    ErasureHash hash,
    TimeProvider clock
)
{
    public const string OneArticle = "An article's key names one article; give one file with it.";

    /// <summary>What became of the events of each file, where the files are an exported history.</summary>
    public IReadOnlyList<(string File, ImportCounts Events)> Histories { get; private set; } = [];

    /// <exception cref="StartupException">Nothing can be stored of it, or it is strict and something can't be read.</exception>
    public async Task<ImportReport> RunAsync(IReadOnlyList<ImportInput> files, CancellationToken ct)
    {
        if (options.Article is not null && options.Format != TextFormat.Name)
            throw new StartupException(
                $"An article's key goes with the format text; this is {options.Format}, which names its articles itself."
            );
        if (options.Article is not null && files.Count > 1)
            throw new StartupException(OneArticle);
        if (!IsHistory(files))
            return await new ForeignImport(database, options, listener, clock, hash).RunAsync(files, ct);
        if (options.Addresses is { IsNothing: false })
            throw new StartupException(
                "An exported history keeps its addresses as they are: a site URL or a URL map goes with records of other systems."
            );
        var import = new HistoryImport(database, options, listener, hash);
        var report = await import.RunAsync(files, ct);
        Histories = import.Files;
        return report;
    }

    /// <summary>What export wrote; else it is a format of records, our neutral one included.</summary>
    bool IsHistory(IReadOnlyList<ImportInput> files)
    {
        if (options.Format != ImportFeed.Format)
            return false;
        var neutral = files.Count(f => NeutralFormat.IsNeutral(f.Head()));
        return neutral == 0
            || (
                neutral == files.Count
                    ? false
                    : throw new StartupException(
                        "Some of the files are a history that export wrote, and some are records: import them one after the other."
                    )
            );
    }
}
