using JasperFx.Events;
using Marten;
using Marten.Internal.Sessions;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Sites;

namespace ThreadStore.Rows;

/// <summary>
/// What keeps the store exact when somebody appends by a session of Marten's own, as a script beside the server may: the
/// append lock is taken before anything is read or has a position, the facts are checked, the rows are written in the
/// same transaction, and all nodes are told. What can't be done so is refused, and nothing of it is stored.
/// </summary>
static class MartenAppend
{
    /// <summary>Going back to the savepoint gives the lock back, though the session goes on.</summary>
    const string Savepoint = "before_lock";

    static readonly string LockAndAsk =
        $"savepoint {Savepoint}; {AppendLock.Sql}; select current_setting('transaction_isolation')";

    public static async Task<WorkingSet> FoldAsync(
        IDocumentOperations operations,
        IReadOnlyList<IEvent> events,
        CancellationToken ct
    )
    {
        if (operations is not DocumentSessionBase session)
            throw Refusal("Append by a session of the document store, and by nothing else.");
        foreach (var e in events)
            Check(e);
        await session.BeginTransactionAsync(ct);
        var connection = session.Connection ?? throw Refusal("The session has no connection.");
        WorkingSet set;
        try
        {
            await LockAsync(connection, ct);
            set = await ThreadRows.FoldAsync(
                connection,
                RowStore.Live,
                events.Select(e => (e.TenantId, e.Data)),
                ct,
                Consistency.Check
            );
        }
        catch
        {
            // Marten rolls back when the session is disposed, and who was refused may keep it
            await GiveBackAsync(connection);
            throw;
        }
        session.AddTransactionParticipant(new Announcement());
        return set;
    }

    static async Task LockAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(LockAndAsk, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        // another would see the rows as they were before it had the lock
        if (reader.GetString(0) is not "read committed" and var isolation)
            throw Refusal($"The session is {isolation}: open it with IsolationLevel.ReadCommitted.");
    }

    static async Task GiveBackAsync(NpgsqlConnection connection)
    {
        try
        {
            await using var command = new NpgsqlCommand($"rollback to savepoint {Savepoint}", connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // the connection is gone, and the lock with it; or the savepoint was never made
        }
    }

    /// <summary>Whatever reads the history counts on it.</summary>
    static void Check(IEvent e)
    {
        var type = e.Data.GetType().Name;
        if (!EventNames.IsOurs(e.Data))
            throw Refusal($"{type} is no event of ThreadStore.");
        if (e.Data is SiteConfigured { Site: var site } && site != e.TenantId)
            throw Refusal($"The settings are those of '{site}', and the session is one of '{e.TenantId}'.");
        if (EventStreams.Of(e.TenantId, e.Data) is var stream && stream != e.StreamId)
            throw Refusal(
                $"The {type} belongs into the stream {stream} of '{e.TenantId}', not into {e.StreamId}."
            );
    }

    static InvalidOperationException Refusal(string why) => new($"{why} Nothing was stored.");

    /// <summary>Tells all nodes, at commit: any discussion may have changed.</summary>
    sealed class Announcement : ITransactionParticipant
    {
        public async Task BeforeCommitAsync(
            NpgsqlConnection connection,
            NpgsqlTransaction transaction,
            CancellationToken token
        )
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            NotifyPosition.AddTo(batch, changed: null);
            await batch.ExecuteNonQueryAsync(token);
        }
    }
}
