using Npgsql;
using NpgsqlTypes;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Transfer;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Databases.Moves;

/// <summary>
/// Brings a site's events into another database as an import does, with ids, versions, times and marks of erasure; only
/// positions are new, and none is lower than the one before. What there is of the site when it begins is its own.
/// </summary>
sealed class SiteCopy(NpgsqlConnection from, NpgsqlConnection to, string site) : IAsyncDisposable
{
    /// <summary>As in an import: others who write there wait a tenth of a second.</summary>
    const int Stretch = 1_000;
    const int MaxStretchBytes = 2 << 20;

    readonly FeedAppender appender = new(to, site, isDry: false);
    long number;

    /// <summary>Up to which position of the old database all is copied.</summary>
    public long Position { get; private set; }

    /// <summary>Events that were copied.</summary>
    public long Count { get; private set; }

    /// <summary>The last position that was given here.</summary>
    long given;

    public ValueTask DisposeAsync() => appender.DisposeAsync();

    /// <summary>Copies what has come, up to now.</summary>
    /// <returns>How many events that was.</returns>
    public async Task<long> RunAsync(Action<long> progress, CancellationToken ct)
    {
        var before = Count;
        await using var command = new EventFilter(site, WithSecrets: true).Command(from, Position, null);
        command.CommandTimeout = 0;
        command.CommandText = command.CommandText.Replace(
            RecordedEvent.ColumnsWithSecrets,
            $"{RecordedEvent.ColumnsWithSecrets}, e.headers::text",
            StringComparison.Ordinal
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        Task<List<Copied>> NextAsync() => Task.Run(() => ReadAsync(reader, ct), ct);
        var reading = NextAsync();
        try
        {
            while (await reading is { Count: > 0 } stretch)
            {
                // one stretch is read while the one before it is written
                reading = NextAsync();
                await WriteAsync(stretch, ct);
                progress(stretch.Count);
            }
        }
        finally
        {
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return Count - before;
    }

    sealed record Copied(FeedLine Line, long Position, string? Headers);

    async Task<List<Copied>> ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var (read, bytes, row) = (new List<Copied>(Stretch), 0L, new RecordedEvent());
        while (read.Count < Stretch && bytes < MaxStretchBytes && await reader.ReadAsync(ct))
        {
            row.Read(reader);
            bytes += row.Data.Length;
            read.Add(new(LineOf(row), row.Position, reader.Text(9)));
        }
        return read;
    }

    FeedLine LineOf(RecordedEvent e)
    {
        var type =
            EventNames.Find(e.Type)
            ?? throw new StartupException(
                $"The site has an event of the type {e.Type}, at position {e.Position}, which this version does not know: move it by the version that wrote it."
            );
        var @event = type.Read(e.Data.Span);
        // here, where nobody waits for it under the append lock
        if (@event is CommentPosted posted)
            posted.Text.MakeReady();
        return new(
            ++number,
            e.Id,
            e.Stream,
            e.Version,
            type,
            new DateTimeOffset(e.At),
            e.CorrelationId,
            e.Data.ToArray(),
            @event
        );
    }

    async Task WriteAsync(List<Copied> stretch, CancellationToken ct)
    {
        await LiftAsync(stretch[^1].Position, ct);
        var marked = stretch.Where(c => c.Headers is not null).ToDictionary(c => c.Line.Id, c => c.Headers);
        var outcome = await appender.AppendAsync(
            stretch.ConvertAll(c => c.Line),
            ct,
            (fresh, connection) => MarkAsync(connection, fresh, marked, ct)
        );
        if (outcome.Refused is [var (line, reason, _), ..])
            throw new StartupException($"The event {line.Id} of the site can't be moved: {reason}");
        given += outcome.Created;
        Count += stretch.Count;
        Position = stretch[^1].Position;
    }

    /// <summary>How often an event was emptied stands beside it.</summary>
    async Task MarkAsync(
        NpgsqlConnection connection,
        IReadOnlyList<FeedLine> fresh,
        Dictionary<Guid, string?> marked,
        CancellationToken ct
    )
    {
        FeedLine[] some = [.. fresh.Where(l => marked.ContainsKey(l.Id))];
        if (some.Length == 0)
            return;
        await using var command = new NpgsqlCommand(
            $"""
            update {EventTables.Events} e set headers = u.headers::jsonb
            from unnest($2, $3, $4) u(stream, version, headers)
            where e.tenant_id = $1 and e.stream_id = u.stream and e.version = u.version
            """,
            connection
        );
        command.Parameters.AddValues(
            site,
            some.Select(l => l.Stream).ToArray(),
            some.Select(l => l.Version).ToArray()
        );
        command.Parameters.Add(
            new()
            {
                Value = some.Select(l => marked[l.Id]).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
            }
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Who knows a position of the old database misses nothing here: what comes after it there comes after it here.</summary>
    public async Task LiftAsync(long above, CancellationToken ct)
    {
        if (given >= above)
            return;
        await using var transaction = await to.BeginTransactionAsync(ct);
        given = await LiftAsync(to, above, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>In a transaction, of which it takes the append lock: nobody takes a position meanwhile.</summary>
    /// <returns>The last that was given.</returns>
    public static async Task<long> LiftAsync(NpgsqlConnection connection, long above, CancellationToken ct)
    {
        await SiteFence.ExecuteAsync(connection, AppendLock.Sql, ct);
        await using var command = new NpgsqlCommand(
            $"""
            select setval('{EventTables.Sequence}', greatest(s.last_value, $1))
            from {EventTables.Sequence} s
            """,
            connection
        );
        command.Parameters.AddValues(above);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
