using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>The shapes of discussions: how many go how deep, and how broad they are. The totals count all discussions.</summary>
public static class ThreadsReport
{
    const string Rows = """
        select s.grp, m.measure, m.value, count(*) from shapes s
        cross join lateral (values ('depth', s.depth), ('breadth', s.breadth)) m(measure, value)
        group by s.grp, m.measure, m.value
        order by s.grp collate "C", m.measure desc, m.value
        """;

    const string Totals = "select '{}'::text[], null, null, count(*) from shapes";

    public static readonly Report Report = new(
        "threads",
        [Key("measure"), Key("value"), Count("threads")],
        part =>
            $"""
                levels as (
                  select c.grp, c.article_id, c.depth, count(*) as comments
                  from span c where c.state = 'published' group by c.grp, c.article_id, c.depth
                ), shapes as (
                  select grp, max(depth)::bigint as depth, max(comments) as breadth from levels group by grp, article_id
                )
                {(part == ReportPart.Totals ? Totals : Rows)}
                """
    );
}
