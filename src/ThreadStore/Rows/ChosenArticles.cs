using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;

namespace ThreadStore.Rows;

/// <summary>
/// Some articles of a store, with all that ever happened on them and to those who wrote there: what a look at a sample
/// folds and compares. In temporary tables, which end with the transaction.
/// </summary>
static class ChosenArticles
{
    /// <summary>Goes on a query of events <c>e</c>; <c>$1</c> is the position after which, <c>$2</c> how many.</summary>
    public const string Events = """
        where e.seq_id in (
          select c.seq_id from pg_temp.chosen_events c where c.seq_id > $1 order by c.seq_id limit $2)
        order by e.seq_id
        """;

    /// <summary>Articles <c>a</c> whose events all have one key: those of others can't be told by it. As SQL.</summary>
    public const string NeverMoved = $"""
        (a.site, a.key) not in (
          select e.tenant_id, k.key
          from {ReaderTables.Schema}.decision_rows d
          join {EventTables.Events} e on e.tenant_id = d.site and e.stream_id = d.stream
            and e.data->>'decisionId' = d.decision::text
          cross join lateral (values (e.data->>'articleKey'), (e.data->>'from')) k(key)
          where d.commenter_id = '00000000-0000-0000-0000-000000000000')
        """;

    /// <summary>The rows of a table that follow from these events alone, as SQL.</summary>
    public static string Rows(string table) =>
        table switch
        {
            ReaderTables.Articles => "(site, id) in (select site, id from pg_temp.chosen)",
            ReaderTables.Comments or ReaderTables.Reactions or ReaderTables.Flags or ReaderTables.Notices =>
                "(site, article_id) in (select site, id from pg_temp.chosen)",
            ReaderTables.Appeals => "(site, comment_id) in (select site, id from pg_temp.chosen_streams)",
            _ => "false",
        };

    public static async Task ChooseAsync(NpgsqlConnection connection, int articles, CancellationToken ct)
    {
        await DoAsync(
            $"create temp table chosen on commit drop as select site, id, key from {ReaderTables.Schema}.article_rows a where {NeverMoved} order by random() limit {articles}"
        );
        // by what events say they are about, so that a row that was lost is missed
        const string about = $"""
            pg_temp.chosen a join {EventTables.Events} e
              on e.tenant_id = a.site and e.{EventFilter.ArticleKey} = a.key
            """;
        await DoAsync(
            $"create temp table chosen_streams on commit drop as select distinct e.tenant_id as site, e.stream_id as id from {about}"
        );
        await AddAuthorsAsync(connection, about, ct);
        await DoAsync(
            $"""
            create temp table chosen_events on commit drop as
            select e.seq_id from (select distinct site, id from pg_temp.chosen_streams) s
            join {EventTables.Events} e on e.tenant_id = s.site and e.stream_id = s.id
            """
        );
        await DoAsync("create index on pg_temp.chosen_events (seq_id)");

        Task DoAsync(string sql) => RebuildBeside.ExecuteAsync(connection, sql, ct);
    }

    /// <summary>Whose comments they are: counted with each.</summary>
    static async Task AddAuthorsAsync(NpgsqlConnection connection, string about, CancellationToken ct)
    {
        var (sites, authors) = (new List<string>(), new List<Guid>());
        await using (
            var command = new NpgsqlCommand(
                $"select distinct e.tenant_id, e.data->'author'->>'key' from {about} where e.type = 'comment-posted'",
                connection
            )
            {
                CommandTimeout = 0,
            }
        )
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
            {
                sites.Add(reader.GetString(0));
                authors.Add(StreamId.Commenter(sites[^1], reader.GetString(1)));
            }
        await using var insert = new NpgsqlCommand(
            "insert into pg_temp.chosen_streams select * from unnest($1, $2)",
            connection
        );
        insert.Parameters.Add(new() { Value = sites.ToArray() });
        insert.Parameters.Add(new() { Value = authors.ToArray() });
        await insert.ExecuteNonQueryAsync(ct);
    }
}
