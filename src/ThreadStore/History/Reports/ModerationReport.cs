using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>What was held, flagged and decided, why, by what means, by whom, and how long it took.</summary>
public static class ModerationReport
{
    const string Figures = """
        count(*), percentile_cont(0.5) within group (order by seconds), percentile_cont(0.95) within group (order by seconds)
        """;

    // what has several reasons has a fact for each, of which the first counts in all
    const string Rows = $"""
        select grp, level, kind, reason, means, actor, count, p50, p95 from (
          select grp, 'all', kind, null, null, null, {Figures}
          from facts where n = 0 group by grp, kind
          union all
          select grp, 'reason', kind, reason, means, null, {Figures}
          from facts group by grp, kind, reason, means
          union all
          select grp, 'moderator', kind, null, null, actor, {Figures}
          from facts where n = 0 and actor is not null group by grp, kind, actor
        ) counted(grp, level, kind, reason, means, actor, count, p50, p95)
        order by grp collate "C", array_position(array['all', 'reason', 'moderator'], level), actor collate "C" nulls first,
          kind collate "C", reason collate "C" nulls first, means collate "C" nulls first
        """;

    const string Totals = $$"""
        select '{}'::text[], null, null, null, null, null, {{Figures}} from facts where n = 0
        """;

    public static readonly Report Report = new(
        "moderation",
        [
            Key("by"),
            Key("action"),
            Key("reason"),
            Key("means"),
            Key("moderator"),
            Count("count"),
            Measure("secondsP50"),
            Measure("secondsP95"),
        ],
        part =>
            $"""
                facts as (
                  select grp, kind, reason, means, actor, n, seconds from happened where kind not in ('reaction', 'waited', 'discounted')
                )
                {(part == ReportPart.Totals ? Totals : Rows)}
                """
    );
}
