using JasperFx.Events;
using Marten;
using Marten.Events.Projections;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Privacy;
using ThreadStore.Rows;
using ThreadStore.Sites;

namespace ThreadStore.Search;

/// <summary>
/// The projection behind search. It may lag, since an index over words costs more than a post should wait for. It keeps
/// the words of every comment, whatever its state: that changes at once, and so is read from the reader rows.
/// </summary>
public sealed class SearchRows(NpgsqlDataSource database, WritingPace pace) : IProjection
{
    public const string Name = "Search";

    /// <summary>Of what is indexed, and how; raise it with every change. Stores with another are indexed anew by
    /// themselves, see <see cref="SearchVersion"/>.</summary>
    public const int Version = 2;

    /// <summary>Events that are indexed in one transaction: the more, the less each costs the index over words.</summary>
    public const int BatchSize = 5_000;

    /// <summary>Rows that get another language in one transaction; some seconds of work at most.</summary>
    const int Stretch = 2_000;

    const string Simple = "simple";

    /// <summary>The words as they are, and after them as the language reduces them.</summary>
    const string Words =
        "case when u.language = 'simple' then u.words::tsvector else u.words::tsvector || to_tsvector(u.language::regconfig, u.body) end";

    internal const string Insert = $$"""
        insert into {{SearchTables.Rows}} (site, id, article_id, author_id, posted_at, language, body, words)
        select u.site, u.id, u.article_id, u.author_id, u.posted_at, u.language, u.body, {{Words}}
        from unnest({0}) as u(site, id, article_id, author_id, posted_at, language, body, words)
        on conflict (site, id) do update set language = excluded.language, body = excluded.body, words = excluded.words
        """;

    const string Edit = $$"""
        update {{SearchTables.Rows}} r set language = u.language, body = u.body,
          words = {{Words}}
        from unnest({0}) as u(site, id, language, body, words)
        where r.site = u.site and r.id = u.id
        """;

    const string SetLanguage = $$"""
        insert into {{SearchTables.Sites}} as r (site, language) select * from unnest({0})
        on conflict (site) do update set language = excluded.language
        """;

    static readonly string Translate = $"""
        with part as (
          select id from {SearchTables.Rows} where site = $1 and id > $2 order by id limit {Stretch}
        ), done as (
          update {SearchTables.Rows} r set language = $3, words = ts_filter(r.words, array['a'::"char"])
            || case when $3 = 'simple' then '' else to_tsvector($3::regconfig, r.body) end
          from part where r.site = $1 and r.id = part.id and r.language <> $3
        )
        select id from part order by id desc limit 1
        """;

    sealed record Row(Guid Article, Guid Author, DateTimeOffset PostedAt, SearchDocument Document);

    HashSet<string>? configurations;

