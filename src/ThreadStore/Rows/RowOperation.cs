using System.Data.Common;
using NpgsqlTypes;
using ThreadStore.Postgres;
using Weasel.Postgresql;
using Weasel.Storage;
using OperationRole = Weasel.Core.OperationRole;

namespace ThreadStore.Rows;

/// <summary>A statement as part of what a Marten session writes.</summary>
abstract class StatementOperation(RowStatement statement) : Marten.Internal.Operations.IStorageOperation
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

    public virtual Task PostprocessAsync(
        DbDataReader reader,
        IList<Exception> exceptions,
        CancellationToken token
    ) => Task.CompletedTask;
}

/// <summary>A statement that gives no rows.</summary>
sealed class RowOperation(RowStatement statement) : StatementOperation(statement), NoDataReturnedCall;

/// <summary>
/// A statement that gives a row, and whose answer may end it all. Marten goes on to the next result of each that says so,
/// and thus hears of what failed there. Of rows that nobody announced it reads no further with care: whatever failed behind
/// them it passes over, commits what PostgreSQL has taken back by then, and holds a batch for stored that is not.
/// </summary>
/// <param name="refuse">Of the value: why nothing may be stored, or null; left out: it says nothing.</param>
sealed class AnsweredOperation(RowStatement statement, Func<object, Exception?>? refuse = null)
    : StatementOperation(statement)
{
    public override async Task PostprocessAsync(
        DbDataReader reader,
        IList<Exception> exceptions,
        CancellationToken token
    )
    {
        if (refuse is not null && await reader.ReadAsync(token) && refuse(reader.GetValue(0)) is { } reason)
            exceptions.Add(reason);
    }
}
