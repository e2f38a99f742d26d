namespace ThreadStore.History.Reports;

/// <summary>Who comes back: commenters by the week of their first comment, and how many of them wrote in each week since.</summary>
public static class RetentionReport
{
    // whoever came in the time asked for may have come back at any
    const string Ends = $"""
        select min(c.posted_at), max(c.posted_at) from {ReportTables.Comments} c
        where c.site = $1
        """;

    public static readonly Report Report = new(
        "retention",
        ["cohort", "local", "size", "week", "commenters", "share"],
        $"""
        firsts as (
          select c.author_id, min(c.posted_at) as first
          from {ReportTables.Comments} c, asked a where c.site = a.site group by c.author_id
        ), cohorts as (
          select f.author_id, {ReportQuery.NumberOf("f.first")} as cohort
          from firsts f, asked a where f.first >= a.since and f.first < a.until
        ), active as (
          select distinct c.author_id, {ReportQuery.NumberOf("c.posted_at")} as week
          from {ReportTables.Comments} c, asked a where c.site = a.site
        ), came as (
          select k.cohort, v.week - k.cohort as week, count(*) as commenters
          from cohorts k join active v on v.author_id = k.author_id group by 1, 2
        ), sizes as (
          select cohort, count(*) as size from cohorts group by cohort
        ), last as (
          select max(week) as week from active
        )
        select i.start, left(i.local, 10), s.size, w.n,
          coalesce(c.commenters, 0), coalesce(c.commenters, 0)::float8 / s.size
        from sizes s join intervals i on i.n = s.cohort cross join last l
        cross join lateral generate_series(0, l.week - s.cohort) w(n)
        left join came c on c.cohort = s.cohort and c.week = w.n
        order by s.cohort, w.n
        """,
        new(Ends, _ => ReportInterval.Week)
    );
}
