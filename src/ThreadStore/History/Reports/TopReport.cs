using ThreadStore.Rows;
using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>
/// What a period was about: for each measure the threads and the comments with the highest value, the newest first among
/// equals. A thread's values are the sums over its comments; its controversy is (p + n)^(min(p, n) / max(p, n)) of the sums p
/// and n. Values are those of P; flags are those of C.
/// </summary>
public static class TopReport
{
    const string Rows = $"""
        , things as (
          select grp, 'thread' as kind, site, article_id, null::uuid as id, null::uuid as author_id, max(posted_at) as at,
            count(*) filter (where is_published) as replies, sum(reactions)::bigint as reactions, sum(flags)::bigint as flags,
            sum(positive)::float8 as positive, sum(negative)::float8 as negative, sum(featured)::bigint as featured
          from written group by grp, site, article_id
          union all
          select grp, 'comment', site, article_id, id, author_id, posted_at, replies, reactions, flags, positive, negative,
            featured
          from written
        ), valued as (
          select t.*, case when positive > 0 and negative > 0
            then power(positive + negative, least(positive, negative) / greatest(positive, negative)) end as controversy
          from things t
        ), ranked as (
          select t.*, m.measure, m.place, row_number() over (
            partition by t.grp, t.kind, m.measure order by m.value desc, t.at desc, t.article_id, t.id) as rank
          from valued t cross join lateral (values (1, 'replies', replies::float8), (2, 'reactions', reactions),
            (3, 'flags', flags), (4, 'controversy', controversy), (5, 'featured', featured)) m(place, measure, value)
          where m.value > 0
        )
        select t.grp, t.kind, t.measure, t.rank, r.key, r.title, t.id::text, k.key,
          t.replies, t.reactions, t.flags, t.controversy, t.featured
        from ranked t
        join {ReaderTables.Schema}.{ReaderTables.Articles} r on r.site = t.site and r.id = t.article_id
        left join {ReaderTables.Schema}.{ReaderTables.Commenters} k on k.site = t.site and k.id = t.author_id
        where t.rank <= $7
        order by t.grp collate "C", t.kind desc, t.place, t.rank
        """;

    const string Totals = """
        select '{}'::text[], null, null, null, null, null, null, null, count(*) filter (where is_published),
          coalesce(sum(reactions), 0)::bigint, coalesce(sum(flags), 0)::bigint, null, coalesce(sum(featured), 0)::bigint
        from written
        """;

    public static readonly Report Report = new(
        "top",
        [
            Key("kind"),
            Key("measure"),
            Measure("rank"),
            Key("article"),
            Label("title"),
            Key("comment"),
            Label("commenter"),
            Measure("replies"),
            Measure("reactions"),
            Measure("flags"),
            Measure("controversy"),
            Measure("featured"),
        ],
        part =>
            $"""
                replied as (
                  select r.parent_id as id, count(*) as replies from {ReportTables.Comments} r
                  where r.site = any($1) and r.state = 'published' and r.parent_id is not null group by 1
                ), written as (
                  select c.grp, c.site, c.article_id, c.id, c.author_id, c.posted_at, c.state = 'published' as is_published,
                    case when c.state = 'published' then coalesce(r.replies, 0) end as replies,
                    case when c.state = 'published' then c.reactions end as reactions, c.flags,
                    case when c.state = 'published' then c.positive else 0 end as positive,
                    case when c.state = 'published' then c.negative else 0 end as negative,
                    case when c.state = 'published' then c.is_featured::int end as featured
                  from span c left join replied r on r.id = c.id
                )
                {(part == ReportPart.Totals ? Totals : Rows)}
                """
    )
    {
        IsOfBest = true,
    };
}
