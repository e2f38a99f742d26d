using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>
/// When people are there, by the weekday (1: Monday) and the hour that the wall clock of the zone showed: comments(d, h) =
/// |{ c ∈ C : clock(c) on weekday d, in hour h }|, its commenters, and what was done then. An hour that comes twice counts
/// what happened in both; without a division, all 168 have a row.
/// </summary>
public static class HoursReport
{
    // divided by more than time, only what happened has a row
    const string Busy = "select grp, weekday, hour from posted union select grp, weekday, hour from done";

    const string All = """
        select '{}'::text[] as grp, weekday, hour from generate_series(1, 7) weekday, generate_series(0, 23) hour
        """;

    const string Rows = """
        select k.grp, k.weekday, k.hour, coalesce(p.comments, 0), coalesce(p.commenters, 0),
          coalesce(d.reactions, 0), coalesce(d.flags, 0)
        from keys k
        left join posted p on p.grp = k.grp and p.weekday = k.weekday and p.hour = k.hour
        left join done d on d.grp = k.grp and d.weekday = k.weekday and d.hour = k.hour
        order by k.grp collate "C", k.weekday, k.hour
        """;

    const string Totals = """
        , sums as (
          select (select count(*) from span) as comments, (select count(distinct author_id) from span) as commenters,
            coalesce(sum(reactions), 0)::bigint as reactions, coalesce(sum(flags), 0)::bigint as flags from done
        )
        select '{}'::text[], null, null, comments, commenters, reactions, flags from sums
        """;

    public static readonly Report Report = new(
        "hours",
        [
            Key("weekday"),
            Key("hour"),
            Count("comments"),
            Count("commenters"),
            Count("reactions"),
            Count("flags"),
        ],
        part =>
            $"""
                posted as (
                  select c.grp, {Of(
                    "c.posted_at"
                )}, count(*) as comments, count(distinct c.author_id) as commenters
                  from span c group by 1, 2, 3
                ), done as (
                  select f.grp, {Of("f.at")}, count(*) filter (where f.kind = 'reaction') as reactions,
                    count(*) filter (where f.kind = 'flagged') as flags
                  from happened f where f.kind in ('reaction', 'flagged') group by 1, 2, 3
                ), keys as (
                  {(part == ReportPart.Groups ? Busy : All)}
                ) {(part == ReportPart.Totals ? Totals : Rows)}
                """
    );

    static string Of(string time) =>
        $"extract(isodow from {time} at time zone $2)::int as weekday, extract(hour from {time} at time zone $2)::int as hour";
}
