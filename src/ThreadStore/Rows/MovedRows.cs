using Npgsql;
using NpgsqlTypes;
using ThreadStore.EventStore;
using ThreadStore.Postgres;
using static ThreadStore.Postgres.RowStatement;

namespace ThreadStore.Rows;

/// <summary>
/// What the database counts itself: the newest comment of articles that lost theirs, and what renamed and merged articles
/// take along, a statement a table, however many comments there are.
/// </summary>
public sealed partial class RowWriter
{
    readonly string newestComments = $$"""
        update {{schema}}.article_rows r set last_comment_at = (
          select max(c.posted_at) from {{schema}}.comment_rows c where c.article_id = r.id and c.state = 'published')
        from unnest({0}) as u(site, id)
        where r.site = u.site and r.id = u.id
        """;

    /// <summary>The roots of articles: each <c>origin</c> is found where <c>next</c> is null.</summary>
    /// <param name="origins">Selects <c>site</c> and <c>origin</c>.</param>
    string Home(string origins) =>
        $$"""
            with recursive u as materialized (select * from unnest({0}) as u(site, id)), home(site, origin, id, next) as (
              select o.site, o.origin, a.id, a.moved_to
              from ({{origins}}) o join {{schema}}.article_rows a on a.site = o.site and a.id = o.origin
              union
              select h.site, h.origin, a.id, a.moved_to
              from home h join {{schema}}.article_rows a on a.site = h.site and a.id = h.next
            )
            """;

    string MovedComments =>
        $$"""
            {{Home(
            $"""
            select distinct c.site, coalesce(c.posted_on, c.article_id) as origin
            from u join {schema}.comment_rows c on c.site = u.site and c.article_id = u.id
            """
        )}}
            update {{schema}}.comment_rows c set article_id = h.id, posted_on = nullif(h.origin, h.id),
              under = case when c.parent_id is null then h.id else c.under end
            from home h, u
            where h.next is null and c.site = u.site and c.article_id = u.id and c.site = h.site
              and coalesce(c.posted_on, c.article_id) = h.origin and c.article_id <> h.id
            """;

    /// <summary>What is about a comment is where the comment is.</summary>
    string Following(string table, string comment) =>
        $$"""
            with u as materialized (select * from unnest({0}) as u(site, id))
            update {{schema}}.{{table}} r set article_id = c.article_id
            from u join {{schema}}.comment_rows c on c.site = u.site and c.article_id = u.id
            where r.site = c.site and r.{{comment}} = c.id and r.article_id <> c.article_id
              and (r.site, r.article_id) in (select site, id from u)
            """;

    string MovedDecisions =>
        $$"""
            {{Home(
            $"""
            select distinct d.site, d.stream as origin from u join {schema}.decision_rows d
              on d.site = u.site and d.article_id = u.id and d.commenter_id = '{Guid.Empty}'
            """
        )}}
            update {{schema}}.decision_rows d set article_id = h.id
            from home h where h.next is null and d.site = h.site and d.stream = h.origin and d.article_id <> h.id
            """;

    string Recounted =>
        $$"""
            update {{schema}}.article_rows r set
              comment_count = (
                select count(*) from {{schema}}.comment_rows c where c.article_id = r.id and c.state = 'published'),
              last_comment_at = (
                select max(c.posted_at) from {{schema}}.comment_rows c where c.article_id = r.id and c.state = 'published'),
              locked_branches = (
                select count(*) from {{schema}}.comment_rows c where c.article_id = r.id and c.is_locked)
            from unnest({0}) as u(site, id) where r.site = u.site and r.id = u.id
            """;

    RowStatement NewestComments(List<(string Site, Guid Id)> articles) =>
        new(
            newestComments,
            Column(NpgsqlDbType.Text, articles, a => a.Site),
            Column(NpgsqlDbType.Uuid, articles, a => a.Id)
        );

