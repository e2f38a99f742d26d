using Npgsql;

namespace ThreadStore.EventStore;

/// <summary>
/// The newest position that this node knows of. Reader rows are written in the transaction of their events, and
/// transactions commit in order of position, so whoever reads now reads all that happened up to it.
/// </summary>
public sealed class Positions(NpgsqlDataSource database)
{
    /// <summary>The channel on which every commit tells its last position to all nodes; see <see cref="Heard"/>.</summary>
    public const string Channel = "threadstore_position";

    /// <summary>How long a request waits for a position before it is told to come back.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public const string NewestSql = $"select coalesce(max(seq_id), 0) from {EventTables.Events}";

    readonly Lock gate = new();
    TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long newest;
    long highest;
    int epoch;
    Landmark? landmark;
    volatile bool isSilent;
    volatile bool isReadOnly;
    volatile string? trouble;

    /// <summary>The database is there, but does not answer: nobody need wait to find out.</summary>
    public bool IsSilent
    {
        get => isSilent;
        internal set => isSilent = value;
    }

    /// <summary>The database is there, and takes no writes: nobody need try.</summary>
    public bool IsReadOnly => isReadOnly;

    /// <summary>Why this node is of no use to those who write, in words; null: nothing is wrong.</summary>
    public string? Trouble => trouble;

    public long Newest => Interlocked.Read(ref newest);

    /// <summary>The highest that this node ever knew, which somebody may have been told.</summary>
    public long Highest => Interlocked.Read(ref highest);

    /// <summary>How often the history was found to be another than the one before: what was read before is not of it.</summary>
    public int Epoch => Volatile.Read(ref epoch);

    public void Observe(long position)
    {
        lock (gate)
        {
            if (position > newest)
                Set(position);
        }
    }

    /// <summary>This node appended events, of which this is the last.</summary>
    public void Wrote(long position, Guid lastEvent)
    {
        lock (gate)
        {
            if (landmark is null || position > landmark.Position)
                landmark = new(position, lastEvent);
        }
    }

    /// <summary>What is committed for sure, to be compared with what the database is asked after this.</summary>
    internal Known Known
    {
        get
        {
            lock (gate)
                return new(newest, landmark);
        }
    }

    /// <summary>Takes over what the database said of its history.</summary>
    /// <param name="before">Taken before it was asked.</param>
    /// <param name="isOtherServer">It is not the one that was asked before, or not on the same timeline.</param>
    /// <returns>False where it is not the history that this node knew: it went back, and may have gone on since.</returns>
    internal bool Learn(Known before, HistoryEnd end, bool isOtherServer = false)
    {
        lock (gate)
        {
            var isKept =
                end.Newest >= before.Newest
                && end.IdAtLandmark == before.Landmark?.Id
                // between its last landmark and the newest position nothing says which events they were
                && !(isOtherServer && before.Newest > (before.Landmark?.Position ?? before.Newest));
            if (!isKept)
            {
                epoch++;
                landmark = null;
            }
            if (!isKept || end.Newest > newest)
                Set(end.Newest);
            if (end.Id is { } id && (landmark is null || end.Newest > landmark.Position))
                landmark = new(end.Newest, id);
            return isKept;
        }
    }

    void Set(long position)
    {
        Interlocked.Exchange(ref newest, position);
        if (position > highest)
            Interlocked.Exchange(ref highest, position);
        moved.SetResult();
        moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>A write was refused for it; the <see cref="Listener"/> looks whether, and until when, it is so.</summary>
    internal void FoundReadOnly() => Close("The database takes no writes.");

    /// <param name="why">For people.</param>
    internal void Close(string why) => (trouble, isReadOnly) = (why, true);

    /// <summary>This node does not hear of others' writes.</summary>
    internal void IsDeaf(string why) => (trouble, isReadOnly) = (why, false);

    internal void IsWell() => (trouble, isReadOnly, isSilent) = (null, false, false);

    /// <summary>Ends when this node knows of a position beyond the given one, or that the history went back.</summary>
    public Task MovedBeyondAsync(long position)
    {
        lock (gate)
            return newest > position ? Task.CompletedTask : moved.Task;
    }

    /// <returns>False where it did not come within <see cref="Patience"/>.</returns>
    public async Task<bool> WaitForAsync(long position, CancellationToken ct)
    {
        if (position <= Newest)
            return true;
        // a notification may be under way, or this node may listen no longer: the database knows
        await AskAsync(ct);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Patience);
        try
        {
            while (true)
            {
                Task next;
                lock (gate)
                {
                    if (position <= newest)
                        return true;
                    next = moved.Task;
                }
                await next.WaitAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Asks the database, for whoever can't wait until it is told.</summary>
    public async Task AskAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(NewestSql);
        Observe((long)(await command.ExecuteScalarAsync(ct) ?? 0L));
    }
}

/// <summary>An event of the history by which it is known again: another history has another one at its position, or none.</summary>
sealed record Landmark(long Position, Guid Id);

/// <summary>What this node knows of the history.</summary>
sealed record Known(long Newest, Landmark? Landmark);

/// <summary>How far the database's history goes.</summary>
/// <param name="Id">Of its last event.</param>
/// <param name="IdAtLandmark">Of the event where the landmark is to be.</param>
sealed record HistoryEnd(bool IsReadOnly, long Newest, Guid? Id, Guid? IdAtLandmark);
