using System.Diagnostics;
using System.Threading.Channels;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Rows;
using ThreadStore.Telemetry;

namespace ThreadStore.Appending;

/// <summary>
/// The one door through which events come in. A single loop takes all commands that wait and, in one transaction under
/// the append lock, loads what they must know, decides each in turn, appends, and writes the reader rows; then it
/// answers. It never waits for a batch to fill.
/// </summary>
/// <remarks>
/// A command that finds the door free takes itself through, on its own thread, which saves waking two others. Where a crowd
/// comes, the loop does it, so that many share a transaction.
/// Under the lock positions rise in the order of commits over all nodes, so that whoever read up to a position has
/// missed nothing before it, and decisions are serial, so that counts and thresholds are exact.
/// A kill before the commit leaves nothing; one after it leaves what was decided, and whoever had no answer asks again under
/// the same Idempotency-Key (<see cref="PendingCommand.DecideOnce"/>).
/// </remarks>
public sealed class Appender(
    WriteConnections connections,
    Positions positions,
    IFollowsCommits pages,
    WritingPace pace,
    TimeProvider clock,
    ILogger<Appender> log,
    ISiteForwarding? homes = null
) : BackgroundService
{
    /// <summary>
    /// Commands that may wait; further ones are refused at once. A few seconds of work: what the crowd writes is refused
    /// long before (Http.LoadShedding).
    /// </summary>
    public const int QueueLength = 4096;

    readonly RememberedRows remembered = new();

    /// <summary>How many connections had been made when the rows were remembered.</summary>
    int knownBy;
    readonly Channel<PendingCommand> queue = Channel.CreateBounded<PendingCommand>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true }
    );

    /// <summary>Whoever holds it appends: the loop, or a command that came alone.</summary>
    readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Commands of the transaction before; 1: there is no crowd.</summary>
    int lastLength = 1;

    /// <summary>Has a command decided, and waits until what it did is on disk.</summary>
    /// <returns>A refusal <c>busy</c> or <c>unavailable</c> where it could not be decided; then nothing happened.</returns>
    public Task<Receipt<T>> AppendAsync<T>(ISubmission<T> submission, CancellationToken ct) =>
        AppendAsync(submission, null, ct);

    /// <param name="request">Decide it once, however often it comes; null: each time.</param>
    /// <inheritdoc cref="AppendAsync{T}(ISubmission{T}, CancellationToken)"/>
    public async Task<Receipt<T>> AppendAsync<T>(
        ISubmission<T> submission,
        KeyedRequest? request,
        CancellationToken ct
    )
    {
        var waiting = new PendingCommand<T>(submission, request, Activity.Current?.TraceId.ToHexString());
        // whoever goes away meanwhile is decided all the same: it may be too late to stop
        if (TryTakeTurn())
            await AppendAloneAsync(waiting).WaitAsync(ct);
        else if (!queue.Writer.TryWrite(waiting))
            return new(Refusal.Busy, null, default);
        return await waiting.Done.Task.WaitAsync(ct);
    }

    bool TryTakeTurn() => Volatile.Read(ref lastLength) == 1 && queue.Reader.Count == 0 && turn.Wait(0);

    async Task AppendAloneAsync(PendingCommand waiting)
    {
        try
        {
            await TakeUpAsync([waiting]);
        }
        finally
        {
            turn.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<PendingCommand>(WritingPace.BatchLength);
        // ends when the queue is complete and empty: what was taken in is answered, also while stopping
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            await turn.WaitAsync(CancellationToken.None);
            try
            {
                batch.Clear();
                while (batch.Count < WritingPace.BatchLength && queue.Reader.TryRead(out var waiting))
                    batch.Add(waiting);
                await TakeUpAsync(batch);
            }
            finally
            {
                turn.Release();
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        if (ExecuteTask is { } running)
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // for good: nobody takes the turn any more, and who has it is done first
        await turn.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    async Task TakeUpAsync(List<PendingCommand> batch)
    {
        pace.Begin();
        await AppendAsync(batch);
        pace.End(batch.Count);
        Volatile.Write(ref lastLength, batch.Count);
    }

    async Task AppendAsync(List<PendingCommand> batch)
    {
        if (positions.IsSilent)
        {
            Fail(batch, new TimeoutException("The database does not answer."));
            return;
        }
        if (positions.IsReadOnly)
        {
            PendingCommand.RefuseAll(batch, Refusal.Unavailable);
            return;
        }
        var commit = new Commit();
        try
        {
            await AppendAsync(batch, commit);
        }
        catch (Exception e)
        {
            remembered.Forget();
            var hasMoved = SiteLeft.Is(e) && homes is not null;
            if (hasMoved && batch is [var moved])
            {
                // others do not wait until the site has arrived
                _ = moved.HandOverAsync(homes!, this);
                return;
            }
            var isUndone = !commit.MayBeSent || Commit.IsRefused(e);
            if (batch.Count == 1 || (Outage.Is(e) && !hasMoved) || !isUndone)
            {
                // no command will fare better than its neighbour
                Fail(batch, e);
                return;
            }
            // something about one of them; it must not cost its neighbours
            if (!hasMoved)
                log.LogWarning(
                    e,
                    "A transaction of {Count} commands failed; retrying each alone",
                    batch.Count
                );
            foreach (var waiting in batch)
                await AppendAsync([waiting]);
        }
    }

    void Fail(List<PendingCommand> failed, Exception e)
    {
        if (Outage.IsReadOnly(e))
            positions.FoundReadOnly();
        if (Outage.Is(e))
        {
            log.LogError(
                "Could not append {Count} commands: {Reason}",
                failed.Count,
                e.GetBaseException().Message
            );
            connections.Clear();
        }
        else
            log.LogError(e, "Could not append {Count} commands", failed.Count);
        PendingCommand.RefuseAll(failed, Outage.Is(e) ? Refusal.Unavailable : Refusal.Internal);
    }

    /// <summary>Decides commands in turn, and commits what they come to.</summary>
    async Task AppendAsync(List<PendingCommand> batch, Commit commit)
    {
        var started = Stopwatch.GetTimestamp();
        await using var connection = await connections.OpenAsync();
        if (knownBy != connections.Opened)
            remembered.Forget();
        knownBy = connections.Opened;
        if (!await AppendKnownAsync(connection, batch, commit))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var (set, newest) = await LoadAsync(connection, batch);
            pages.Knew(newest);
            if (newest < positions.Highest)
                await SkipPositions.RunAsync(connection, positions.Highest);
            var events = Decide(batch, set);
            var changed = set.ChangedDiscussions();
            if (events.Any)
                await WriteAsync(connection, transaction, null, events, set, changed, commit);
            else
                await transaction.CommitAsync();
            Keep(set, events, changed, newest);
        }
        Meters.BatchLength.Record(batch.Count);
        Meters.BatchTime.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        foreach (var waiting in batch)
            waiting.Answer();
    }

    /// <summary>
    /// Where this node remembers all that commands must know, decides them before it has the lock, and has the database
    /// look under the lock, in the round trip that writes, whether that was still true.
    /// </summary>
    /// <returns>False where it does not, or was not, or there is nothing to write; then nothing happened.</returns>
    async Task<bool> AppendKnownAsync(NpgsqlConnection connection, List<PendingCommand> batch, Commit commit)
    {
        if (remembered.IsShared || remembered.Position is not { } newest || newest < positions.Newest)
            return false;
        var set = PendingCommand.Wanted(batch);
        remembered.Fill(set);
        if (set.AnyWanted)
            return false;
        foreach (var waiting in batch)
            waiting.Submission.NeedMore(set);
        if (set.AnyWanted)
            return false;
        var events = Decide(batch, set);
        if (!events.Any)
            return false;

        var changed = set.ChangedDiscussions();
        var known = new OptimisticCheck(newest, PendingCommand.TextsOf(batch), clock.GetUtcNow());
        try
        {
            await WriteAsync(connection, null, known, events, set, changed, commit);
        }
        catch (PostgresException e) when (OptimisticCheck.IsDenied(e))
        {
            commit.IsUndone();
            remembered.WasOutdated();
            return false;
        }
        Keep(set, events, changed, newest);
        return true;
    }

    static AppendedEvents Decide(List<PendingCommand> batch, WorkingSet set)
    {
        var events = new AppendedEvents();
        foreach (var waiting in batch)
        {
            var decision = waiting.Decide(set);
            set.Beside.AddRange(decision.Beside);
            foreach (var e in decision.Events)
            {
                waiting.Last = events.Add(waiting.Submission.Site, e, waiting.TraceId);
                set.Apply(waiting.Submission.Site, e.Event);
            }
            waiting.Read(set);
        }
        return events;
    }

    /// <summary>Remembers what was committed.</summary>
    /// <param name="newest">The newest position before.</param>
    void Keep(WorkingSet set, AppendedEvents events, IReadOnlyCollection<Guid>? changed, long newest)
    {
        newest = Math.Max(newest, events.LastPosition);
        remembered.Keep(set, newest);
        if (events.Any)
        {
            pages.Wrote(newest, changed);
            positions.Wrote(newest, events.LastId);
        }
        // who is refused, or repeats a write, is told a position that holds the reason, also where another node wrote it
        positions.Observe(newest);
    }

    /// <summary>Events, rows, what other nodes are told, and the commit, in one round trip.</summary>
    /// <param name="transaction">That holds the lock. Null: the statements are a transaction by themselves, since they go
    /// out together; it takes the lock, and ends where it must not go on. To begin one first would wake a thread more.</param>
    static async Task WriteAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        OptimisticCheck? known,
        AppendedEvents events,
        WorkingSet set,
        IReadOnlyCollection<Guid>? changed,
        Commit commit
    )
    {
        await using var batch = RowWriter.Batch(connection, transaction, set);
        if (known is not null)
        {
            batch.Add(AppendLock.Sql);
            known.AddTo(batch);
        }
        foreach (var statement in events.Streams())
            statement.AddTo(batch);
        events.Insertion().AddTo(batch);
        foreach (var statement in RowWriter.Live.Statements(set))
            statement.AddTo(batch);
        foreach (var statement in set.Beside)
            statement.AddTo(batch);
        NotifyPosition.AddTo(batch, changed);
        if (transaction is not null)
            batch.Add("commit");
        commit.IsSent();
        await using var reader = await batch.ExecuteReaderAsync();
        if (known is not null)
        {
            // the lock's one row, and what is still true
            await reader.NextResultAsync();
            await reader.NextResultAsync();
        }
        await events.ReadPositionsAsync(reader);
        // to the end, which alone says that it was committed
        while (await reader.NextResultAsync()) { }
    }

    /// <summary>Takes the append lock, and has all that commands must know as it is under the lock.</summary>
    /// <returns>Also the newest position.</returns>
    async Task<(WorkingSet Set, long Newest)> LoadAsync(
        NpgsqlConnection connection,
        List<PendingCommand> batch
    )
    {
        remembered.Hear(positions.Newest);
        var set = PendingCommand.Wanted(batch);
        remembered.Fill(set);
        long newest = 0;
        await LoadAsync(
            connection,
            set,
            batch,
            (AppendLock.Sql, static _ => { }),
            (Positions.NewestSql, r => newest = r.GetInt64(0))
        );
        if (!remembered.IsTrueAt(newest))
        {
            set = PendingCommand.Wanted(batch);
            await LoadAsync(connection, set, batch);
        }
        foreach (var waiting in batch)
            waiting.Submission.NeedMore(set);
        if (set.Recent.AnyWanted || set.WantedBranches.Count > 0)
            await LoadAsync(connection, set, []);
        return (set, newest);
    }

    Task LoadAsync(
        NpgsqlConnection connection,
        WorkingSet set,
        List<PendingCommand> batch,
        params (string, Action<NpgsqlDataReader>)[] first
    ) =>
        RowStore.Live.LoadAsync(
            connection,
            set,
            first,
            PendingCommand.TextsOf(batch),
            clock.GetUtcNow(),
            CancellationToken.None
        );
}
