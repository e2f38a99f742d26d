using ThreadStore.Rows;

namespace ThreadStore.History.Reports;

/// <summary>
/// What the queries of all reports begin with: <c>asked</c> (sites, zone, since, until), <c>ever</c> (all comments),
/// <c>span</c> (those written between since and until), <c>occurred</c> (all facts), <c>happened</c> (those between since and until), and
/// <c>intervals</c> (start, local, n), over the rows of <see cref="ReportTables"/>.
/// </summary>
/// <remarks>
/// Where a report is divided, each of its rows belongs to a group, <c>grp</c>: an array of the site, where several are asked
/// for, and of what <c>by</c> names. An article with several tags is in several groups, its comments as often. The row of
/// totals belongs to none, and there each comment is met once. Parameters: $1 sites, $2 zone, $3 since, $4 until, $5 and $6
/// the intervals, $7 how long a list of the best is.
/// </remarks>
static class ReportPrelude
{
    const string Schema = ReaderTables.Schema;

    /// <summary>The number of the interval in which a time lies.</summary>
    public static string NumberOf(string time) => $"width_bucket({time}, $5::timestamptz[])";

    /// <summary>Of an interval in a query for rows; all is one in that for totals.</summary>
    public static string NumberOf(string time, ReportPart part) =>
        part == ReportPart.Totals ? "0" : NumberOf(time);

    /// <summary>Where the intervals of a report on what was written begin and end: an end that was given counts, whether or
    /// not something happened there.</summary>
    public const string WrittenEnds = $"""
        select case when isfinite($3) then $3 else min(c.posted_at) end,
          case when isfinite($4) then $4 - interval '1 microsecond' else max(c.posted_at) end
        from {ReportTables.Comments} c where c.site = any($1) and c.posted_at >= $3 and c.posted_at < $4
        """;

    /// <summary>The same for a report on all that happened.</summary>
    public const string AllEnds = $"""
        with busy as (
          select min(c.posted_at) as first, max(c.posted_at) as last from {ReportTables.Comments} c
          where c.site = any($1) and c.posted_at >= $3 and c.posted_at < $4
          union all
          select min(f.at), max(f.at) from {ReportTables.Facts} f where f.site = any($1) and f.at >= $3 and f.at < $4
        )
        select case when isfinite($3) then $3 else min(first) end,
          case when isfinite($4) then $4 - interval '1 microsecond' else max(last) end
        from busy
        """;

    /// <summary>Adds the intervals in which nothing happened to those that have a row, where nothing divides the report.</summary>
    public static string Idle(ReportPart part) =>
        part == ReportPart.Groups ? "" : "union select '{}'::text[], n from intervals";

    /// <summary>Of a fact: a rule held or rejected a comment, of itself.</summary>
    public const string IsCatch =
        "f.kind in ('held', 'rejected') and f.means = 'rule' and f.decision is null and f.reason is not null";

    public static string Sql(ReportQuery query, bool isTotal)
    {
        var by = isTotal ? null : query.By;
        var names = (string[])
            [
                .. isTotal || !query.TellsSites ? [] : (string[])["x.site"],
                .. by is null ? [] : (string[])["p.name"],
            ];
        var group = names is [] ? "'{}'::text[]" : $"array[{string.Join(", ", names)}]";
        var join = by switch
        {
            null => "",
            ReportBy.Language => "left join placed p on p.site = x.site",
            _ => "left join placed p on p.site = x.site and p.id = coalesce(m.now, x.article_id)",
        };
        // counted for the article that it was written on, told of the one that this is part of now
        return $"""
            with asked as not materialized (
              select $1::text[] as sites, $2::text as zone, $3::timestamptz as since, $4::timestamptz as until, $7::int as most
            ), moved as materialized (
              with recursive m(id, now, next) as (
                select r.id, r.id, r.moved_to from {Schema}.{ReaderTables.Articles} r
                where r.site = any($1) and r.moved_to is not null
                union
                select m.id, r.id, r.moved_to
                from m join {Schema}.{ReaderTables.Articles} r on r.site = any($1) and r.id = m.next
              ) select id, now from m where next is null
            ), {Placed(by)} ever as not materialized (
              select x.site, x.id, coalesce(m.now, x.article_id) as article_id, x.parent_id, x.author_id, x.depth,
                x.posted_at, x.state, x.reactions, x.waiting_since, x.positive, x.negative, x.flags, x.is_featured,
                x.by_staff, x.outcome, x.score, {group} as grp
              from {ReportTables.Comments} x left join moved m on m.id = x.article_id {join} where x.site = any($1)
            ), span as not materialized (
              select * from ever where posted_at >= $3 and posted_at < $4
            ), occurred as not materialized (
              select x.site, x.event, x.n, x.kind, x.at, x.actor, x.reason, x.means, x.seconds, x.comment_id,
                coalesce(m.now, x.article_id) as article_id, x.person, x.weight, x.decision, {group} as grp
              from {ReportTables.Facts} x left join moved m on m.id = x.article_id {join} where x.site = any($1)
            ), happened as not materialized (
              select * from occurred where at >= $3 and at < $4
            ), intervals as not materialized (
              select * from unnest($5::timestamptz[], $6::text[]) with ordinality as i(start, local, n)
            ),

            """;
    }

    /// <summary>What each article's comments are divided by.</summary>
    static string Placed(ReportBy? by) =>
        by switch
        {
            null => "",
            ReportBy.Language => $"""
                placed as materialized (
                  select s.site, coalesce((s.settings::json)->>'language', 'simple') as name
                  from {Schema}.{ReaderTables.Sites} s where s.site = any($1)
                ),
                """,
            ReportBy.Tag => $"""
                placed as materialized (
                  select distinct r.site, r.id, t.name from {Schema}.{ReaderTables.Articles} r
                  left join lateral unnest(r.tags) t(name) on true where r.site = any($1)
                ),
                """,
            _ =>
                $"""
                placed as materialized (
                  select r.site, r.id, r.{(
                    by == ReportBy.Article ? "key" : by.Value.ToString().ToLowerInvariant()
                )} as name
                  from {Schema}.{ReaderTables.Articles} r where r.site = any($1)
                ),
                """,
        };
}
