using Npgsql;
using ThreadStore.Articles;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Transfer;

/// <summary>An article that is there: where it was imported from, if it was, and its addresses.</summary>
/// <param name="Key">That it has now.</param>
sealed record KnownArticle(string? Format, string? SourceId, IReadOnlyList<string> Urls, string Key);

/// <summary>A comment that is there.</summary>
sealed record KnownComment(DateTimeOffset PostedAt, int Version, long Text);

/// <summary>What a site has already of what is about to come in.</summary>
sealed class ForeignLookup(NpgsqlDataSource database, string site)
{
    const string Schema = ReaderTables.Schema;

    public Task<Dictionary<Guid, KnownArticle>> ArticlesAsync(Guid[] ids, CancellationToken ct) =>
        ReadAsync(
            $"""
            select a.id, e.data -> 'source' ->> 'format', e.data -> 'source' ->> 'id', a.urls, n.key
            from {Each("id, site, urls, moved_to", ReaderTables.Articles)} a
            cross join lateral (
              select e.data from {EventTables.Events} e
              where e.tenant_id = a.site and e.stream_id = a.id and e.version = 1 limit 1) e
            cross join lateral (
              select n.key from {Schema}.{ReaderTables.Articles} n where n.site = $1 and n.id =
                case when a.moved_to is null then a.id else {MovedArticle.RootOf("$1", "a.id")} end limit 1) n
            """,
            ids,
            r => new KnownArticle(r.Text(1), r.Text(2), r.GetFieldValue<string[]>(3), r.GetString(4)),
            ct
        );

    public Task<Dictionary<Guid, KnownComment>> CommentsAsync(Guid[] ids, CancellationToken ct) =>
        ReadAsync(
            $"""
            select a.id, a.posted_at, a.version, a.text_hash
            from {Each("id, posted_at, version, text_hash", ReaderTables.Comments)} a
            """,
            ids,
            r => new KnownComment(r.GetFieldValue<DateTimeOffset>(1), r.GetInt32(2), r.GetInt64(3)),
            ct
        );

    /// <param name="table">Any whose rows have an id.</param>
    public Task<Dictionary<Guid, bool>> RowsAsync(string table, Guid[] ids, CancellationToken ct) =>
        ReadAsync($"select a.id from {Each("id", table)} a", ids, _ => true, ct);

    /// <summary>
    /// The rows of ids, as SQL, each looked up by the whole key. Of tables that an import fills, PostgreSQL knows nothing yet;
    /// for all ids at once it would go through all of the site, the longer the more was imported.
    /// </summary>
    static string Each(string columns, string table) =>
        $"""
            unnest($2) as w(wanted)
            cross join lateral (select {columns} from {Schema}.{table} where site = $1 and id = w.wanted limit 1)
            """;

    async Task<Dictionary<Guid, T>> ReadAsync<T>(
        string sql,
        Guid[] ids,
        Func<NpgsqlDataReader, T> read,
        CancellationToken ct
    )
    {
        var found = new Dictionary<Guid, T>();
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = ids });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            found[reader.GetGuid(0)] = read(reader);
        return found;
    }
}
