using Npgsql;
using ThreadStore.Postgres;
using ThreadStore.Privacy;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer;

/// <summary>A line that was left out, and why.</summary>
/// <param name="Kind">A word that a program can count.</param>
/// <param name="Record">The event's id, where the line could be read.</param>
public sealed record FeedProblem(long Line, string Reason, string Kind = "refused", string? Record = null);

/// <summary>
/// Makes of an exported site an equal one: every event is appended as it is, ids, versions and the times at which they
/// were recorded included; only positions are new. What is there already is left as it is, so a file can be read again,
/// and an import that was cut off goes on where it stopped. A line that can't be read or that does not fit is left out.
/// </summary>
public sealed class ImportFeed : IAsyncDisposable
{
    public const string Format = "threadstore";

    /// <summary>Events of a transaction, during which nobody else writes: a tenth of a second.</summary>
    const int Stretch = 1_000;

    /// <summary>Long texts make shorter stretches: two are in memory at once.</summary>
    const int MaxStretchBytes = 2 << 20;

    ImportTally created = new();
    ImportTally already = new();
    ImportTally rejected = new();

    /// <summary>What became of the articles, commenters, comments and reactions of all files so far.</summary>
    public (ImportTally Created, ImportTally Already, ImportTally Rejected) Tallies =>
        (created, already, rejected);

    /// <summary>Written with what is stored, in its transaction: told what has been created so far.</summary>
    public Func<ImportTally, NpgsqlConnection, Task>? Alongside { get; set; }

    static ImportTally Count(IEnumerable<FeedLine> lines) =>
        lines.Aggregate(new ImportTally(), (sum, l) => sum + ImportTally.Of(FeedFile.CountOf(l)));

    readonly NpgsqlConnection connection;
    readonly FeedAppender appender;
    readonly string site;

    ImportFeed(NpgsqlConnection connection, FeedAppender appender, string site) =>
        (this.connection, this.appender, this.site) = (connection, appender, site);

    /// <param name="isDry">Finds out what would become of every line, and writes nothing.</param>
    /// <param name="hash">By which those who were erased are known; null: they are not looked for.</param>
    public static async Task<ImportFeed> OpenAsync(
        NpgsqlDataSource database,
        string site,
        bool isDry,
        CancellationToken ct,
        ErasureHash? hash = null
    )
    {
        var connection = await database.OpenConnectionAsync(ct);
        var import = new ImportFeed(connection, new(connection, site, isDry, hash: hash), site);
        await import.appender.BeginAsync(ct);
        return import;
    }

    public async ValueTask DisposeAsync()
    {
        await appender.DisposeAsync();
        await connection.DisposeAsync();
    }

    /// <summary>Reads a file; the next one goes on after it.</summary>
    /// <param name="report">Told of every line that was left out.</param>
    /// <param name="progress">Told how many lines and bytes were read.</param>
    /// <exception cref="NpgsqlException">The store could not take it; what was taken before stays.</exception>
    public async Task<ImportCounts> RunAsync(
        Stream input,
        Action<FeedProblem> report,
        Action<long, long> progress,
        CancellationToken ct
    )
    {
        var (read, made, there, refused) = (0L, 0L, 0L, 0L);
        var file = new FeedFile(input, site);
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var lines = file.ReadAsync(failing.Token).GetAsyncEnumerator(failing.Token);
        Task<List<FeedRecord>> NextAsync() => Task.Run(() => ReadAsync(lines, file), ct);
        var reading = NextAsync();
        try
        {
            while (await reading is { Count: > 0 } records)
            {
                var bytes = file.Bytes;
                // one stretch is read and rendered while the one before it is written
                reading = NextAsync();
                read += records.Count;
                foreach (var record in records)
                    if (record.Fault is { } fault)
                    {
                        rejected += ImportTally.Of(record.Lost);
                        Reject(new(record.Number, fault, record.Kind));
                    }
                await AppendAsync([.. records.Select(r => r.Line).OfType<FeedLine>()]);
                progress(read, bytes);
            }
        }
        catch
        {
            await failing.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        return new(read, made, there, refused);

        void Reject(FeedProblem problem)
        {
            refused++;
            report(problem);
        }

        void Refuse(FeedLine line, string reason) => Reject(new(line.Number, reason, Record: $"{line.Id}"));

        async Task AppendAsync(List<FeedLine> lines)
        {
            if (lines.Count == 0)
                return;
            var before = created;
            try
            {
                var outcome = await appender.AppendAsync(
                    lines,
                    ct,
                    async (fresh, connection) =>
                    {
                        created = before + Count(fresh);
                        if (Alongside is { } alongside)
                            await alongside(created, connection);
                    }
                );
                made += outcome.Created;
                there += outcome.Already;
                var left = Count(outcome.Refused.Select(r => r.Line));
                rejected += left;
                already += Count(lines) - (created - before) - left;
                foreach (var (line, reason, kind) in outcome.Refused)
                    Reject(new(line.Number, reason, kind, $"{line.Id}"));
            }
            catch (Exception e) when (!ct.IsCancellationRequested && !Outage.Is(e))
            {
                created = before;
                // nothing of it was written: something about one of them, which must not cost its neighbours
                if (lines.Count == 1)
                {
                    rejected += Count(lines);
                    Refuse(lines[0], Explain(e));
                    return;
                }
                await AppendAsync(lines[..(lines.Count / 2)]);
                await AppendAsync(lines[(lines.Count / 2)..]);
            }
        }
    }

    static string Explain(Exception e) =>
        e switch
        {
            PostgresException refused => $"the database refuses it: {refused.MessageText}.",
            InvalidOperationException => $"it does not fit: {e.Message}",
            _ => "its data lack what every event of its type has.",
        };

    static async Task<List<FeedRecord>> ReadAsync(IAsyncEnumerator<FeedRecord> lines, FeedFile file)
    {
        var (records, begin) = (new List<FeedRecord>(Stretch), file.Bytes);
        while (records.Count < Stretch && file.Bytes - begin < MaxStretchBytes && await lines.MoveNextAsync())
            records.Add(lines.Current);
        return records;
    }
}
