using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>
/// Whether the queue is kept up with: what began to wait, what waited at an interval's end e (or at the last moment counted)
/// and how long on average, { w : since(w) &lt; e ≤ end(w) }; and of what people decided the share that had waited up to 10, 60
/// and 240 minutes, and the share that was undone later. A moderator has a row of the whole period, whose start is null.
/// </summary>
public static class WorkloadReport
{
    // whoever has decided nothing has no rate
    const string Decided = """
        count(*) as decisions,
        (count(*) filter (where seconds <= 600))::float8 / nullif(count(seconds), 0) as within10,
        (count(*) filter (where seconds <= 3600))::float8 / nullif(count(seconds), 0) as within60,
        (count(*) filter (where seconds <= 14400))::float8 / nullif(count(seconds), 0) as within240,
        count(*) filter (where is_undone) as undone,
        (count(*) filter (where is_undone))::float8 / nullif(count(*), 0) as undo_rate
        """;

    const string Columns = """
        coalesce(d.decisions, 0), d.within10, d.within60, d.within240, coalesce(d.undone, 0), d.undo_rate
        """;

    const string Busy = "select grp, n from came union select grp, n from done";
    const string All = "select '{}'::text[] as grp, n from intervals";

    // what begins or ends to wait before an end moves what waits there and at all ends after it
    const string Rows = $$"""
        moves as (
          select grp, width_bucket(since, (select array_agg(e order by n) from ended)) + 1 as n,
            1 as waiting, extract(epoch from since) as since from waits
          union all
          select grp, width_bucket(until, (select array_agg(e order by n) from ended)) + 1,
            -1, -extract(epoch from since) from waits where isfinite(until)
        ), moved_by as (
          select grp, n, sum(waiting) as waiting, sum(since) as since from moves group by 1, 2
        ), came as (
          select grp, width_bucket(since, $5::timestamptz[]) as n, count(*) as arrived
          from waits where since >= $3 and since < $4 group by 1, 2
        ), done as (
          select grp, n, {{Decided}} from decided group by 1, 2
        ), keys as (
          {0}
        ), stood as (
          select grp, n, sum(coalesce(m.waiting, 0)) over w as waiting, sum(coalesce(m.since, 0)) over w as since
          from (select grp, n from keys union select grp, n from moved_by) k left join moved_by m using (grp, n)
          window w as (partition by grp order by n)
        )
        select * from (
          select k.grp, i.start, i.local, null::text as moderator, coalesce(c.arrived, 0), s.waiting::bigint,
            (extract(epoch from e.e) - s.since / nullif(s.waiting, 0))::float8, {{Columns}}
          from keys k
          join stood s using (grp, n)
          join intervals i using (n)
          join ended e using (n)
          left join came c using (grp, n)
          left join done d using (grp, n)
          union all
          select d.grp, null, null, d.actor, null, null, null, {{Columns}}
          from (select grp, actor, {{Decided}} from decided group by 1, 2) d
        ) r
        order by grp collate "C", moderator collate "C" nulls first, start
        """;

    const string Totals = $$"""
        last as (
          select count(*) as waiting, avg(extract(epoch from since)) as since
          from waits, (select max(e) as e from ended) e where since < e.e and until >= e.e
        )
        select '{}'::text[], null, null, null, (select count(*) from waits where since >= $3 and since < $4), l.waiting,
          (extract(epoch from (select max(e) from ended)) - l.since)::float8, {{Columns}}
        from last l cross join (select {{Decided}} from decided) d
        """;

    public static readonly Report Report = new(
        "workload",
        [
            Start("start"),
            Label("local"),
            Key("moderator"),
            Count("arrived"),
            Measure("waiting"),
            Measure("meanAgeSeconds"),
            Count("decisions"),
            Measure("within10Minutes"),
            Measure("within60Minutes"),
            Measure("within240Minutes"),
            Count("undone"),
            Measure("undoRate"),
        ],
        part =>
            $"""
            newest as (
              select greatest((select max(posted_at) from {ReportTables.Comments} where site = any($1)),
                (select max(at) from {ReportTables.Facts} where site = any($1))) + interval '1 microsecond' as at
            ), ended as (
              select n, least(coalesce(lead(start) over (order by n), $4), newest.at) as e from intervals, newest
            ), waits as materialized (
              select grp, waiting_since as since, 'infinity'::timestamptz as until from ever where waiting_since is not null
              union all
              select grp, at - make_interval(secs => seconds), greatest(at, at - make_interval(secs => seconds))
              from occurred where kind = 'waited'
            ), decided as materialized (
              select f.grp, {ReportPrelude.NumberOf("f.at", part)} as n, f.actor, f.seconds, exists (
                select from {ReportTables.Facts} u
                where u.site = any($1) and u.kind = 'undone' and u.comment_id = f.comment_id and u.decision = f.decision
              ) as is_undone
              from happened f where f.means = 'person' and f.kind in ('approved', 'rejected', 'deleted', 'restored')
            ), {(
                part == ReportPart.Totals
                    ? Totals
                    : Rows.Replace("{0}", part == ReportPart.Groups ? Busy : All, StringComparison.Ordinal)
            )}
            """,
        new(ReportPrelude.AllEnds, query => query.Interval ?? ReportInterval.Day)
    );
}
