using System.Buffers;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Rows;
using ThreadStore.Threads;

namespace ThreadStore.Benchmarks;

/// <summary>What a store takes on disk, in bytes for each comment, beside the JSON that readers get of one.</summary>
/// <param name="Json">Of a comment as it stands in a page, without its replies.</param>
/// <param name="Indexes">Of events and rows.</param>
sealed record Disk(double Json, double Events, double Rows, double Indexes)
{
    public static readonly string[] Columns =
    [
        "bytes a comment, in a store of",
        "its JSON",
        "events",
        "rows",
        "indexes",
        "all / JSON",
    ];

    public double Ratio => (Events + Rows + Indexes) / Json;

    public string[] Row(string name) =>
        [
            name,
            .. ((double[])[Json, Events, Rows, Indexes]).Select(b => Report.Text(b, 0)),
            Report.Text(Ratio, 2),
        ];

    public static async Task<Disk> OfAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        // what a comment adds: neither Marten's functions nor empty tables. What pages are made of is put together here
        // as the server does
        await using var command = database.CreateCommand(
            $"""
            with tables as (
              select c.relname like 'mt\_%' as is_events, pg_table_size(c.oid) as rows, pg_indexes_size(c.oid) as indexes
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = '{ReaderTables.Schema}' and c.relkind = 'r'
                and (c.relname in ('mt_events', 'mt_streams') or c.relname = any($1))
            ), comments as (
              select count(*)::float8 as n from {ReaderTables.Schema}.comment_rows
            )
            select sum(rows) filter (where is_events) / n, sum(rows) filter (where not is_events) / n, sum(indexes) / n
            from tables, comments group by n
            """
        );
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = ReaderTables.All.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var (events, rows, indexes) = (reader.GetDouble(0), reader.GetDouble(1), reader.GetDouble(2));
        return new(await JsonOfACommentAsync(database, ct), events, rows, indexes);
    }

    /// <summary>Of published ones from all over the table.</summary>
    static async Task<double> JsonOfACommentAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            select {CommentView.Columns}, a.key
            from {ReaderTables.Schema}.comment_rows c tablesample bernoulli (least(100, 1e6 / (
                select greatest(1, reltuples) from pg_class where oid = '{ReaderTables.Schema}.comment_rows'::regclass)))
              join {ReaderTables.Schema}.article_rows a on a.site = c.site and a.id = c.article_id
            where c.state = 'published'
            """
        );
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (comments, bytes) = (0, 0L);
        var json = new ArrayBufferWriter<byte>();
        while (await reader.ReadAsync(ct))
        {
            json.ResetWrittenCount();
            CommentView
                .Read(reader)
                .Write(
                    json,
                    ThreadQuery.Quote(reader.GetString(CommentView.ColumnCount)),
                    maySeeHidden: false
                );
            (comments, bytes) = (comments + 1, bytes + json.WrittenCount);
        }
        return bytes / (double)comments;
    }
}
