using System.Data;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;

namespace ThreadStore.Rows;

/// <summary>A reader table and how many of its rows differ from what the events say.</summary>
/// <param name="Example">One of them, as a person would look for it.</param>
public sealed record RowDifference(string Table, long Rows, string Example);

/// <summary>
/// Makes the reader rows once more from the events, in temporary tables, and compares. All of it happens in one
/// snapshot, so that it is exact while others write.
/// </summary>
public static class RebuildBeside
{
    /// <summary>Events that are folded together: few enough to be garbage before they were looked at twice.</summary>
    const int Stretch = 500;

    internal const string Temporary = "pg_temp";

    /// <summary>For statements that compare tables whole.</summary>
    internal const string ForWholeTables = "set local enable_seqscan = on; set local work_mem = '64MB'";

    /// <param name="sample">Compare this many articles with their comments; null: all tables whole.</param>
    /// <param name="progress">Told the number of events folded, now and then.</param>
    /// <param name="length">Events that are folded together.</param>
    public static async Task<IReadOnlyList<RowDifference>> CompareAsync(
        NpgsqlDataSource database,
        int? sample,
        Action<long> progress,
        CancellationToken ct,
        int length = Stretch
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await CreateAsync(connection, "on commit drop", ct);
        if (sample is { } articles)
            await ChosenArticles.ChooseAsync(connection, articles, ct);

        await FoldAsync(connection, connection, 0, sample is not null, progress, ct, length);

        await ExecuteAsync(connection, ForWholeTables, ct);
        var differences = new List<RowDifference>();
        foreach (var table in ReaderTables.All)
        {
            var chosen = sample is null ? "true" : ChosenArticles.Rows(table);
            if (await DifferenceAsync(connection, table, chosen, ct) is { } difference)
                differences.Add(difference);
        }
        return differences;
    }

    /// <summary>
    /// Makes empty tables like the live ones, for this connection alone, with no more indexes than folding needs: to keep
    /// those for readers as well would take most of the time.
    /// </summary>
    internal static async Task CreateAsync(NpgsqlConnection connection, string onCommit, CancellationToken ct)
    {
        foreach (var table in ReaderTables.Definitions)
        {
            var name = table.Identifier.Name;
            await ExecuteAsync(
                connection,
                $"""
                create temp table {name} (like {ReaderTables.Schema}.{name} including defaults,
                  primary key ({string.Join(", ", table.PrimaryKeyColumns)})) {onCommit}
                """,
                ct
            );
        }
        foreach (var (table, columns) in RowFold.LooksFor)
            await ExecuteAsync(connection, $"create index on {Temporary}.{table} ({columns})", ct);
    }

    /// <summary>Folds what comes after a position, to the end.</summary>
    /// <param name="source">Where events are read from; by another connection, they are read meanwhile.</param>
    /// <returns>The last position.</returns>
    internal static async Task<long> FoldAsync(
        NpgsqlConnection connection,
        NpgsqlConnection source,
        long position,
        bool chosen,
        Action<long> progress,
        CancellationToken ct,
        int length = Stretch
    )
    {
        var rows = new RowFold(connection, Temporary);
        NpgsqlCommand Next(long after, int limit) => Events(source, after, chosen, limit);
        var beside = source != connection;
        await foreach (var stretch in EventBatches.ReadAsync(position, length, Next, beside, Render, ct))
        {
            if (stretch.Count == 0)
                continue;
            position = stretch[^1].Position;
            var facts = stretch.Select(f => new Fact(f.Site, f.Event, f.Version == 1)).ToList();
            await rows.WriteAsync(await rows.FoldAsync(facts, ct), position, ct);
            progress(facts.Count);
        }
        return position;
    }

    /// <summary>The fold finds it with the event.</summary>
    static object? Render(object @event) => @event is CommentPosted e ? e.Text.Content : null;

    static NpgsqlCommand Events(NpgsqlConnection connection, long after, bool chosen, int limit)
    {
        var command = new NpgsqlCommand(
            $"""
            select {EventBatches.Columns} from {EventTables.Events} e
            {(chosen ? ChosenArticles.Events : "where e.seq_id > $1 order by e.seq_id limit $2")}
            """,
            connection
        );
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = limit });
        return command;
    }

    internal static async Task<RowDifference?> DifferenceAsync(
        NpgsqlConnection connection,
        string table,
        string chosen,
        CancellationToken ct
    )
    {
        var key = string.Join(", ", await KeyAsync(connection, table, ct));
        await using var command = new NpgsqlCommand(
            $"""
            with live as (select * from {ReaderTables.Schema}.{table} where {chosen}),
                 rebuilt as (select * from {Temporary}.{table} where {chosen}),
                 differing as (
                   select l, r from live l full join rebuilt r using ({key})
                   where l is null or r is null or l *<> r
                 )
            select count(*), min(json_build_object('live', l, 'rebuilt', r)::text) from differing
            """,
            connection
        )
        {
            // for as long as it takes
            CommandTimeout = 0,
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return reader.GetInt64(0) == 0 ? null : new(table, reader.GetInt64(0), reader.GetString(1));
    }

    /// <summary>The columns of a table's primary key.</summary>
    internal static async Task<string[]> KeyAsync(
        NpgsqlConnection connection,
        string table,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select array_agg(quote_ident(a.attname))
            from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
            where i.indrelid = '{ReaderTables.Schema}.{table}'::regclass and i.indisprimary
            """,
            connection
        );
        return await command.ExecuteScalarAsync(ct) as string[]
            ?? throw new InvalidOperationException($"{table} has no primary key.");
    }

    internal static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
