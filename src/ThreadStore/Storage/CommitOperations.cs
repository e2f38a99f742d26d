using System.Data.Common;
using Npgsql;
using ThreadStore.Threads;
using Weasel.Postgresql;
using Weasel.Storage;
using OperationRole = Weasel.Core.OperationRole;

namespace ThreadStore.Storage;

/// <summary>Waits for the append lock, which the end of the transaction gives back.</summary>
sealed class TakeLock : Marten.Internal.Operations.IStorageOperation
{
    public static readonly string Sql = $"select pg_advisory_xact_lock({Appender.AppendLock})";

    public void ConfigureCommand(ICommandBuilder builder, IStorageSession session) => builder.Append(Sql);

    public Type DocumentType => typeof(Marten.Storage.StorageFeatures);

    public OperationRole Role() => OperationRole.Other;

    // its one row is empty
    public Task PostprocessAsync(DbDataReader reader, IList<Exception> exceptions, CancellationToken token) =>
        Task.CompletedTask;
}

/// <summary>
/// Under the append lock, ends the transaction by an error unless nobody has written since a position, and nobody has
/// posted of late what is about to be posted. To be queued before anything takes a position, so that none is lost.
/// </summary>
sealed class StillTrue(long newest, long[] texts, DateTimeOffset now)
    : Marten.Internal.Operations.IStorageOperation
{
    /// <summary>No number: what it is read as one for shows in PostgreSQL's log, and says that it is no fault.</summary>
    const string Denial = "threadstore: another node wrote, or a text comes again; it is decided once more";

    public void ConfigureCommand(ICommandBuilder builder, IStorageSession session)
    {
        // not a constant, which the planner would try to read as a number at once
        builder.Append($"select case when n.newest <> ");
        builder.AppendParameter(newest);
        builder.Append($" or exists ({RowStore.Live.AnyRecentText}");
        builder.AppendParameter(texts);
        builder.Append(") and r.posted_at > ");
        builder.AppendParameter(now - RowStore.RepetitionWindow);
        builder.Append(
            $") then ('{Denial} ' || n.newest)::int end from ({Positions.NewestSql}) as n(newest)"
        );
    }

    /// <summary>The transaction ended for no other reason.</summary>
    public static bool IsDenied(Exception? e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.InvalidTextRepresentation } refusal
            ? refusal.MessageText.Contains(Denial, StringComparison.Ordinal)
            : e is not null && IsDenied(e.InnerException);

    public Type DocumentType => typeof(Marten.Storage.StorageFeatures);

    public OperationRole Role() => OperationRole.Other;

    public Task PostprocessAsync(DbDataReader reader, IList<Exception> exceptions, CancellationToken token) =>
        Task.CompletedTask;
}

/// <summary>Tells all nodes, at commit, the last position that this transaction appended.</summary>
/// <param name="changed">Whose discussions changed; null: nobody knows, so any.</param>
sealed class NotifyPosition(IReadOnlyCollection<Guid>? changed) : Marten.Internal.Operations.IStorageOperation
{
    const string Sql =
        $"select pg_notify('{Positions.Channel}', currval('{ReaderTables.Schema}.mt_events_sequence')::text || ";

    public void ConfigureCommand(ICommandBuilder builder, IStorageSession session)
    {
        builder.Append(Sql);
        builder.AppendParameter(Heard.Suffix(changed));
        builder.Append(")");
    }

    public Type DocumentType => typeof(Marten.Storage.StorageFeatures);

    public OperationRole Role() => OperationRole.Other;

    // its one row is empty
    public Task PostprocessAsync(DbDataReader reader, IList<Exception> exceptions, CancellationToken token) =>
        Task.CompletedTask;
}

/// <summary>Commits in the round trip that wrote; to be queued last.</summary>
sealed class Commit : Marten.Internal.Operations.IStorageOperation, NoDataReturnedCall
{
    /// <summary>From here on only the database knows what became of the transaction.</summary>
    public bool MayBeSent { get; private set; }

    /// <summary>The database said that the transaction came to nothing.</summary>
    public void IsUndone() => MayBeSent = false;

    public void ConfigureCommand(ICommandBuilder builder, IStorageSession session)
    {
        builder.Append("commit");
        MayBeSent = true;
    }

    public Type DocumentType => typeof(Marten.Storage.StorageFeatures);

    public OperationRole Role() => OperationRole.Other;

    public Task PostprocessAsync(DbDataReader reader, IList<Exception> exceptions, CancellationToken token) =>
        Task.CompletedTask;
}
