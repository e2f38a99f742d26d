using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>What people did, by hour, day, week or month: also the intervals in which nobody did anything.</summary>
public static class ActivityReport
{
    const string IsDone = "f.kind in ('reaction', 'flagged')";

    // an end that was given counts, whether or not something happened there
    const string Ends = $"""
        with busy as (
          select min(c.posted_at) as first, max(c.posted_at) as last from {ReportTables.Comments} c
          where c.site = any($1) and c.posted_at >= $3 and c.posted_at < $4
          union all
          select min(f.at), max(f.at) from {ReportTables.Facts} f
          where f.site = any($1) and f.at >= $3 and f.at < $4 and {IsDone}
        )
        select case when isfinite($3) then $3 else min(first) end,
          case when isfinite($4) then $4 - interval '1 microsecond' else max(last) end
        from busy
        """;

    // divided by more than time, only what happened has a row
    const string Keys = """
        select grp, n from posted union select grp, n from done
        """;

    static string KeysOf(ReportPart part) =>
        part switch
        {
            ReportPart.Totals => "select '{}'::text[] as grp, 0 as n",
            ReportPart.Groups => Keys,
            _ => "select '{}'::text[] as grp, n from intervals",
        };

    public static readonly Report Report = new(
        "activity",
        [
            Start("start"),
            Label("local"),
            Count("comments"),
            Count("commenters"),
            Count("newCommenters"),
            Count("reactions"),
            Count("flags"),
        ],
        part =>
            $$"""
                posted as (
                  select c.grp, {{ReportPrelude.NumberOf("c.posted_at", part)}} as n, count(*) as comments,
                    count(distinct c.author_id) as commenters
                  from span c group by 1, 2
                ), joined as (
                  select f.grp, {{ReportPrelude.NumberOf("f.posted_at", part)}} as n, count(*) as commenters
                  from (select grp, min(posted_at) as posted_at from ever group by grp, author_id) f
                  where f.posted_at >= $3 and f.posted_at < $4 group by 1, 2
                ), done as (
                  select f.grp, {{ReportPrelude.NumberOf("f.at", part)}} as n,
                    count(*) filter (where f.kind = 'reaction') as reactions, count(*) filter (where f.kind = 'flagged') as flags
                  from happened f where {{IsDone}} group by 1, 2
                ), keys as (
                  {{KeysOf(part)}}
                )
                select k.grp, i.start, i.local, coalesce(p.comments, 0), coalesce(p.commenters, 0), coalesce(j.commenters, 0),
                  coalesce(d.reactions, 0), coalesce(d.flags, 0)
                from keys k
                left join intervals i on i.n = k.n
                left join posted p on p.grp = k.grp and p.n = k.n
                left join joined j on j.grp = k.grp and j.n = k.n
                left join done d on d.grp = k.grp and d.n = k.n
                order by k.grp collate "C", k.n
                """,
        new(Ends, query => query.Interval ?? ReportInterval.Day)
    );
}
