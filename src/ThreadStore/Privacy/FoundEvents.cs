using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Privacy;

/// <summary>The events that say something of a person, and what is left of each.</summary>
sealed class FoundEvents(ErasureOrder order)
{
    const string Schema = ReaderTables.Schema;
    const int Stretch = 2_000;

    /// <param name="Masked">Null: it stays as it is.</param>
    sealed record Found(long Position, Guid Stream, string Type, byte[] Data, byte[]? Masked);

    readonly SortedDictionary<long, Found> events = [];
    readonly Dictionary<Guid, Guid> moved = [];
    readonly HashSet<string> names = [order.Person.Key];
    long read;

    public int Count => events.Count;

    /// <summary>Requests with an Idempotency-Key that were theirs.</summary>
    public HashSet<Guid> Requests { get; } = [];

    /// <summary>Whatever they were called, here and where they were imported from.</summary>
    public IReadOnlyCollection<string> Names => names;

    /// <summary>Streams that are found by their key, and by what they are found from now on.</summary>
    public IReadOnlyDictionary<Guid, Guid> Moved => moved;

    /// <summary>All there is, before writers are kept away.</summary>
    public async Task ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using (var command = new NpgsqlCommand(Positions.NewestSql, connection))
            read = (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
        await ReadAsync(connection, after: 0, ct);
    }

    /// <summary>What came since.</summary>
    public Task ReadOnAsync(NpgsqlConnection connection, CancellationToken ct) =>
        ReadAsync(connection, read, ct);

    async Task ReadAsync(NpgsqlConnection connection, long after, CancellationToken ct)
    {
        var (with, from) = PersonalEvents.Of(everywhere: true);
        await using var command = new NpgsqlCommand(
            $"{with} select e.seq_id, e.stream_id, e.type, e.data::text, o.id is not null {from} and e.seq_id > $5 order by e.seq_id",
            connection
        )
        {
            CommandTimeout = 0,
        };
        command.Parameters.AddValues([.. order.Person.Parameters, after]);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            Add(
                reader.GetInt64(0),
                reader.GetGuid(1),
                reader.GetString(2),
                reader.GetFieldValue<byte[]>(3),
                reader.GetBoolean(4)
            );
    }

    void Add(long position, Guid stream, string type, byte[] data, bool isOwn)
    {
        if (EventNames.Find(type) is not { } entry)
            return;
        var (key, random) = (order.Person.Key, order.Random);
        var masked = MaskedEvent.Of(type, data, isOwn, key, random);
        events[position] = new(position, stream, type, data, masked);
        if (masked is null)
            return;
        var fact = JsonNode.Parse(data)!.AsObject();
        var isByThem = fact["by"]?.GetValue<string>() == key;
        if (isByThem && fact["request"]?["id"]?.GetValue<Guid>() is { } request)
            Requests.Add(request);
        // what a moderator discounted is still whose it was
        var isTheirs = (fact["commenterKey"] ?? fact["by"])?.GetValue<string>() == key;
        if (stream == order.Person.Id)
            moved[stream] = order.RandomId;
        else if (isTheirs && entry.Stream == "reaction")
            moved[stream] = StreamId.Reaction(fact["commentId"]!.GetValue<Guid>(), random);
        else if (isTheirs && entry.Stream == "flag")
            moved[stream] = StreamId.Flag(fact["commentId"]!.GetValue<Guid>(), random);
        if (isOwn && (stream == order.Person.Id || fact["author"]?["key"]?.GetValue<string>() == key))
            foreach (var name in (JsonNode?[])[fact["name"], fact["author"]?["name"], fact["source"]?["id"]])
                if (name?.GetValue<string>() is { Length: > 0 } called)
                    names.Add(called);
    }

    /// <summary>Empties events, and has their streams found by the random key.</summary>
    /// <returns>How many events are not what they were.</returns>
    public async Task<int> WriteAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        foreach (var chunk in moved.Chunk(Stretch))
            await Eraser.ExecuteAsync(
                connection,
                $"""
                insert into {EventTables.Streams}
                select (jsonb_populate_record(s, jsonb_build_object('id', u.new))).*
                from unnest($2, $3) as u(old, new) join {EventTables.Streams} s on s.tenant_id = $1 and s.id = u.old
                """,
                ct,
                order.Site,
                chunk.Select(m => m.Key).ToArray(),
                chunk.Select(m => m.Value).ToArray()
            );
        var changed = events.Values.Where(e => e.Masked is not null).ToList();
        foreach (var chunk in changed.Chunk(Stretch))
            await WriteAsync(connection, chunk, ct);
        foreach (var chunk in moved.Keys.Chunk(Stretch))
            await Eraser.ExecuteAsync(
                connection,
                $"delete from {EventTables.Streams} where tenant_id = $1 and id = any($2)",
                ct,
                order.Site,
                chunk
            );
        return changed.Count;
    }

    Task WriteAsync(NpgsqlConnection connection, Found[] chunk, CancellationToken ct) =>
        WriteAsync(
            connection,
            order.Site,
            [
                .. chunk.Select(e =>
                    (e.Position, moved.GetValueOrDefault(e.Stream, e.Stream), e.Masked ?? e.Data)
                ),
            ],
            ct
        );

    /// <summary>Writes events over, and counts with each how often that was done: see <see cref="IndexedAsErased"/>.</summary>
    internal static async Task WriteAsync(
        NpgsqlConnection connection,
        string site,
        IReadOnlyList<(long Position, Guid Stream, byte[] Data)> events,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $$"""
            update {{EventTables.Events}} e set data = u.data, stream_id = u.stream,
              headers = coalesce(e.headers, '{}') || jsonb_build_object('{{IndexedAsErased.Header}}',
                coalesce((e.headers->>'{{IndexedAsErased.Header}}')::int, 0) + 1)
            from unnest($2, $3, $4) as u(position, stream, data)
            where e.tenant_id = $1 and e.seq_id = u.position
            """,
            connection
        )
        {
            CommandTimeout = 0,
        };
        command.Parameters.AddValues(
            site,
            events.Select(e => e.Position).ToArray(),
            events.Select(e => e.Stream).ToArray()
        );
        command.Parameters.Add(
            new()
            {
                Value = events.Select(e => e.Data).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
            }
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The events of a kind of stream as they are now, by stream, each in its order.</summary>
    public ILookup<Guid, object> Facts(string kind) =>
        events
            .Values.Where(e => EventNames.Find(e.Type)!.Stream == kind)
            .ToLookup(
                e => moved.GetValueOrDefault(e.Stream, e.Stream),
                e => EventNames.Find(e.Type)!.Read(e.Masked ?? e.Data)
            );
}
