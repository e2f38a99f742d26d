using System.Globalization;
using Npgsql;

namespace ThreadStore.EventStore;

/// <summary>Which events of the history are wanted, in the order of positions.</summary>
/// <param name="Site">Null: those of all sites.</param>
/// <param name="Article">What happened on this article.</param>
/// <param name="Commenter">What this commenter did, or what happened to what they wrote.</param>
/// <param name="WithSecrets">As they are stored, not masked.</param>
public sealed record EventFilter(
    string? Site,
    string? Type = null,
    string? Article = null,
    string? Commenter = null,
    bool WithSecrets = false
)
{
    /// <summary>The article that an event of <c>mt_events</c> is about, as the index has it.</summary>
    public const string ArticleKey = "data->>'articleKey'";

    /// <summary>
    /// A statement sees one moment. Positions rise in the order of commits, so nothing will ever come before the last
    /// event that it gives.
    /// </summary>
    /// <param name="limit">Null: all.</param>
    /// <param name="until">The last position that is wanted; null: all.</param>
    public NpgsqlCommand Command(NpgsqlConnection connection, long after, long? limit, long? until = null)
    {
        var command = new NpgsqlCommand { Connection = connection };
        command.Parameters.Add(new() { Value = after });
        // Marten's own tombstones are no part of the history
        var conditions = "e.seq_id > $1 and e.type <> 'tombstone'";
        void Add(object? value, string condition)
        {
            if (value is null)
                return;
            command.Parameters.Add(new() { Value = value });
            conditions += string.Format(CultureInfo.InvariantCulture, condition, command.Parameters.Count);
        }
        Add(until, " and e.seq_id <= ${0}");
        Add(Site, " and e.tenant_id = ${0}");
        Add(Type, " and e.type = ${0}");
        Add(Article, $" and e.{ArticleKey} = ${{0}}");
        Add(Commenter, " and ${0} in (e.data->>'commenterKey', e.data->'author'->>'key', e.data->>'by')");
        var end = "";
        if (limit is not null)
        {
            command.Parameters.Add(new() { Value = limit });
            end = FormattableString.Invariant($" limit ${command.Parameters.Count}");
        }
        command.CommandText =
            $"select {(WithSecrets ? RecordedEvent.ColumnsWithSecrets : RecordedEvent.Columns)} from {EventTables.Events} e where {conditions} order by e.seq_id{end}";
        return command;
    }
}
