using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>
/// How readers become commenters: of those who began a step from <c>from</c> to <c>to</c>, how many ever got to its end, and how
/// long half of them took. <c>actToComment</c>: from the first reaction or flag of who had not written anything, to the first
/// comment; <c>commentToSecond</c>, <c>commentToTenth</c>: from the first comment on. The totals count each person once.
/// </summary>
public static class PathsReport
{
    const string Rows = """
        , of_all as (
          select grp, step, count(*) as people, count(reached) as reached,
            percentile_cont(0.5) within group (order by extract(epoch from reached - began)::float8) as seconds
          from steps group by grp, step
        )
        select grp, step, people, reached, reached::float8 / people, seconds from of_all
        order by grp collate "C", array_position(array['actToComment', 'commentToSecond', 'commentToTenth'], step)
        """;

    const string Totals = """
        , people as (
          select person, bool_or(reached is not null) as has_reached from steps group by person
        )
        select '{}'::text[], null, count(*), count(*) filter (where has_reached),
          (count(*) filter (where has_reached))::float8 / nullif(count(*), 0), null::float8
        from people
        """;

    public static readonly Report Report = new(
        "paths",
        [Key("step"), Count("people"), Count("reached"), Measure("share"), Measure("secondsP50")],
        part =>
            $"""
                acted as (
                  select grp, person, min(at) as at from occurred where kind in ('reaction', 'flagged') group by 1, 2
                ), numbered as (
                  select grp, author_id as person, posted_at as at,
                    row_number() over (partition by grp, author_id order by posted_at) as number
                  from ever
                ), wrote as (
                  select grp, person, min(at) filter (where number = 1) as first, min(at) filter (where number = 2) as second,
                    min(at) filter (where number = 10) as tenth
                  from numbered where number in (1, 2, 10) group by 1, 2
                ), steps as (
                  select a.grp, a.person, 'actToComment' as step, a.at as began, w.first as reached
                  from acted a left join wrote w on w.grp = a.grp and w.person = a.person
                  where a.at >= $3 and a.at < $4 and (w.first is null or w.first > a.at)
                  union all
                  select w.grp, w.person, s.step, w.first, s.reached
                  from wrote w
                  cross join lateral (values ('commentToSecond', w.second), ('commentToTenth', w.tenth)) s(step, reached)
                  where w.first >= $3 and w.first < $4
                )
                {(part == ReportPart.Totals ? Totals : Rows)}
                """
    );
}
