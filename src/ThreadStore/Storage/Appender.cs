using System.Diagnostics;
using System.Threading.Channels;
using JasperFx.Events;
using Marten;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Threads;

namespace ThreadStore.Storage;

/// <summary>
/// The one door through which events come in. A single loop takes all commands that wait and, in one transaction under
/// the append lock, loads what they must know, decides each in turn, appends, and writes the reader rows; then it
/// answers. It never waits for a batch to fill.
/// </summary>
/// <remarks>
/// Under the lock positions rise in the order of commits over all nodes, so that whoever read up to a position has
/// missed nothing before it, and decisions are serial, so that counts and thresholds are exact.
/// </remarks>
public sealed class Appender : BackgroundService
{
    /// <summary>Commands that may wait; further ones are refused at once. A few seconds of work.</summary>
    public const int QueueLength = 4096;

    /// <summary>Commands that share a transaction: beyond this, sharing gains little and the first waits long.</summary>
    public const int BatchLength = 256;

    /// <summary>The advisory lock that all nodes share; any number that nobody else in the database uses.</summary>
    const long AppendLock = 0x7468_7265_6164;

    readonly IDocumentStore store;
    readonly NpgsqlDataSource database;
    readonly Positions positions;
    readonly TimeProvider clock;
    readonly ILogger<Appender> log;
    readonly string lockSql;
    readonly Channel<Waiting> queue = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true }
    );

    public Appender(
        IDocumentStore store,
        NpgsqlDataSource database,
        Positions positions,
        TimeProvider clock,
        IConfiguration configuration,
        ILogger<Appender> log
    )
    {
        (this.store, this.database, this.positions, this.clock, this.log) = (
            store,
            database,
            positions,
            clock,
            log
        );
        // only to measure what the lock costs: without it, positions of several nodes do not follow their commits
        lockSql = configuration.GetValue("ThreadStore:Appender:Lock", true)
            ? $"select pg_advisory_xact_lock({AppendLock})"
            : "select 1";
    }

    /// <summary>Has a command decided, and waits until what it did is on disk.</summary>
    /// <returns>A refusal <c>busy</c> or <c>unavailable</c> where it could not be decided; then nothing happened.</returns>
    public async Task<Receipt<T>> AppendAsync<T>(ISubmission<T> submission, CancellationToken ct)
    {
        var waiting = new Waiting<T>(submission, Activity.Current?.TraceId.ToHexString());
        if (!queue.Writer.TryWrite(waiting))
            return new(Problem.Busy, null, default);
        // whoever goes away meanwhile is decided all the same: it may be too late to stop
        return await waiting.Done.Task.WaitAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Waiting>(BatchLength);
        // ends when the queue is complete and empty: what was taken in is answered, also while stopping
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            batch.Clear();
            while (batch.Count < BatchLength && queue.Reader.TryRead(out var waiting))
                batch.Add(waiting);
            await AppendAsync(batch);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        if (ExecuteTask is { } running)
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    async Task AppendAsync(List<Waiting> batch)
    {
        var next = 0;
        while (next < batch.Count)
        {
            try
            {
                next += await AppendAsync(batch, next);
            }
            catch (Exception e) when (batch.Count - next == 1 || Outage.Is(e))
            {
                // no command will fare better than its neighbour
                Fail(batch[next..], e);
                return;
            }
            catch (Exception e)
            {
                // something about one of them; it must not cost its neighbours
                log.LogWarning(
                    e,
                    "A transaction of {Count} commands failed; retrying each alone",
                    batch.Count - next
                );
                foreach (var waiting in batch[next..])
                    await AppendAsync([waiting]);
                return;
            }
        }
    }

    void Fail(List<Waiting> failed, Exception e)
    {
        log.LogError(e, "Could not append {Count} commands", failed.Count);
        if (Outage.Is(e))
            database.Clear();
        foreach (var waiting in failed)
        {
            waiting.Refuse(Outage.Is(e) ? Problem.Unavailable : Problem.Internal);
            waiting.Answer();
        }
    }

    /// <summary>Decides and commits the commands from <paramref name="from"/> on.</summary>
    /// <returns>How many: fewer where one touches a stream that one before it has touched already.</returns>
    async Task<int> AppendAsync(List<Waiting> batch, int from)
    {
        var started = Stopwatch.GetTimestamp();
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var set = new WorkingSet();
        var hashes = new List<long>();
        foreach (var waiting in batch.Skip(from))
        {
            set.Sites.Want(waiting.Submission.Site, Guid.Empty);
            waiting.Submission.Need(set);
            if (waiting.Submission.TextHash is { } hash)
                hashes.Add(hash);
        }
        await RowStore.Live.LoadAsync(
            connection,
            set,
            new NpgsqlBatchCommand(lockSql),
            [.. hashes],
            clock.GetUtcNow(),
            CancellationToken.None
        );
        foreach (var waiting in batch.Skip(from))
            waiting.Submission.NeedMore(set);
        if (set.Recent.AnyWanted)
            await RowStore.Live.LoadAsync(
                connection,
                set,
                null,
                [],
                clock.GetUtcNow(),
                CancellationToken.None
            );

        await using var session = store.LightweightSession(
            Marten.Services.SessionOptions.ForTransaction(transaction)
        );
        var touched = new HashSet<(string, Guid)>();
        var count = 0;
        foreach (var waiting in batch.Skip(from))
        {
            var decision = waiting.Decide(set);
            // Marten appends stream by stream: one stream twice would put its second event before what came between
            if (decision.Events.Any(e => touched.Contains((waiting.Submission.Site, e.Stream))))
                break;
            foreach (var e in decision.Events)
            {
                touched.Add((waiting.Submission.Site, e.Stream));
                waiting.Last = Append(session, waiting, e);
                set.Apply(waiting.Submission.Site, e.Event);
            }
            waiting.Read(set);
            count++;
        }

        // who is refused, or repeats a write, is told a position that holds the reason, also where another node wrote it
        if (batch.Skip(from).Take(count).Any(w => w.Last is null))
            positions.Observe(await NewestAsync(connection));
        if (touched.Count > 0)
        {
            ThreadRows.Use(set);
            session.QueueOperation(new NotifyPosition());
            await session.SaveChangesAsync();
        }
        await transaction.CommitAsync();
        Meters.BatchLength.Record(count);
        Meters.BatchTime.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);

        foreach (var waiting in batch.Skip(from).Take(count))
        {
            if (waiting.Last is { } last)
            {
                if (last.Sequence == 0)
                    throw new InvalidOperationException("Marten did not say which position an event got.");
                positions.Observe(last.Sequence);
            }
        }
        foreach (var waiting in batch.Skip(from).Take(count))
            waiting.Answer();
        return count;
    }

    static async Task<long> NewestAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Positions.NewestSql, connection);
        return (long)(await command.ExecuteScalarAsync() ?? 0L);
    }

    static IEvent Append(IDocumentSession session, Waiting waiting, StreamEvent e)
    {
        var events = session.ForTenant(waiting.Submission.Site).Events;
        var action = e.Starts is { } type
            ? events.StartStream(type, e.Stream, e.Event)
            : events.Append(e.Stream, e.Event);
        var appended = action.Events[^1];
        appended.CorrelationId = waiting.TraceId;
        return appended;
    }

    abstract class Waiting(ISubmission submission, string? traceId)
    {
        public ISubmission Submission => submission;
        public string? TraceId => traceId;

        /// <summary>The last event that the command appended.</summary>
        public IEvent? Last { get; set; }
        protected Problem? Refusal { get; private set; }

        public Decision Decide(WorkingSet set)
        {
            (Refusal, Last) = (null, null);
            var decision = Submission.Decide(set);
            Refusal = decision.Refusal;
            return decision;
        }

        public void Refuse(Problem problem) => (Refusal, Last) = (problem, null);

        public abstract void Read(WorkingSet set);

        public abstract void Answer();
    }

    sealed class Waiting<T>(ISubmission<T> submission, string? traceId) : Waiting(submission, traceId)
    {
        public TaskCompletionSource<Receipt<T>> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        T? answer;

        public override void Read(WorkingSet set) =>
            answer = Refusal is null ? submission.Answer(set) : default;

        public override void Answer() => Done.TrySetResult(new(Refusal, Last?.Sequence, answer));
    }
}