    public async Task ApplyAsync(
        IDocumentOperations operations,
        IReadOnlyList<IEvent> events,
        CancellationToken cancellation
    )
    {
        await pace.YieldAsync(events[0].Timestamp, cancellation);
        var posted = new Dictionary<(string Site, Guid Id), Row>();
        var edited = new Dictionary<(string Site, Guid Id), SearchDocument>();
        var configured = new Dictionary<string, string>();
        foreach (var e in events)
        {
            switch (e.Data)
            {
                case CommentPosted p:
                    posted[(e.TenantId, p.CommentId)] = new(
                        StreamId.Article(e.TenantId, p.ArticleKey),
                        StreamId.Commenter(e.TenantId, p.Author.Key),
                        p.PostedAt,
                        SearchDocument.Of(p.Body, p.Format)
                    );
                    break;
                case CommentEdited c when posted.TryGetValue((e.TenantId, c.CommentId), out var row):
                    posted[(e.TenantId, c.CommentId)] = row with
                    {
                        Document = SearchDocument.Of(c.Body, c.Format),
                    };
                    break;
                case CommentEdited c:
                    edited[(e.TenantId, c.CommentId)] = SearchDocument.Of(c.Body, c.Format);
                    break;
                case SiteConfigured s:
                    configured[e.TenantId] = s.Settings.Language;
                    break;
                default:
                    break;
            }
        }
        if (posted.Count + edited.Count + configured.Count == 0)
            return;
        var languages = await SettleLanguagesAsync(
            [.. posted.Keys.Concat(edited.Keys).Select(k => k.Site).Distinct()],
            configured,
            cancellation
        );
        void Queue(RowStatement statement) => operations.QueueOperation(new RowOperation(statement));
        foreach (var check in IndexedAsErased.Operations(events))
            operations.QueueOperation(check);
        if (configured.Count > 0)
            Queue(
                new(
                    SetLanguage,
                    (NpgsqlDbType.Text, configured.Keys.ToArray()),
                    (NpgsqlDbType.Text, configured.Keys.Select(s => languages[s]).ToArray())
                )
            );
        if (posted.Count > 0)
            Queue(
                new(
                    Insert,
                    (NpgsqlDbType.Text, posted.Keys.Select(k => k.Site).ToArray()),
                    (NpgsqlDbType.Uuid, posted.Keys.Select(k => k.Id).ToArray()),
                    (NpgsqlDbType.Uuid, posted.Values.Select(r => r.Article).ToArray()),
                    (NpgsqlDbType.Uuid, posted.Values.Select(r => r.Author).ToArray()),
                    (NpgsqlDbType.TimestampTz, posted.Values.Select(r => r.PostedAt).ToArray()),
                    (NpgsqlDbType.Text, posted.Keys.Select(k => Language(k.Site)).ToArray()),
                    (NpgsqlDbType.Text, posted.Values.Select(r => r.Document.Plain).ToArray()),
                    (NpgsqlDbType.Text, posted.Values.Select(r => r.Document.Words).ToArray())
                )
            );
        if (edited.Count > 0)
            Queue(
                new(
                    Edit,
                    (NpgsqlDbType.Text, edited.Keys.Select(k => k.Site).ToArray()),
                    (NpgsqlDbType.Uuid, edited.Keys.Select(k => k.Id).ToArray()),
                    (NpgsqlDbType.Text, edited.Keys.Select(k => Language(k.Site)).ToArray()),
                    (NpgsqlDbType.Text, edited.Values.Select(d => d.Plain).ToArray()),
                    (NpgsqlDbType.Text, edited.Values.Select(d => d.Words).ToArray())
                )
            );
        string Language(string site) => languages.GetValueOrDefault(site, Simple);
    }

    /// <summary>The languages that sites have after these events. Where one changed, what was indexed before follows it.</summary>
    /// <remarks>
    /// That is done beforehand and piecemeal: a large site would not fit into a transaction that others wait for. Cut
    /// short, it is simply done again, since the progress of the projection has not moved.
    /// </remarks>
    async Task<Dictionary<string, string>> SettleLanguagesAsync(
        string[] sites,
        Dictionary<string, string> configured,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        configurations ??= await ConfigurationsAsync(connection, ct);
        var languages = new Dictionary<string, string>();
        await using (
            var command = new NpgsqlCommand(
                $"select site, language from {SearchTables.Sites} where site = any($1)",
                connection
            )
        )
        {
            command.Parameters.Add(new() { Value = sites.Union(configured.Keys).ToArray() });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                languages[reader.GetString(0)] = reader.GetString(1);
        }
        foreach (var (site, wanted) in configured)
        {
            // an older PostgreSQL may lack one that a newer one had
            var language = configurations.Contains(wanted) ? wanted : Simple;
            if (languages.TryGetValue(site, out var before) && before != language)
                await TranslateAsync(connection, site, language, ct);
            languages[site] = language;
        }
        return languages;
    }

    static async Task<HashSet<string>> ConfigurationsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select coalesce(array_agg(cfgname::text), '{}') from pg_catalog.pg_ts_config",
            connection
        );
        return [.. (string[])(await command.ExecuteScalarAsync(ct) ?? Array.Empty<string>())];
    }

    static async Task TranslateAsync(
        NpgsqlConnection connection,
        string site,
        string language,
        CancellationToken ct
    )
    {
        var last = Guid.Empty;
        while (true)
        {
            await using var command = new NpgsqlCommand(Translate, connection);
            command.Parameters.Add(new() { Value = site });
            command.Parameters.Add(new() { Value = last });
            command.Parameters.Add(new() { Value = language });
            if (await command.ExecuteScalarAsync(ct) is not Guid id)
                return;
            last = id;
        }
    }
}
