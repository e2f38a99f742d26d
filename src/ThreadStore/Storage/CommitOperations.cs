using System.Data.Common;
using ThreadStore.Threads;
using Weasel.Postgresql;
using Weasel.Storage;
using OperationRole = Weasel.Core.OperationRole;

namespace ThreadStore.Storage;

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
