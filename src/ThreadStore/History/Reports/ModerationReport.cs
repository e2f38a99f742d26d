namespace ThreadStore.History.Reports;

/// <summary>What was held, flagged and decided, why, by what means, by whom, and how long it took.</summary>
public static class ModerationReport
{
    // what has several reasons has a fact for each, of which the first counts in all
    public static readonly Report Report = new(
        "moderation",
        ["by", "action", "reason", "means", "moderator", "count", "secondsP50", "secondsP95"],
        $"""
        facts as (
          select f.kind, f.reason, f.means, f.actor, f.n, f.seconds
          from {ReportTables.Facts} f, asked a
          where f.site = a.site and f.at >= a.since and f.at < a.until and f.kind <> 'reaction'
        ), counted as (
          select 'all' as level, kind, null as reason, null as means, null as actor, count(*) as count,
            percentile_cont(0.5) within group (order by seconds) as p50, percentile_cont(0.95) within group (order by seconds) as p95
          from facts where n = 0 group by kind
          union all
          select 'reason', kind, reason, means, null, count(*), percentile_cont(0.5) within group (order by seconds),
            percentile_cont(0.95) within group (order by seconds)
          from facts group by kind, reason, means
          union all
          select 'moderator', kind, null, null, actor, count(*), percentile_cont(0.5) within group (order by seconds),
            percentile_cont(0.95) within group (order by seconds)
          from facts where n = 0 and actor is not null group by kind, actor
        )
        select level, kind, reason, means, actor, count, p50, p95 from counted
        order by array_position(array['all', 'reason', 'moderator'], level), actor collate "C" nulls first,
          kind collate "C", reason collate "C" nulls first, means collate "C" nulls first
        """
    );
}
