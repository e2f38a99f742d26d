using System.Data;
using Npgsql;
using ThreadStore.Storage;

namespace ThreadStore.Threads;

/// <summary>A reader table and how many of its rows differ from what the events say.</summary>
/// <param name="Example">One of them, as a person would look for it.</param>
public sealed record RowDifference(string Table, long Rows, string Example);

/// <summary>
/// Makes the reader rows once more from the events, in temporary tables, and compares. All of it happens in one
/// snapshot, so that it is exact while others write.
/// </summary>
public static class RebuildBeside
{
    /// <summary>Events that are folded together.</summary>
    const int Stretch = 5_000;

    internal const string Temporary = "pg_temp";

    static readonly RowStore Store = new(Temporary);
    static readonly RowWriter Writer = new(Temporary);

    /// <param name="sample">Compare this many articles with their comments; null: all tables whole.</param>
    /// <param name="progress">Told the number of events folded, now and then.</param>
    public static async Task<IReadOnlyList<RowDifference>> CompareAsync(
        NpgsqlDataSource database,
        int? sample,
        Action<long> progress,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        // here whole tables are compared
        await ExecuteAsync(connection, "set local enable_seqscan = on", ct);
        await CreateAsync(connection, "on commit drop", ct);
        if (sample is { } articles)
            await ChooseAsync(connection, articles, ct);

        await FoldAsync(connection, 0, sample is not null, progress, ct);

        var differences = new List<RowDifference>();
        foreach (var table in ReaderTables.All)
        {
            var chosen =
                sample is null ? "true"
                : table == ReaderTables.Comments ? "article_id in (select id from pg_temp.chosen)"
                : table == ReaderTables.Articles ? "id in (select id from pg_temp.chosen)"
                : "false";
            if (await DifferenceAsync(connection, table, chosen, ct) is { } difference)
                differences.Add(difference);
        }
        return differences;
    }

    /// <summary>Makes empty tables like the live ones, for this connection alone.</summary>
    internal static async Task CreateAsync(NpgsqlConnection connection, string onCommit, CancellationToken ct)
    {
        foreach (var table in ReaderTables.All)
            await ExecuteAsync(
                connection,
                $"create temp table {table} (like {ReaderTables.Schema}.{table} including all) {onCommit}",
                ct
            );
    }

    /// <summary>Folds what comes after a position, to the end.</summary>
    /// <returns>The last position.</returns>
    internal static async Task<long> FoldAsync(
        NpgsqlConnection connection,
        long position,
        bool chosen,
        Action<long> progress,
        CancellationToken ct
    )
    {
        while (true)
        {
            var events = await ReadAsync(connection, position, chosen, ct);
            if (events.Count == 0)
                return position;
            var set = await ThreadRows.FoldAsync(
                connection,
                Store,
                events.Select(e => (e.Site, e.Event)),
                ct
            );
            await Writer.WriteAsync(connection, set, ct);
            position = events[^1].Position;
            progress(events.Count);
        }
    }

    static async Task ChooseAsync(NpgsqlConnection connection, int articles, CancellationToken ct)
    {
        await ExecuteAsync(
            connection,
            $"create temp table chosen on commit drop as select id from {ReaderTables.Schema}.article_rows order by random() limit {articles}",
            ct
        );
        // their streams, and those of the commenters that their comments name
        await ExecuteAsync(
            connection,
            $"""
            create temp table chosen_streams on commit drop as
            select id from pg_temp.chosen
            union select c.id from {ReaderTables.Schema}.comment_rows c where c.article_id in (select id from pg_temp.chosen)
            union select c.author_id from {ReaderTables.Schema}.comment_rows c where c.article_id in (select id from pg_temp.chosen)
            """,
            ct
        );
    }

    static async Task<List<(long Position, string Site, object Event)>> ReadAsync(
        NpgsqlConnection connection,
        long after,
        bool chosen,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select e.seq_id, e.tenant_id, e.type, e.data::text from {ReaderTables.Schema}.mt_events e
            where e.seq_id > $1 {(chosen ? "and e.stream_id in (select id from pg_temp.chosen_streams)" : "")}
            order by e.seq_id limit {Stretch}
            """,
            connection
        );
        command.Parameters.Add(new() { Value = after });
        var events = new List<(long, string, object)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var data = EventNames.Read(reader.GetString(2), reader.GetFieldValue<byte[]>(3));
            // Marten's own events only count as read
            events.Add((reader.GetInt64(0), reader.GetString(1), data ?? new object()));
        }
        return events;
    }

    internal static async Task<RowDifference?> DifferenceAsync(
        NpgsqlConnection connection,
        string table,
        string chosen,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            with live as (select * from {ReaderTables.Schema}.{table} where {chosen}),
                 rebuilt as (select * from {Temporary}.{table} where {chosen}),
                 differing as (
                   (select 'live' as side, l.* from live l except all select 'live', r.* from rebuilt r)
                   union all
                   (select 'rebuilt', r.* from rebuilt r except all select 'rebuilt', l.* from live l)
                 )
            select count(*), min(to_json(d)::text) from differing d
            """,
            connection
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return reader.GetInt64(0) == 0 ? null : new(table, reader.GetInt64(0), reader.GetString(1));
    }

    internal static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
