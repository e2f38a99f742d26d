using Npgsql;
using ThreadStore.Articles;
using ThreadStore.Storage;
using ThreadStore.Threads;

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
            from {Schema}.{ReaderTables.Articles} a
            join {Schema}.mt_events e on e.tenant_id = a.site and e.stream_id = a.id and e.version = 1
            join {Schema}.{ReaderTables.Articles} n on n.site = $1
              and n.id = case when a.moved_to is null then a.id else {MovedArticle.RootOf("$1", "a.id")} end
            where a.site = $1 and a.id = any($2)
            """,
            ids,
            r => new KnownArticle(r.Text(1), r.Text(2), r.GetFieldValue<string[]>(3), r.GetString(4)),
            ct
        );

    public Task<Dictionary<Guid, KnownComment>> CommentsAsync(Guid[] ids, CancellationToken ct) =>
        ReadAsync(
            $"""
            select id, posted_at, version, text_hash from {Schema}.{ReaderTables.Comments}
            where site = $1 and id = any($2)
            """,
            ids,
            r => new KnownComment(r.GetFieldValue<DateTimeOffset>(1), r.GetInt32(2), r.GetInt64(3)),
            ct
        );

    /// <param name="table">Any whose rows have an id.</param>
    public Task<Dictionary<Guid, bool>> RowsAsync(string table, Guid[] ids, CancellationToken ct) =>
        ReadAsync($"select id from {Schema}.{table} where site = $1 and id = any($2)", ids, _ => true, ct);

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
