using Npgsql;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Tests.Support;
using ThreadStore.Threads;
using Xunit;

namespace ThreadStore.Tests.Threads;

/// <summary>A page costs as much wherever it begins: measured in the blocks that PostgreSQL looks at.</summary>
public class DeepPagesTests(Store store)
{
    const string Site = "deep";
    const int Comments = 10_000;
    const int Limit = 20;

    /// <summary>
    /// Some for each of a page's rows, their replies and the way down each index. To read all would be thousands.
    /// </summary>
    const int Blocks = 300;

    static readonly Guid Article = StreamId.Article(Site, "a");
    static readonly Guid Ada = StreamId.Commenter(Site, "ada");

    [Fact]
    public async Task A_page_reads_no_rows_before_its_cursor_and_none_after_its_end()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var node = await Node.StartAsync(store);
        await FillAsync(node);
        foreach (var statistics in (bool[])[false, true])
        {
            if (statistics)
                await node.ScalarAsync("analyze");
            // as they are prepared once for all parameters, and as they are for their own
            foreach (var mode in (string[])["force_generic_plan", "force_custom_plan"])
            {
                await using var connection = await node.Database.OpenConnectionAsync(ct);
                await using (var plan = new NpgsqlCommand($"set plan_cache_mode = {mode}", connection))
                    await plan.ExecuteNonQueryAsync(ct);
                foreach (var (name, table, command, order, rank) in Lists())
                foreach (var skipped in (int[])[0, 10, Comments / 2, Comments - 30])
                {
                    var after =
                        skipped == 0 ? (Cursor?)null : await CursorAsync(node, table, order, rank, skipped);
                    var (ids, blocks) = await ReadAsync(connection, command(new(Limit, after)));

                    var what = $"{name} after {skipped}, {mode}, statistics: {statistics}";
                    Assert.True(blocks < Blocks, $"{what}: {blocks} blocks");
                    Assert.True(
                        ids.ToHashSet().SetEquals(await IdsAsync(node, table, order, skipped)),
                        $"{what}: other comments"
                    );
                }
                await connection.CloseAsync();
            }
        }
    }

    static IEnumerable<(
        string Name,
        string Table,
        Func<PageQuery, NpgsqlBatchCommand> Command,
        string Order,
        string? Rank
    )> Lists()
    {
        foreach (var sort in Enum.GetValues<ThreadSort>())
        {
            var rank = sort switch
            {
                ThreadSort.Newest or ThreadSort.Oldest => null,
                ThreadSort.Replies => "reply_count",
                _ => sort.Word(),
            };
            var order =
                sort == ThreadSort.Oldest ? "posted_at, id"
                : rank is null ? "posted_at desc, id"
                : $"{rank} desc, posted_at desc, id";
            yield return (
                sort.Word(),
                ReaderTables.Comments,
                page => new ThreadQuery(Site, Article, sort, page, ThreadQuery.DefaultReplies).Command(),
                order,
                rank
            );
        }
        yield return (
            "history",
            ReaderTables.Comments,
            page => GetCommenterHistoryEndpoint.Comments(Site, Ada, page, seesAll: false),
            "posted_at desc, id",
            null
        );
        yield return (
            "articles",
            ReaderTables.Articles,
            page =>
                ListArticlesEndpoint.Command(
                    new ArticleReader(Site),
                    ArticleSort.Newest,
                    null,
                    null,
                    null,
                    page
                ),
            "dated desc, id",
            null
        );
    }

    /// <summary>Comments by one person on one article, forty of them at a time, and as many articles; most ranks are 0.</summary>
    static async Task FillAsync(Node node)
    {
        await node.ScalarAsync(
            $$"""
            insert into threadstore.site_rows (site, settings, created_at, version) values ('{{Site}}', '{}', now(), 1);
            insert into threadstore.article_rows (site, id, key, title, content_hash, urls, registered_at, dated,
              is_withdrawn, is_closed, comment_count, version)
            select '{{Site}}', case n when 1 then '{{Article}}' else md5(n::text)::uuid end, 'a' || n, repeat('A', 200), '',
              '{}', '2024-01-01', timestamptz '2024-01-01' + n / 40 * interval '1 s', false, false, 0, 1
            from generate_series(1, {{Comments}}) n;
            insert into threadstore.comment_rows (site, id, article_id, under, depth, author_id, author, content,
              renderer, state, is_shown, posted_at, version, is_featured, reactions, positive, negative, best, hot,
              controversial, flags, reply_count, shown_replies, text_hash)
            select '{{Site}}', md5(n::text)::uuid, '{{Article}}', '{{Article}}', 0, '{{Ada}}', '{}',
              '"body":"' || repeat('x', 400) || '"', 1, 'published', true,
              timestamptz '2024-01-01' + n / 40 * interval '1 s', 1, false, '{}', 0, 0,
              case when n % 50 = 0 then n % 7 / 10.0 else 0 end, n / 40 / 45000.0,
              case when n % 90 = 0 then n % 5 / 3.0 else 0 end, 0,
              case when n % 60 = 0 then n % 11 else 0 end, 0, n
            from generate_series(1, {{Comments}}) n
            """
        );
    }

    static async Task<Cursor> CursorAsync(Node node, string table, string order, string? rank, int skipped)
    {
        await using var command = node.Database.CreateCommand(
            $"select {order.Split([' ', ',']).First(c => c is "posted_at" or "dated")}, id, {rank ?? "0"}::float8 from threadstore.{table} order by {order} offset {skipped - 1} limit 1"
        );
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        var (time, id) = (
            Cursor.Microseconds(reader.GetFieldValue<DateTimeOffset>(0)),
            reader.GetFieldValue<Guid>(1)
        );
        return rank is null ? new(time, time, id) : new(Cursor.Bits(reader.GetDouble(2)), time, id);
    }

    static async Task<List<Guid>> IdsAsync(Node node, string table, string order, int skipped)
    {
        await using var command = node.Database.CreateCommand(
            $"select id from threadstore.{table} order by {order} offset {skipped} limit {Limit + 1}"
        );
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            ids.Add(reader.GetGuid(0));
        return ids;
    }

    /// <summary>A page's ids, and the blocks of comments and their indexes that it took.</summary>
    static async Task<(List<Guid> Ids, long Blocks)> ReadAsync(
        NpgsqlConnection connection,
        NpgsqlBatchCommand command
    )
    {
        const string Fetched = """
            select sum(pg_stat_get_xact_blocks_fetched(o))::bigint from (
              select indexrelid as o from pg_index
              where indrelid in ('threadstore.comment_rows'::regclass, 'threadstore.article_rows'::regclass)
              union all select unnest(array['threadstore.comment_rows'::regclass, 'threadstore.article_rows'::regclass])) r
            """;
        var ct = TestContext.Current.CancellationToken;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands = { new(Fetched), command, new(Fetched) },
        };
        await batch.PrepareAsync(ct);
        // planning looks at indexes too
        await batch.ExecuteNonQueryAsync(ct);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var ids = new List<Guid>();
        Assert.True(await reader.ReadAsync(ct));
        var before = reader.GetInt64(0);
        await reader.NextResultAsync(ct);
        var id = reader.GetOrdinal("id");
        while (await reader.ReadAsync(ct))
            ids.Add(reader.GetGuid(id));
        await reader.NextResultAsync(ct);
        Assert.True(await reader.ReadAsync(ct));
        return (ids, reader.GetInt64(0) - before);
    }
}
