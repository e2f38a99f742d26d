using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Privacy;
using ThreadStore.Transfer.Staging;

namespace ThreadStore.Transfer;

/// <summary>Stores what is staged: articles, people, comments, votes and flags, a stretch of each after the other.</summary>
sealed class ForeignLoad(
    NpgsqlDataSource database,
    ImportOptions options,
    StagedFile staged,
    IReadOnlyList<string> names,
    ImportListener listener,
    DateTimeOffset now,
    Action<ImportProblem> tell,
    ErasureHash? hash
)
{
    readonly StagedReading reading = new(staged);

    ImportTally created = new();
    ImportTally already = new();
    ImportTally rejected = new();
    long done;
    long total;

    public async Task<(ImportTally Created, ImportTally Already, ImportTally Rejected)> RunAsync(
        CancellationToken ct
    )
    {
        foreach (var table in (ReadOnlySpan<string>)["articles", "people", "comments", "reactions", "flags"])
            total += reading.Count(table);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var appender = new FeedAppender(
            connection,
            options.Site,
            isDry: false,
            isNew: true,
            hash
        );
        var load = new LoadContext(
            options.Site,
            options.Format,
            options.Addresses ?? PageAddresses.AsTheyAre,
            reading,
            new(database, options.Site),
            new(options.Site, options.Format, now.ToMicroseconds()),
            names,
            what => Already(ImportTally.Of(what)),
            tell
        );
        await StoreAsync(appender, new ArticleSource(load).NextAsync, ct);
        await StoreAsync(appender, new PersonSource(load).NextAsync, ct);
        await StoreAsync(appender, new CommentSource(load).NextAsync, ct);
        await StoreAsync(appender, new MarkSource(load, isVotes: true).NextAsync, ct);
        await StoreAsync(appender, new MarkSource(load, isVotes: false).NextAsync, ct);
        return (created, already, rejected);
    }

    /// <summary>The next stretch is read and rendered while the one before it is written.</summary>
    async Task StoreAsync(
        FeedAppender appender,
        Func<CancellationToken, Task<List<Incoming>?>> next,
        CancellationToken ct
    )
    {
        var reading = Task.Run(() => next(ct), ct);
        try
        {
            while (await reading is { } stretch)
            {
                reading = Task.Run(() => next(ct), ct);
                await AppendAsync(appender, [.. stretch.Where(i => i.Events.Count > 0)], ct);
                done += stretch.Count;
                listener.Progress(done, 0.1 + 0.9 * done / Math.Max(1, total), 1);
            }
        }
        catch
        {
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    async Task AppendAsync(FeedAppender appender, List<Incoming> records, CancellationToken ct)
    {
        if (records.Count == 0)
            return;
        if (options.IsDry)
        {
            var left = LeftOut(
                records,
                await appender.FindErasedAsync([.. records.SelectMany(r => r.Events)], ct)
            );
            foreach (var record in records.Where(r => !left.Contains(r)))
                created += ImportTally.Of(record.What);
            return;
        }
        var before = created;
        try
        {
            var outcome = await appender.AppendAsync(
                [.. records.SelectMany(r => r.Events)],
                ct,
                async (fresh, connection) =>
                {
                    var streams = fresh.Where(l => l.Version == 1).Select(l => l.Stream).ToHashSet();
                    foreach (var record in records)
                        if (streams.Contains(record.Events[0].Stream))
                            created += ImportTally.Of(record.What);
                    if (listener.Alongside is { } alongside)
                        await alongside(created, connection);
                }
            );
            // whoever else imports the same was faster
            var left = LeftOut(records, outcome.Refused);
            var all = records
                .Where(r => !left.Contains(r))
                .Aggregate(new ImportTally(), (sum, r) => sum + ImportTally.Of(r.What));
            Already(all - (created - before));
        }
        catch (Exception e) when (!ct.IsCancellationRequested && !Outage.Is(e))
        {
            // nothing of it was written: something about one of them, which must not cost its neighbours
            created = before;
            if (records.Count == 1)
            {
                Reject(records[0], e);
                return;
            }
            await AppendAsync(appender, records[..(records.Count / 2)], ct);
            await AppendAsync(appender, records[(records.Count / 2)..], ct);
        }
    }

    /// <summary>Records of people who were erased. Their problems don't say whose they are.</summary>
    HashSet<Incoming> LeftOut(List<Incoming> records, IReadOnlyList<FeedRefusal> refused)
    {
        var streams = refused
            .Where(r => r.Kind == ErasedInFeed.Kind && r.Line.Version == 1)
            .Select(r => r.Line.Stream)
            .ToHashSet();
        var left = records.Where(r => streams.Contains(r.Events[0].Stream)).ToHashSet();
        foreach (var record in left)
        {
            rejected += ImportTally.Of(record.What);
            tell(new(names[record.File], record.Line, null, ErasedInFeed.Kind, ErasedInFeed.Reason));
        }
        return left;
    }

    void Reject(Incoming record, Exception e)
    {
        rejected += ImportTally.Of(record.What);
        var reason = e is PostgresException refused
            ? $"the database refuses it: {refused.MessageText}."
            : "it does not fit what is there.";
        tell(new(names[record.File], record.Line, record.Id, "refused", reason));
    }

    /// <summary>What was there is counted when it is met: of the next stretch, while the one before it is written.</summary>
    void Already(ImportTally count)
    {
        lock (staged)
            already += count;
    }
}
