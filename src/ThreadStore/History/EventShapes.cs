using System.Text.Json.Nodes;

namespace ThreadStore.History;

// The answers that are put together from bytes, described: nothing is serialized from these records but the examples.
// The OpenAPI document says what they say, and the tests hold every answer against it.

/// <summary>Whose history an event is part of.</summary>
public sealed record EventStreamShape(string Type, Guid Id);

/// <summary>What is known of how an event came about.</summary>
public sealed record EventMetadataShape(string? CorrelationId);

/// <summary>One event, a line of the feed.</summary>
/// <param name="Position">Its global sequence number.</param>
/// <param name="Version">Its number within its stream.</param>
/// <param name="Type">Kebab-case; never renamed.</param>
/// <param name="Schema">The number of the shape of <c>data</c>.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="By">The key of who did it.</param>
/// <param name="Data">The fact itself; members depend on type and schema.</param>
public sealed record EventLineShape(
    long Position,
    Guid Id,
    EventStreamShape Stream,
    long Version,
    string Type,
    int Schema,
    DateTimeOffset At,
    string? By,
    string Site,
    JsonObject Data,
    EventMetadataShape Metadata
);
