namespace ThreadStore.History.Reports;

/// <summary>The shapes of discussions: how many go how deep, and how broad they are.</summary>
public static class ThreadsReport
{
    public static readonly Report Report = new(
        "threads",
        ["measure", "value", "threads"],
        """
        levels as (
          select c.article_id, c.depth, count(*) as comments
          from span c where c.state = 'published' group by c.article_id, c.depth
        ), shapes as (
          select max(depth)::bigint as depth, max(comments) as breadth from levels group by article_id
        )
        select m.measure, m.value, count(*) from shapes s
        cross join lateral (values ('depth', s.depth), ('breadth', s.breadth)) m(measure, value)
        group by m.measure, m.value
        order by m.measure desc, m.value
        """
    );
}
