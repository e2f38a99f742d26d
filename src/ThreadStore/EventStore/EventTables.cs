namespace ThreadStore.EventStore;

/// <summary>
/// The tables in which Marten keeps events, as statements name them. Nothing outside of this room knows what they are
/// called.
/// </summary>
/// <remarks>
/// Where few events of one stream are read, or time does not matter, <see cref="EventNames.Read(string, byte[])"/> makes
/// today's events of them. Statements that go through many events, over and over, name members by their JSON path: these
/// have the shapes that are stored, so whoever gives an event an upcaster looks for <c>data-&gt;</c>.
/// </remarks>
public static class EventTables
{
    /// <summary>Of the database: all tables are in it.</summary>
    public const string Schema = "threadstore";

    /// <summary>Its name in whatever schema it is.</summary>
    public const string EventsName = "mt_events";

    /// <inheritdoc cref="EventsName"/>
    public const string StreamsName = "mt_streams";

    /// <inheritdoc cref="EventsName"/>
    public const string ProgressionName = "mt_event_progression";

    /// <summary>A row an event: <c>seq_id</c> is its position, <c>tenant_id</c> its site.</summary>
    public const string Events = $"{Schema}.{EventsName}";

    /// <summary>A row a stream: <c>tenant_id</c> is its site.</summary>
    public const string Streams = $"{Schema}.{StreamsName}";

    /// <summary>Gives positions out.</summary>
    public const string Sequence = $"{Schema}.mt_events_sequence";

    /// <summary>How far each projection has come that may lag.</summary>
    public const string Progression = $"{Schema}.{ProgressionName}";

    /// <summary>Marten's record of projections of one tenant each, of which there are none here.</summary>
    public const string FloorsName = "mt_event_projection_floors";

    /// <summary>Columns that Marten has for itself, and nobody of ours fills with what a person said.</summary>
    public static readonly IReadOnlyList<string> OwnColumns =
    [
        "mt_events.bdata",
        "mt_events.headers",
        "mt_events.correlation_id",
        "*.mt_dotnet_type",
        "mt_doc_deadletterevent.data",
        "mt_doc_deadletterevent.mt_version",
        "mt_event_progression.name",
        "mt_event_progression.mode",
        "mt_event_progression.agent_status",
        "mt_event_progression.pause_reason",
        "mt_event_progression.failure_category",
        "mt_event_progression.failure_event_type",
        "mt_event_progression.failure_event_tenant_id",
        "mt_event_projection_floors.name",
    ];

    /// <summary>Stored names of events, as an array for <c>e.type = any(…)</c>.</summary>
    public static string Types(IEnumerable<string> names) =>
        $"array[{string.Join(",", names.Select(n => $"'{n}'"))}]::varchar[]";

    /// <summary>
    /// Joins, as <c>before</c>, the last event before <c>e</c> of its stream that said a state, with its <c>type</c> and that
    /// <c>state</c>. What a comment was before follows from its own history, so an event means the same to whoever reads it
    /// whenever.
    /// </summary>
    /// <param name="types">Those that say one, as <see cref="Types"/> gives them.</param>
    /// <param name="when">Of which events it is asked; null: of all that say a state themselves.</param>
    public static string StateBefore(string types, string? when = null) =>
        $"""
            left join lateral (
              select x.type, x.data->>'state' as state from {Events} x
              where {when ?? $"e.version > 1 and e.type = any({types})"}
                and x.tenant_id = e.tenant_id and x.stream_id = e.stream_id and x.version < e.version
                and x.type = any({types})
              order by x.version desc limit 1
            ) before on true
            """;
}
