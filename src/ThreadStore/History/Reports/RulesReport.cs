using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>
/// Which rule is wrong how often: of what each caught, how much people later let through, by month:
/// precision = confirmed / (confirmed + let through). A rule has a row for the whole period, whose start is null, and one for
/// each interval; what several rules caught counts for each of them, and once in the totals.
/// </summary>
public static class RulesReport
{
    const string Figures = """
        count(*), count(*) filter (where outcome = 'approved'), count(*) filter (where outcome = 'rejected'),
        count(*) filter (where outcome is null),
        count(*) filter (where outcome = 'rejected')::float8 / nullif(count(outcome), 0)
        """;

    const string Rows = $"""
        select c.grp, c.rule, i.start, i.local, c.caught, c.passed, c.confirmed, c.undecided, c.precision from (
          select grp, rule, null::int as n, {Figures} from caught group by grp, rule
          union all
          select grp, rule, n, {Figures} from caught group by grp, rule, n
        ) c(grp, rule, n, caught, passed, confirmed, undecided, precision)
        left join intervals i on i.n = c.n
        order by c.grp collate "C", c.rule collate "C", c.n nulls first
        """;

    const string Totals = $$"""
        select '{}'::text[], null, null, null, {{Figures}} from caught where is_first
        """;

    public static readonly Report Report = new(
        "rules",
        [
            Key("rule"),
            Start("start"),
            Label("local"),
            Count("caught"),
            Count("letThrough"),
            Count("confirmed"),
            Count("undecided"),
            Measure("precision"),
        ],
        part =>
            $"""
            caught as (
              select f.grp, f.reason as rule, {ReportPrelude.NumberOf(
                "f.at",
                part
            )} as n, f.n = 0 as is_first, c.outcome
              from happened f join {ReportTables.Comments} c on c.site = f.site and c.id = f.comment_id
              where {ReportPrelude.IsCatch}
            )
            {(part == ReportPart.Totals ? Totals : Rows)}
            """,
        new(ReportPrelude.AllEnds, query => query.Interval ?? ReportInterval.Month)
    );
}
