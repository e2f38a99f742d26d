namespace ThreadStore.History.Reports;

/// <summary>What people did, by hour, day or week: also the intervals in which nobody did anything.</summary>
public static class ActivityReport
{
    const string IsDone = """
        f.site = $1 and f.at >= $3 and f.at < $4 and f.kind in ('reaction', 'flagged')
        """;

    // an end that was given counts, whether or not something happened there
    const string Ends = $"""
        with busy as (
          select min(c.posted_at) as first, max(c.posted_at) as last from {ReportTables.Comments} c
          where c.site = $1 and c.posted_at >= $3 and c.posted_at < $4
          union all
          select min(f.at), max(f.at) from {ReportTables.Facts} f where {IsDone}
        )
        select case when isfinite($3) then $3 else min(first) end,
          case when isfinite($4) then $4 - interval '1 microsecond' else max(last) end
        from busy
        """;

    public static readonly Report Report = new(
        "activity",
        ["start", "local", "comments", "commenters", "newCommenters", "reactions", "flags"],
        $"""
        posted as (
          select {ReportQuery.NumberOf("c.posted_at")} as n, count(*) as comments,
            count(distinct c.author_id) as commenters
          from span c group by 1
        ), joined as (
          select {ReportQuery.NumberOf("f.posted_at")} as n, count(*) as commenters
          from (
            select min(c.posted_at) as posted_at from {ReportTables.Comments} c, asked a where c.site = a.site group by c.author_id
          ) f, asked a where f.posted_at >= a.since and f.posted_at < a.until group by 1
        ), done as (
          select {ReportQuery.NumberOf("f.at")} as n,
            count(*) filter (where f.kind = 'reaction') as reactions, count(*) filter (where f.kind = 'flagged') as flags
          from {ReportTables.Facts} f where {IsDone} group by 1
        )
        select i.start, i.local, coalesce(p.comments, 0), coalesce(p.commenters, 0), coalesce(j.commenters, 0),
          coalesce(d.reactions, 0), coalesce(d.flags, 0)
        from intervals i
        left join posted p on p.n = i.n
        left join joined j on j.n = i.n
        left join done d on d.n = i.n
        order by i.n
        """,
        new(Ends, query => query.Interval)
    );
}
