using Npgsql;

namespace ThreadStore.Kernel;

/// <summary>Statements with their parameters: values as <c>$1</c>, <c>$2</c> and so on, whose types say what they are.</summary>
public static class Statements
{
    public static void AddValues(
        this NpgsqlParameterCollection parameters,
        params ReadOnlySpan<object> values
    )
    {
        foreach (var value in values)
            parameters.Add(new() { Value = value });
    }

    /// <summary>Adds a statement to those that go out in one round trip.</summary>
    public static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddValues(values);
        batch.BatchCommands.Add(command);
    }

    public static NpgsqlCommand CreateCommand(
        this NpgsqlDataSource database,
        string sql,
        params ReadOnlySpan<object> values
    )
    {
        var command = database.CreateCommand(sql);
        command.Parameters.AddValues(values);
        return command;
    }
}
