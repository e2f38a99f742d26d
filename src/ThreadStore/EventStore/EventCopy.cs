using Npgsql;
using NpgsqlTypes;

namespace ThreadStore.EventStore;

/// <summary>An event as Marten stores it.</summary>
/// <param name="Data">JSON.</param>
public readonly record struct StoredEvent(
    long Position,
    Guid Id,
    Guid Stream,
    long Version,
    EventNames.Entry Type,
    ReadOnlyMemory<byte> Data,
    DateTimeOffset At,
    string? CorrelationId
);

/// <summary>A stream as Marten stores it.</summary>
/// <param name="Version">Of its last event.</param>
public readonly record struct StoredStream(Guid Id, string Type, long Version, DateTimeOffset At);

/// <summary>
/// Writes events by binary COPY, for whoever brings a history of their own; under the append lock, where others write.
/// </summary>
/// <param name="schema">Where the tables are.</param>
public sealed class EventCopy(string schema)
{
    public static readonly EventCopy Live = new(EventTables.Schema);

    /// <summary>Streams that are not there yet; before their events.</summary>
    public async Task StreamsAsync(
        NpgsqlConnection connection,
        string site,
        IEnumerable<StoredStream> streams,
        CancellationToken ct
    )
    {
        await using var rows = await connection.BeginBinaryImportAsync(
            $"copy {schema}.mt_streams (tenant_id, id, type, version, timestamp) from stdin (format binary)",
            ct
        );
        foreach (var stream in streams)
        {
            await rows.StartRowAsync(ct);
            await rows.WriteAsync(site, NpgsqlDbType.Varchar, ct);
            await rows.WriteAsync(stream.Id, NpgsqlDbType.Uuid, ct);
            await rows.WriteAsync(stream.Type, NpgsqlDbType.Varchar, ct);
            await rows.WriteAsync(stream.Version, NpgsqlDbType.Bigint, ct);
            await rows.WriteAsync(stream.At, NpgsqlDbType.TimestampTz, ct);
        }
        await rows.CompleteAsync(ct);
    }

    public async Task EventsAsync(
        NpgsqlConnection connection,
        string site,
        IEnumerable<StoredEvent> events,
        CancellationToken ct
    )
    {
        await using var rows = await connection.BeginBinaryImportAsync(
            $"""
            copy {schema}.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type,
              correlation_id, is_archived) from stdin (format binary)
            """,
            ct
        );
        foreach (var e in events)
        {
            await rows.StartRowAsync(ct);
            await rows.WriteAsync(e.Position, NpgsqlDbType.Bigint, ct);
            await rows.WriteAsync(e.Id, NpgsqlDbType.Uuid, ct);
            await rows.WriteAsync(e.Stream, NpgsqlDbType.Uuid, ct);
            await rows.WriteAsync(e.Version, NpgsqlDbType.Bigint, ct);
            await rows.WriteAsync(e.Data, NpgsqlDbType.Jsonb, ct);
            await rows.WriteAsync(e.Type.Name, NpgsqlDbType.Varchar, ct);
            await rows.WriteAsync(e.At, NpgsqlDbType.TimestampTz, ct);
            await rows.WriteAsync(site, NpgsqlDbType.Varchar, ct);
            await rows.WriteAsync(e.Type.DotNetType, NpgsqlDbType.Varchar, ct);
            if (e.CorrelationId is { } id)
                await rows.WriteAsync(id, NpgsqlDbType.Varchar, ct);
            else
                await rows.WriteNullAsync(ct);
            await rows.WriteAsync(false, NpgsqlDbType.Boolean, ct);
        }
        await rows.CompleteAsync(ct);
    }
}
