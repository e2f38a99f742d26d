using System.Data.Common;
using NpgsqlTypes;
using ThreadStore.Postgres;
using Weasel.Postgresql;
using Weasel.Storage;
using OperationRole = Weasel.Core.OperationRole;

namespace ThreadStore.Rows;

/// <summary>A statement as part of what a Marten session writes.</summary>
sealed class RowOperation(RowStatement statement)
    : Marten.Internal.Operations.IStorageOperation,
        NoDataReturnedCall
{
    public void ConfigureCommand(ICommandBuilder builder, IStorageSession session)
    {
        var hole = statement.Sql.IndexOf("{0}", StringComparison.Ordinal);
        builder.Append(statement.Sql[..hole]);
        for (var i = 0; i < statement.Columns.Length; i++)
        {
            if (i > 0)
                builder.Append(", ");
            var (type, values) = statement.Columns[i];
            builder.AppendParameter(values, NpgsqlDbType.Array | type);
        }
        builder.Append(statement.Sql[(hole + 3)..]);
    }

    public Type DocumentType => typeof(Marten.Storage.StorageFeatures);

    public OperationRole Role() => OperationRole.Other;

    public Task PostprocessAsync(DbDataReader reader, IList<Exception> exceptions, CancellationToken token) =>
        Task.CompletedTask;
}
