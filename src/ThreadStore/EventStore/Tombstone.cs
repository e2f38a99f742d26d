using Npgsql;

namespace ThreadStore.EventStore;

/// <summary>A position at which nothing happened: one of Marten's own events, which are no part of the history.</summary>
static class Tombstone
{
    /// <summary>Their stream.</summary>
    static readonly Guid Stream = new("6f0c1d52-6a5b-4f0e-9d0b-0d7a51c6a1ff");

    /// <summary>
    /// Has all nodes forget what they remember of rows and pages: they keep them for as long as the position stays, and it
    /// moves. Only under the append lock.
    /// </summary>
    public static async Task AppendAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"""
            with stream as (
              insert into {EventTables.Streams} as s (id, tenant_id, type, version)
              values ($1, '*DEFAULT*', 'tombstone', 1)
              on conflict (tenant_id, id) do update set version = s.version + 1 returning version
            ), event as (
              insert into {EventTables.Events}
                (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type)
              select nextval('{EventTables.Sequence}'), gen_random_uuid(), $1, stream.version, jsonb_build_object(),
                'tombstone', transaction_timestamp(), '*DEFAULT*', 'JasperFx.Events.Tombstone, JasperFx.Events'
              from stream returning seq_id
            )
            select pg_notify('{Positions.Channel}', seq_id::text || $2) from event
            """,
            connection
        );
        command.Parameters.Add(new() { Value = Stream });
        command.Parameters.Add(new() { Value = Heard.Suffix(null) });
        await command.ExecuteNonQueryAsync(ct);
    }
}