    /// <summary>For the statements that write a set. What is moved takes all of its comments along, a million in a minute or
    /// two, and must not come to nothing for being many: then they have no bound.</summary>
    public static NpgsqlBatch Batch(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        WorkingSet set
    ) => new(connection, transaction) { Timeout = set.Moved.Count > 0 ? 0 : connection.CommandTimeout };

    IEnumerable<RowStatement> Moves(WorkingSet set)
    {
        if (set.Moved.Count == 0)
            yield break;
        List<(string Site, Guid Id)> articles = [.. set.Moved];
        foreach (
            var sql in (string[])
                [
                    MovedComments,
                    Following(ReaderTables.Reactions, "comment_id"),
                    Following(ReaderTables.Flags, "comment_id"),
                    Following(ReaderTables.Notices, "comment_id"),
                    Following(ReaderTables.Decisions, "stream"),
                    MovedDecisions,
                    Recounted,
                ]
        )
            yield return new(
                sql,
                Column(NpgsqlDbType.Text, articles, a => a.Site),
                Column(NpgsqlDbType.Uuid, articles, a => a.Id)
            );
    }
}

/// <summary>Brings in what the moving of articles must know.</summary>
public sealed partial class RowStore
{
    readonly string families = $"""
        with recursive f(site, id, moved_to) as (
          select r.site, r.id, r.moved_to from unnest($1, $2) as w(site, id)
          join {schema}.article_rows r on r.site = w.site and r.id = w.id
          union
          select f.site, x.id, x.moved_to
          from f cross join lateral (
            select r.id, r.moved_to from {schema}.article_rows r where r.site = f.site and r.moved_to = f.id
            union all
            select r.id, r.moved_to from {schema}.article_rows r where r.site = f.site and r.id = f.moved_to
          ) x
        )
        select {ArticleRows.Columns}
        from f join {schema}.article_rows r on r.site = f.site and r.id = f.id
        """;

    readonly string contents = $"""
        select {ArticleRows.Columns}, {ArticleRows.ContentColumns}
        from unnest($1, $2) as w(site, id) join {schema}.article_rows r on r.site = w.site and r.id = w.id
        """;

    /// <summary>Whether comments were written on an article <c>w.article</c> after a position <c>w.after</c>, as SQL.</summary>
    public static string WasWritten(string site, string article, string after) =>
        $"""
            exists (
              select 1 from {EventTables.Events} x
              where x.tenant_id = {site} and x.{EventStore.EventFilter.ArticleKey} = {article} and x.seq_id > {after}
                and x.type in ('comment-posted', 'comment-edited'))
            """;

    static readonly string WrittenSince = $"""
        select w.site, w.article, w.after, {WasWritten("w.site", "w.article", "w.after")}
        from unnest($1, $2, $3) as w(site, article, after)
        """;

    IEnumerable<(string Sql, Action<NpgsqlDataReader> Read, object[] Values)> Moves(WorkingSet set)
    {
        if (set.Families.Count > 0)
        {
            yield return (
                families,
                IntoArticles(set),
                [set.Families.Select(f => f.Site).ToArray(), set.Families.Select(f => f.Id).ToArray()]
            );
            set.LoadedFamilies();
        }
        if (set.Contents.Count > 0)
            yield return (
                contents,
                r =>
                {
                    var article = ArticleRows.Read(r);
                    set.Loaded(article.Site, article.Id, ArticleRows.ReadContent(r));
                },
                [
                    set.Contents.Keys.Select(c => c.Site).ToArray(),
                    set.Contents.Keys.Select(c => c.Id).ToArray(),
                ]
            );
        if (set.Written.Count > 0)
            yield return (
                WrittenSince,
                r => set.LoadedWritten(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetBoolean(3)),
                [
                    set.Written.Keys.Select(w => w.Site).ToArray(),
                    set.Written.Keys.Select(w => w.Article).ToArray(),
                    set.Written.Keys.Select(w => w.After).ToArray(),
                ]
            );
    }
}
