using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>
/// Whether people talk with each other, and what the replies of those who work for the site change: the share of replies
/// among P and their mean depth; and for each published reply s by staff, what others wrote on its article in the 24 hours
/// before and after: before(s) = { c : s − 24 h ≤ time(c) &lt; s }, after(s) = { c : s &lt; time(c) ≤ s + 24 h }, how much of it was
/// rejected, and for how long the discussion went on.
/// </summary>
public static class ConversationReport
{
    const string Talk = """
        count(*) as comments, count(*) filter (where parent_id is not null) as replies, avg(depth)::float8 as depth
        """;

    const string After = """
        count(*) as staff, avg(before)::float8 as before, avg(after)::float8 as after,
        sum(rejected_before)::float8 / nullif(sum(before), 0)::float8 as rejected_before,
        sum(rejected_after)::float8 / nullif(sum(after), 0)::float8 as rejected_after,
        percentile_cont(0.5) within group (order by life) as life
        """;

    const string Columns = """
        coalesce(t.comments, 0), coalesce(t.replies, 0), t.replies::float8 / nullif(t.comments, 0), t.depth,
        coalesce(a.staff, 0), a.before, a.after, a.rejected_before, a.rejected_after, a.life
        """;

    const string Rows = $$"""
        , talk as (
          select grp, n, {{Talk}} from told group by 1, 2
        ), answers as (
          select grp, n, {{After}} from answered group by 1, 2
        ), keys as (
          select grp, n from talk {0}
        )
        select k.grp, i.start, i.local, {{Columns}}
        from keys k
        join intervals i using (n)
        left join talk t using (grp, n)
        left join answers a using (grp, n)
        order by k.grp collate "C", k.n
        """;

    const string Totals = $$"""
        select '{}'::text[], null, null, {{Columns}}
        from (select {{Talk}} from told) t cross join (select {{After}} from answered) a
        """;

    public static readonly Report Report = new(
        "conversation",
        [
            Start("start"),
            Label("local"),
            Count("comments"),
            Count("replies"),
            Measure("replyShare"),
            Measure("meanDepth"),
            Count("staffReplies"),
            Measure("commentsBefore"),
            Measure("commentsAfter"),
            Measure("rejectedShareBefore"),
            Measure("rejectedShareAfter"),
            Measure("lifeAfterSecondsP50"),
        ],
        part =>
            $"""
                told as (
                  select grp, {ReportPrelude.NumberOf("posted_at", part)} as n, parent_id, depth
                  from span where state = 'published'
                ), staff as materialized (
                  select grp, id, article_id, posted_at, {ReportPrelude.NumberOf("posted_at", part)} as n
                  from span where state = 'published' and by_staff and parent_id is not null
                ), around as (
                  select s.grp, s.id,
                    count(*) filter (where x.posted_at < s.posted_at and x.posted_at >= s.posted_at - interval '24 hours') as before,
                    count(*) filter (where x.posted_at > s.posted_at and x.posted_at <= s.posted_at + interval '24 hours') as after,
                    count(*) filter (where x.state = 'rejected'
                      and x.posted_at < s.posted_at and x.posted_at >= s.posted_at - interval '24 hours') as rejected_before,
                    count(*) filter (where x.state = 'rejected'
                      and x.posted_at > s.posted_at and x.posted_at <= s.posted_at + interval '24 hours') as rejected_after
                  from staff s join ever x on x.grp = s.grp and x.article_id = s.article_id
                  where not x.by_staff group by 1, 2
                ), ends as (
                  select grp, article_id, max(posted_at) as last from ever where state = 'published' group by 1, 2
                ), answered as (
                  select s.grp, s.n, coalesce(r.before, 0) as before, coalesce(r.after, 0) as after,
                    coalesce(r.rejected_before, 0) as rejected_before, coalesce(r.rejected_after, 0) as rejected_after,
                    extract(epoch from e.last - s.posted_at)::float8 as life
                  from staff s
                  join ends e on e.grp = s.grp and e.article_id = s.article_id
                  left join around r on r.grp = s.grp and r.id = s.id
                )
                {(
                    part == ReportPart.Totals
                        ? Totals
                        : Rows.Replace("{0}", ReportPrelude.Idle(part), StringComparison.Ordinal)
                )}
                """,
        new(ReportPrelude.WrittenEnds, query => query.Interval ?? ReportInterval.Month)
    );
}
