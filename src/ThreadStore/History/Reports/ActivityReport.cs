namespace ThreadStore.History.Reports;

/// <summary>What people did, by hour, day or week: also the intervals in which nobody did anything.</summary>
public static class ActivityReport
{
    /// <summary>One more than there may be, which shows that there are too many.</summary>
    const int Most = ReportQuery.MaxIntervals + 1;

    // A day has as many hours as its zone gave it. So intervals are found by looking at moments that lie closer
    // together, and asking of each what interval it falls into.
    public static readonly Report Report = new(
        "activity",
        ["start", "local", "comments", "commenters", "newCommenters", "reactions", "flags"],
        $"""
        posted as (
          select date_trunc(a.step, c.posted_at, a.zone) as start, count(*) as comments, count(distinct c.author_id) as commenters
          from span c, asked a group by 1
        ), joined as (
          select date_trunc(a.step, f.posted_at, a.zone) as start, count(*) as commenters
          from (
            select min(c.posted_at) as posted_at from {ReportTables.Comments} c, asked a where c.site = a.site group by c.author_id
          ) f, asked a where f.posted_at >= a.since and f.posted_at < a.until group by 1
        ), done as (
          select date_trunc(a.step, f.at, a.zone) as start,
            count(*) filter (where f.kind = 'reaction') as reactions, count(*) filter (where f.kind = 'flagged') as flags
          from {ReportTables.Facts} f, asked a
          where f.site = a.site and f.at >= a.since and f.at < a.until and f.kind in ('reaction', 'flagged') group by 1
        ), busy as (
          select start from posted union select start from done
        ), ends as (
          select
            case when isfinite(a.since) then a.since else (select min(start) from busy) end as first,
            case when isfinite(a.until) then a.until - interval '1 microsecond' else (select max(start) from busy) end as last
          from asked a
        ), every as (
          select start from busy
          union
          select date_trunc(a.step, m.moment, a.zone) from asked a, ends e,
            lateral (select {Most} * ('1 ' || a.step)::interval as span) most, generate_series(
            e.first,
            case when e.last - e.first > most.span then e.first + most.span else e.last end,
            case a.step when 'hour' then interval '30 minutes' when 'day' then interval '12 hours' else interval '3 days' end
          ) m(moment)
          union
          select date_trunc(a.step, e.last, a.zone) from asked a, ends e where e.last is not null and e.first <= e.last
        )
        select e.start, to_char(e.start at time zone a.zone, 'YYYY-MM-DD"T"HH24:MI:SS') as local,
          coalesce(p.comments, 0), coalesce(p.commenters, 0), coalesce(j.commenters, 0),
          coalesce(d.reactions, 0), coalesce(d.flags, 0)
        from every e cross join asked a
        left join posted p on p.start = e.start
        left join joined j on j.start = e.start
        left join done d on d.start = e.start
        order by e.start limit {Most}
        """,
        GoesByTime: true
    );
}
