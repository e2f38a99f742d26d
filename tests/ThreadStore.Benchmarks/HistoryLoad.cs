using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Rows;

namespace ThreadStore.Benchmarks;

/// <summary>What was loaded, and how long it took: events and rows; their indexes; statistics and visibility maps.</summary>
sealed record Loaded(long Events, TimeSpan Writing, TimeSpan Indexing, TimeSpan Settling)
{
    public TimeSpan Time => Writing + Indexing + Settling;
}

/// <summary>
/// Fills the empty tables of a ThreadStore that nobody writes to: events by binary COPY, rows as they end up, each once,
/// both beside the making of what comes next; indexes are made at the end.
/// </summary>
static class HistoryLoad
{
    /// <summary>Events that are written together.</summary>
    const int Stretch = 10_000;

    /// <summary>Of rows that are all known at the end.</summary>
    const int Chunk = 5_000;

    /// <summary>Tables with a row for each comment or reaction. The others are small, and keep their indexes.</summary>
    static readonly string[] Large =
    [
        "mt_events",
        "mt_streams",
        ReaderTables.Comments,
        ReaderTables.Reactions,
    ];

    public static async Task<Loaded> RunAsync(
        string connectionString,
        string site,
        GeneratedHistory history,
        HistorySpec spec,
        Action<string> log,
        CancellationToken ct
    )
    {
        await using var database = NpgsqlDataSource.Create(Tune(connectionString));
        await using var connection = await database.OpenConnectionAsync(ct);
        if (await ScalarAsync<bool>(connection, $"select exists (select from {Live}.mt_events)", ct))
            throw new BenchmarkException("There are events already: name a database without any.");
        var indexes = await DroppedIndexes.DropAsync(connection, Live, Large, ReaderTables.Comments, ct);
        var started = Stopwatch.GetTimestamp();
        var events = await WriteAsync(database, site, history, spec, log, ct);
        await ExecuteAsync(
            connection,
            $"""
            select setval('{Live}.mt_events_sequence', {events}), pg_notify('{Positions.Channel}', '{events}')
            """,
            ct
        );
        var written = Stopwatch.GetTimestamp();
        log($"{events:N0} events with their rows in {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s");
        await ExecuteAsync(connection, "set enable_seqscan = on", ct);
        await indexes.RestoreAsync(connection, log, ct);
        var indexed = Stopwatch.GetTimestamp();
        await ExecuteAsync(connection, "vacuum analyze", ct);
        await ExecuteAsync(connection, "set enable_seqscan = off", ct);
        await MendNewestAsync(connection, history.Rows.LostNewest, ct);
        return new(
            events,
            Stopwatch.GetElapsedTime(started, written),
            Stopwatch.GetElapsedTime(written, indexed),
            Stopwatch.GetElapsedTime(indexed)
        );
    }

    const string Live = ReaderTables.Schema;

    static string Tune(string connectionString) =>
        TunedConnection.Of(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                CommandTimeout = 0,
                // rows that are written twice are found by their key, though nobody counted them yet
                Options =
                    "-c synchronous_commit=off -c maintenance_work_mem=512MB -c enable_seqscan=off -c jit=off",
            }.ConnectionString
        );

    /// <summary>All in two transactions, each of which begins by emptying its tables: where wal_level is minimal,
    /// PostgreSQL then writes none of it twice.</summary>
    static async Task<long> WriteAsync(
        NpgsqlDataSource database,
        string site,
        GeneratedHistory history,
        HistorySpec spec,
        Action<string> log,
        CancellationToken ct
    )
    {
        await using var events = await database.OpenConnectionAsync(ct);
        await using var rows = await database.OpenConnectionAsync(ct);
        await using var eventsTransaction = await events.BeginTransactionAsync(ct);
        await using var rowsTransaction = await rows.BeginTransactionAsync(ct);
        await ExecuteAsync(events, $"truncate {Live}.mt_events, {Live}.mt_streams", ct);
        await ExecuteAsync(rows, $"truncate {Live}.comment_rows, {Live}.reaction_rows", ct);
        var (position, reported) = (0L, Stopwatch.GetTimestamp());
        var writing = Task.CompletedTask;
        foreach (var stretch in history.Events(spec).Chunk(Stretch))
        {
            var finished = history.Rows.Finish();
            await writing;
            var first = position + 1;
            writing = Task.WhenAll(
                Task.Run(() => WriteEventsAsync(events, site, stretch, finished.Streams, first, ct), ct),
                Task.Run(() => WriteRowsAsync(rows, finished.Rows, ct), ct)
            );
            position += stretch.Length;
            if (Stopwatch.GetElapsedTime(reported) < TimeSpan.FromSeconds(30))
                continue;
            reported = Stopwatch.GetTimestamp();
            log($"{position:N0} events");
        }
        await writing;
        var last = history.Rows.Finish(all: true);
        await WriteEventsAsync(events, site, [], last.Streams, position, ct);
        await WriteRowsAsync(rows, last.Rows, ct);
        foreach (var commenters in history.Rows.Commenters.Chunk(Chunk))
        {
            var set = new WorkingSet();
            foreach (var commenter in commenters)
                set.Commenters.Put(site, commenter.Id, commenter, RowChange.Whole);
            await RowWriter.Live.WriteAsync(rows, set, ct);
        }
        await eventsTransaction.CommitAsync(ct);
        await rowsTransaction.CommitAsync(ct);
        return position;
    }

    static async Task WriteEventsAsync(
        NpgsqlConnection connection,
        string site,
        GeneratedEvent[] events,
        List<StoredStream> streams,
        long first,
        CancellationToken ct
    )
    {
        await EventCopy.Live.StreamsAsync(connection, site, streams, ct);
        await EventCopy.Live.EventsAsync(
            connection,
            site,
            events.Select(
                (e, i) =>
                    new StoredEvent(
                        first + i,
                        e.Id,
                        e.Stream,
                        e.Version,
                        e.Type,
                        JsonSerializer.SerializeToUtf8Bytes(e.Event, e.Type.Type, Json.Options),
                        e.At,
                        null
                    )
            ),
            ct
        );
    }

    /// <summary>Reactions, each the only one of its key, while no index could tell.</summary>
    static Task WriteRowsAsync(NpgsqlConnection connection, WorkingSet rows, CancellationToken ct) =>
        RowWriter.ExecuteAsync(
            new(connection),
            RowWriter
                .Live.Statements(rows)
                .Select(s =>
                    s.Sql.Contains($"into {Live}.{ReaderTables.Reactions} ", StringComparison.Ordinal)
                        ? s with
                        {
                            Sql = s.Sql[..s.Sql.IndexOf("on conflict", StringComparison.Ordinal)],
                        }
                        : s
                ),
            ct
        );

    static async Task MendNewestAsync(
        NpgsqlConnection connection,
        IEnumerable<(string Site, Guid Id)> articles,
        CancellationToken ct
    )
    {
        foreach (var chunk in articles.Chunk(Chunk))
        {
            var set = new WorkingSet();
            set.LostNewest.UnionWith(chunk);
            await RowWriter.Live.WriteAsync(connection, set, ct);
        }
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }
}
