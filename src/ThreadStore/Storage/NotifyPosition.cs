using System.Data.Common;
using ThreadStore.Threads;
using Weasel.Postgresql;
using Weasel.Storage;
using OperationRole = Weasel.Core.OperationRole;

namespace ThreadStore.Storage;

/// <summary>Tells all nodes, at commit, the last position that this transaction appended.</summary>
sealed class NotifyPosition : Marten.Internal.Operations.IStorageOperation, NoDataReturnedCall
{
    // a DO block returns nothing: Marten reads the results of its own statements by their order
    const string Sql =
        $"do $$ begin perform pg_notify('{Positions.Channel}', currval('{ReaderTables.Schema}.mt_events_sequence')::text); end $$";

    public void ConfigureCommand(ICommandBuilder builder, IStorageSession session) => builder.Append(Sql);

    public Type DocumentType => typeof(Marten.Storage.StorageFeatures);

    public OperationRole Role() => OperationRole.Other;

    public Task PostprocessAsync(DbDataReader reader, IList<Exception> exceptions, CancellationToken token) =>
        Task.CompletedTask;
}
