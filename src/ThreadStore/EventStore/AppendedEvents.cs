using System.Data.Common;
using System.Runtime.InteropServices;
using System.Text.Json;
using NpgsqlTypes;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using static ThreadStore.Postgres.RowStatement;

namespace ThreadStore.EventStore;

/// <summary>An event on its way into the history.</summary>
/// <param name="Nth">Its place among those of its stream in this transaction, from 1.</param>
sealed record AppendedEvent(string Site, StreamEvent Of, int Nth, string? TraceId)
{
    public Guid Id { get; } = Guid.CreateVersion7();

    /// <summary>0 until it was written.</summary>
    public long Position { get; set; }
}

/// <summary>
/// The events of one transaction, in the order of their decisions, written into Marten's tables by one statement a table
/// where Marten has one a stream; see docs/decisions/0016. Only under the append lock.
/// </summary>
sealed class AppendedEvents
{
    readonly List<AppendedEvent> events = [];
    readonly Dictionary<(string Site, Guid Stream), (string? Starts, int Count)> streams = [];

    public bool Any => events.Count > 0;

    /// <summary>0 where there is none.</summary>
    public long LastPosition => Any ? events[^1].Position : 0;

    public Guid LastId => events[^1].Id;

    public AppendedEvent Add(string site, StreamEvent e, string? traceId)
    {
        ref var stream = ref CollectionsMarshal.GetValueRefOrAddDefault(
            streams,
            (site, e.Stream),
            out var isThere
        );
        stream = isThere
            ? stream with
            {
                Count = stream.Count + 1,
            }
            : (e.Starts is null ? null : EventNames.Of(e.Event).Stream, 1);
        var appended = new AppendedEvent(site, e, stream.Count, traceId);
        events.Add(appended);
        return appended;
    }

    /// <summary>Streams that begin, and streams that go on.</summary>
    public IEnumerable<RowStatement> Streams()
    {
        var started = streams.Where(s => s.Value.Starts is not null).ToList();
        if (started.Count > 0)
            yield return new(
                Started,
                Column(NpgsqlDbType.Text, started, s => s.Key.Site),
                Column(NpgsqlDbType.Uuid, started, s => s.Key.Stream),
                Column(NpgsqlDbType.Text, started, s => s.Value.Starts),
                Column(NpgsqlDbType.Bigint, started, s => (long)s.Value.Count)
            );
        var continued = streams.Where(s => s.Value.Starts is null).ToList();
        if (continued.Count > 0)
            yield return new(
                Continued,
                Column(NpgsqlDbType.Text, continued, s => s.Key.Site),
                Column(NpgsqlDbType.Uuid, continued, s => s.Key.Stream),
                Column(NpgsqlDbType.Bigint, continued, s => (long)s.Value.Count)
            );
    }

    const string Schema = EventTables.Schema;

    const string Started = $$"""
        insert into {{EventTables.Streams}} (tenant_id, id, type, version) select * from unnest({0})
        """;

    const string Continued = $$"""
        update {{EventTables.Streams}} s set version = s.version + u.count, timestamp = now()
        from unnest({0}) as u(site, id, count) where s.tenant_id = u.site and s.id = u.id
        """;

    // A stream that is not there, or is archived, has no version, and the statement fails: nothing is committed then.
    // The time is the database's, under the lock and once a statement: nodes' clocks differ, and times are to rise with
    // positions.
    const string Inserted = $$"""
        insert into {{EventTables.Events}} (seq_id, tenant_id, stream_id, version, id, type, mt_dotnet_type, data,
          correlation_id, timestamp, is_archived)
        select nextval('{{EventTables.Sequence}}'), u.site, u.stream,
          coalesce(u.version, (
            select s.version - u.later from {{EventTables.Streams}} s
            where s.tenant_id = u.site and s.id = u.stream and not s.is_archived)),
          u.id, u.type, u.dotnet_type, u.data, u.trace, (select clock_timestamp()), false
        from unnest({0}) as u(site, stream, version, later, id, type, dotnet_type, data, trace)
        returning seq_id
        """;

    /// <summary>The events; answers their positions.</summary>
    public RowStatement Insertion()
    {
        // of a stream that begins here the version is known; of another only the database knows it
        long? Version(AppendedEvent e) => streams[(e.Site, e.Of.Stream)].Starts is null ? null : e.Nth;
        long Later(AppendedEvent e) => streams[(e.Site, e.Of.Stream)].Count - e.Nth;
        return new(
            Inserted,
            Column(NpgsqlDbType.Text, events, e => e.Site),
            Column(NpgsqlDbType.Uuid, events, e => e.Of.Stream),
            Column(NpgsqlDbType.Bigint, events, Version),
            Column(NpgsqlDbType.Bigint, events, Later),
            Column(NpgsqlDbType.Uuid, events, e => e.Id),
            Column(NpgsqlDbType.Text, events, e => EventNames.Of(e.Of.Event).Name),
            Column(NpgsqlDbType.Text, events, e => EventNames.Of(e.Of.Event).DotNetType),
            Column(NpgsqlDbType.Jsonb, events, e => JsonOf(e.Of.Event)),
            Column(NpgsqlDbType.Text, events, e => e.TraceId)
        );
    }

    static byte[] JsonOf(object e) => JsonSerializer.SerializeToUtf8Bytes(e, e.GetType(), Json.Options);

    /// <summary>Reads what the <see cref="Insertion"/> answers: positions, in the order of the events.</summary>
    public async Task ReadPositionsAsync(DbDataReader reader)
    {
        var last = 0L;
        foreach (var e in events)
        {
            if (!await reader.ReadAsync() || reader.GetInt64(0) is var position && position <= last)
                throw new InvalidOperationException("Events did not get positions in their order.");
            e.Position = last = position;
        }
    }
}
