using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>
/// How rough it gets: of all comments in C, and of those that each rule ever caught, the share that is rejected, the share
/// that was flagged and how often, and the scores that outside classifiers gave. The row of all comments has no rule.
/// </summary>
public static class CivilityReport
{
    const string Figures = """
        count(*), count(*) filter (where state = 'rejected'),
        (count(*) filter (where state = 'rejected'))::float8 / nullif(count(*), 0),
        count(*) filter (where flags > 0), (count(*) filter (where flags > 0))::float8 / nullif(count(*), 0),
        coalesce(sum(flags), 0)::bigint, count(score), avg(score), percentile_cont(0.95) within group (order by score)
        """;

    const string Rows = $"""
        , caught as (
          select distinct f.grp, f.site, f.comment_id, f.reason as rule from occurred f where {ReportPrelude.IsCatch}
        )
        select * from (
          select grp, null::text as rule, {Figures} from counted group by grp
          union all
          select c.grp, k.rule, {Figures}
          from counted c join caught k on k.grp = c.grp and k.site = c.site and k.comment_id = c.id group by c.grp, k.rule
        ) r
        order by grp collate "C", rule collate "C" nulls first
        """;

    const string Totals = $$"""
        select '{}'::text[], null, {{Figures}} from counted
        """;

    public static readonly Report Report = new(
        "civility",
        [
            Key("rule"),
            Count("comments"),
            Count("rejected"),
            Measure("rejectedShare"),
            Count("flagged"),
            Measure("flaggedShare"),
            Count("flags"),
            Count("scored"),
            Measure("meanScore"),
            Measure("scoreP95"),
        ],
        part =>
            $"""
                counted as (
                  select grp, site, id, state, flags, score from span
                )
                {(part == ReportPart.Totals ? Totals : Rows)}
                """
    );
}
