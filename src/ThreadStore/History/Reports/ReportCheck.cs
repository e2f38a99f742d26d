using System.Data;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.History.Reports;

/// <summary>
/// Makes what reports are counted from once more, from the events up to where the reports have come, in temporary
/// tables, and compares. All of it happens in one snapshot, so that it is exact while others write.
/// </summary>
public static class ReportCheck
{
    const string Live = ReaderTables.Schema;

    /// <summary>Events that are folded together.</summary>
    const int Stretch = 2_000;

    static readonly ReportStore Store = new(RebuildBeside.Temporary);

    static readonly string[] Counted =
    [
        .. EventCatalogue.All.Where(e => e.IsAboutComment).Select(e => e.Name),
    ];

    /// <param name="sample">Compare what this many articles have; null: all.</param>
    public static async Task<IReadOnlyList<RowDifference>> CompareAsync(
        NpgsqlDataSource database,
        int? sample,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        Task DoAsync(string sql) => RebuildBeside.ExecuteAsync(connection, sql, ct);
        foreach (var table in (string[])[ReportTables.CommentsName, ReportTables.FactsName])
            await DoAsync($"create temp table {table} (like {Live}.{table} including all) on commit drop");
        if (sample is { } articles)
            await DoAsync(
                $"create temp table reported on commit drop as select site, id, key from {Live}.article_rows a where {ChosenArticles.NeverMoved} order by random() limit {articles}"
            );
        await FoldAsync(connection, sample is not null, 0, _ => { }, ct);
        // here whole tables are compared
        await DoAsync("set local enable_seqscan = on");
        var differences = new List<RowDifference>();
        foreach (
            var (table, chosen) in ((string, string)[])
                [
                    (ReportTables.CommentsName, "article_id in (select id from pg_temp.reported)"),
                    (
                        ReportTables.FactsName,
                        $"""
                        (site, event) in (
                          select e.tenant_id, e.id from pg_temp.reported a
                          join {EventTables.Events} e on e.tenant_id = a.site and e.{EventFilter.ArticleKey} = a.key)
                        """
                    ),
                ]
        )
            if (
                await RebuildBeside.DifferenceAsync(
                    connection,
                    table,
                    sample is null ? "true" : chosen,
                    ct
                ) is
                { } difference
            )
                differences.Add(difference);
        return differences;
    }

    /// <summary>Folds what comes after a position, up to where the reports have come.</summary>
    /// <returns>The last position.</returns>
    internal static async Task<long> FoldAsync(
        NpgsqlConnection connection,
        bool isSample,
        long position,
        Action<long> progress,
        CancellationToken ct
    )
    {
        // by the index of each article, however many events there are
        var from = isSample
            ? $"""
                pg_temp.reported a cross join lateral (
                  select * from {EventTables.Events} m where m.tenant_id = a.site and m.{EventFilter.ArticleKey} = a.key) e
                """
            : $"{EventTables.Events} e";
        var sql = $"""
            select {EventBatches.Columns} from {from}
            where e.seq_id > $1 and e.type = any($2)
              and e.seq_id <= ({ProjectionProgress.Sql(ReportRows.Name)})
            order by e.seq_id limit $3
            """;
        NpgsqlCommand Next(long after, int limit)
        {
            var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddValues(after, Counted, limit);
            return command;
        }
        await foreach (
            var stretch in EventBatches.ReadAsync(position, Stretch, Next, beside: false, prepare: null, ct)
        )
        {
            if (stretch.Count == 0)
                continue;
            position = stretch[^1].Position;
            var fold = await Store.FoldAsync(
                connection,
                [.. stretch.Select(f => (f.Site, f.Id, f.Event))],
                ct
            );
            await RowWriter.ExecuteAsync(new(connection), Store.Statements(fold), ct);
            progress(stretch.Count);
        }
        return position;
    }
}
