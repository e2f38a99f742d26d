using System.Runtime.CompilerServices;
using Npgsql;
using ThreadStore.Kernel;

namespace ThreadStore.EventStore;

/// <summary>An event of the history, read.</summary>
/// <param name="Version">Its number within its stream.</param>
/// <param name="Other">What else was asked for.</param>
/// <param name="Prepared">What was made of it before its turn.</param>
public readonly record struct PastFact(
    long Position,
    string Site,
    Guid Id,
    long Version,
    object Event,
    Guid? Other,
    object? Prepared
);

/// <summary>
/// The history for folds that need what is stored as objects, in stretches: each is parsed while the one before it is
/// folded. Between two of them the connection is free, and memory holds two or three, however long the history is.
/// </summary>
public static class EventBatches
{
    /// <summary>The columns of <c>mt_events e</c> that statements give; one more, a UUID, may follow.</summary>
    public const string Columns = "e.seq_id, e.tenant_id, e.id, e.version, e.type, e.data::text";

    readonly record struct Stored(
        long Position,
        string Site,
        Guid Id,
        long Version,
        string Type,
        byte[] Data,
        Guid? Other
    );

    /// <summary>Bytes of a stretch, which is in memory as bytes, as objects and as what they make.</summary>
    const int MaxBytes = 2 << 20;

    /// <param name="length">Events of a stretch at most; long texts make shorter ones.</param>
    /// <param name="next">The statement for what comes after a position, in order and so many at most; nothing: that was
    /// all.</param>
    /// <param name="beside">Nobody else uses its connection, so it is read, too, while the stretch before is folded.</param>
    /// <param name="prepare">What of the fold looks at one event alone: done beside it, with several at once.</param>
    /// <param name="cores">How many; as many as there are to spare, unless given.</param>
    public static async IAsyncEnumerable<IReadOnlyList<PastFact>> ReadAsync(
        long after,
        int length,
        Func<long, int, NpgsqlCommand> next,
        bool beside,
        Func<object, object?>? prepare,
        [EnumeratorCancellation] CancellationToken ct,
        int? cores = null
    )
    {
        var asked = length;
        var parsing = await BeginAsync();
        try
        {
            while (await parsing is { } facts)
            {
                parsing = await BeginAsync();
                yield return facts;
            }
        }
        finally
        {
            // nobody may take its connection away from under it
            await ((Task)parsing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task<Task<List<PastFact>?>> BeginAsync()
        {
            var reading = Task.Run(ReadNextAsync, ct);
            if (!beside)
                await reading;
            return ParseAsync(reading);
        }

        async Task<List<PastFact>?> ParseAsync(Task<List<Stored>> reading)
        {
            var stored = await reading.ConfigureAwait(false);
            return stored.Count == 0
                ? null
                : await Task.Run(() => Parse(stored, prepare, cores ?? Spare), ct);
        }

        async Task<List<Stored>> ReadNextAsync()
        {
            await using var command = next(after, asked);
            var (stored, isCut) = await ReadAsync(command, ct);
            if (stored.Count == 0)
                return stored;
            after = stored[^1].Position;
            // what is asked for and not taken is read once more
            asked = isCut ? stored.Count : Math.Min(length, 2 * asked);
            return stored;
        }
    }

    static async Task<(List<Stored> Events, bool IsCut)> ReadAsync(
        NpgsqlCommand command,
        CancellationToken ct
    )
    {
        var (stored, bytes) = (new List<Stored>(), 0);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var hasOther = reader.FieldCount > 6;
        while (bytes < MaxBytes && await reader.ReadAsync(ct))
        {
            stored.Add(
                new(
                    reader.GetInt64(0),
                    reader.GetString(1),
                    reader.GetGuid(2),
                    reader.GetInt64(3),
                    reader.GetString(4),
                    reader.GetFieldValue<byte[]>(5),
                    hasOther ? reader.Id(6) : null
                )
            );
            bytes += stored[^1].Data.Length;
        }
        return (stored, bytes >= MaxBytes);
    }

    /// <summary>Half of the cores: others have the database, the fold, and a server's requests.</summary>
    static readonly int Spare = Math.Max(1, Environment.ProcessorCount / 2);

    static List<PastFact> Parse(List<Stored> stored, Func<object, object?>? prepare, int cores) =>
        [
            .. stored
                .AsParallel()
                .AsOrdered()
                .WithDegreeOfParallelism(cores)
                .Select(s =>
                    EventNames.Read(s.Type, s.Data) is { } e
                        ? new PastFact(s.Position, s.Site, s.Id, s.Version, e, s.Other, prepare?.Invoke(e))
                        : default
                )
                // Marten's own events are no part of the history
                .Where(fact => fact.Event is not null),
        ];
}
