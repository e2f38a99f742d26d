using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>Who comes back: commenters by the week of their first comment, and how many of them wrote in each week since. The
/// totals say how many of all wrote in any later week.</summary>
public static class RetentionReport
{
    // whoever came in the time asked for may have come back at any
    const string Ends = $"""
        select min(c.posted_at), max(c.posted_at) from {ReportTables.Comments} c
        where c.site = any($1)
        """;

    const string Rows = """
        sizes as (
          select grp, cohort, count(*) as size from cohorts group by grp, cohort
        ), last as (
          select grp, max(week) as week from active group by grp
        )
        select s.grp, i.start, left(i.local, 10), s.size, w.n,
          coalesce(c.commenters, 0), coalesce(c.commenters, 0)::float8 / s.size
        from sizes s join intervals i on i.n = s.cohort join last l on l.grp = s.grp
        cross join lateral generate_series(0, l.week - s.cohort) w(n)
        left join came c on c.grp = s.grp and c.cohort = s.cohort and c.week = w.n
        order by s.grp collate "C", s.cohort, w.n
        """;

    const string Totals = """
        newest as (
          select author_id, max(week) as week from active group by author_id
        ), back as (
          select count(*) as size, count(*) filter (where v.week > k.cohort) as commenters
          from cohorts k join newest v using (author_id)
        )
        select '{}'::text[], null, null, size, null, commenters, commenters::float8 / nullif(size, 0) from back
        """;

    public static readonly Report Report = new(
        "retention",
        [Start("cohort"), Label("local"), Count("size"), Key("week"), Count("commenters"), Measure("share")],
        part =>
            $"""
                firsts as (
                  select c.grp, c.author_id, min(c.posted_at) as first from ever c group by c.grp, c.author_id
                ), cohorts as (
                  select f.grp, f.author_id, {ReportPrelude.NumberOf("f.first")} as cohort
                  from firsts f where f.first >= $3 and f.first < $4
                ), active as (
                  select distinct c.grp, c.author_id, {ReportPrelude.NumberOf(
                    "c.posted_at"
                )} as week from ever c
                ), came as (
                  select k.grp, k.cohort, v.week - k.cohort as week, count(*) as commenters
                  from cohorts k join active v on v.grp = k.grp and v.author_id = k.author_id group by 1, 2, 3
                ), {(part == ReportPart.Totals ? Totals : Rows)}
                """,
        new(Ends, _ => ReportInterval.Week)
    );
}
