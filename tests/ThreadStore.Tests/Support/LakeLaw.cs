using System.Globalization;
using Npgsql;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>The law of replays: DuckDB reads in the files what PostgreSQL has in the events and the reader rows.</summary>
public static class LakeLaw
{
    static async Task<List<object?[]>> RowsAsync(NpgsqlDataSource database, string sql, string site)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = site });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<object?[]>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            rows.Add([
                .. Enumerable
                    .Range(0, reader.FieldCount)
                    .Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i)),
            ]);
        return rows;
    }

    /// <summary>The same figures by DuckDB from the files and by PostgreSQL from the rows.</summary>
    static async Task AssertSameAsync(
        this Lake lake,
        NpgsqlDataSource database,
        string site,
        string ofFiles,
        string ofRows
    )
    {
        static string Text(List<object?[]> rows) =>
            string.Join(
                '\n',
                rows.Select(r =>
                    string.Join(
                        " | ",
                        r.Select(v =>
                            v is DateTime time
                                ? time.ToString("O", CultureInfo.InvariantCulture).TrimEnd('Z')
                                : Convert.ToString(v, CultureInfo.InvariantCulture)
                        )
                    )
                )
            );
        Assert.Equal(Text(await RowsAsync(database, ofRows, site)), Text(lake.Query(ofFiles)));
    }

    public static async Task AssertEqualsRowsAsync(this Lake lake, NpgsqlDataSource database, string site)
    {
        var of = $"where site = '{site}'";
        await lake.AssertSameAsync(
            database,
            site,
            $"select position, id, stream_id, version, type, recorded_at, done_by, data from {{events}} {of} order by position",
            "select seq_id, id::text, stream_id::text, version, type, timestamp, data->>'by', data::text from threadstore.mt_events where tenant_id = $1 order by seq_id"
        );
        await lake.AssertSameAsync(
            database,
            site,
            $"select article, title, url, tags, registered_at, withdrawn, closed, comment_count, last_comment_at from {{articles}} {of} order by article",
            "select key, title, url, to_json(tags)::text, registered_at, is_withdrawn, is_closed, comment_count, last_comment_at from threadstore.article_rows where site = $1 and moved_to is null order by key collate \"C\""
        );
        await lake.AssertSameAsync(
            database,
            site,
            $"select commenter, name, joined_at, comment_count, reactions_received, standing from {{commenters}} {of} order by commenter",
            "select key, name, joined_at, comment_count, reactions_received, standing from threadstore.commenter_rows where site = $1 order by key collate \"C\""
        );
        await lake.AssertSameAsync(
            database,
            site,
            $"select comment_id, article, parent_id, depth, commenter, name, body, state, created_at, edited_at, version, featured, locked, reactions, positive, flags, replies from {{comments}} {of} order by comment_id",
            """
            select c.id::text, a.key, c.parent_id::text, c.depth, c.author::json->>'key', c.author::json->>'name',
              ('{' || c.content || '}')::json->>'body', c.state, c.posted_at, c.edited_at, c.version, c.is_featured, c.is_locked, c.reactions,
              c.positive, c.flags, c.reply_count
            from threadstore.comment_rows c join threadstore.article_rows a on a.site = c.site and a.id = c.article_id
            where c.site = $1 order by c.id
            """
        );
        await lake.AssertSameAsync(
            database,
            site,
            $"select comment_id, kind, weight, commenter, placed_at from {{reactions}} {of} order by comment_id, commenter",
            """
            select r.comment_id::text, r.kind, r.weight, p.key, r.placed_at from threadstore.reaction_rows r
            join threadstore.commenter_rows p on p.site = r.site and p.id = r.commenter_id
            where r.site = $1 and r.kind is not null and not r.is_shadowed order by r.comment_id, p.key collate "C"
            """
        );
    }
}
