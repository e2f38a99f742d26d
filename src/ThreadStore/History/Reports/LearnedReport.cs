using ThreadStore.EventStore;
using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>
/// What a learned model is worth once it is at work, by week: of the comments that it judged and on which people decided
/// since, those that it held and they took away (confirmed), that it held and they let stand (let through), and that it did
/// not hold and they took away (missed). precision = confirmed / (confirmed + let through), recall = confirmed /
/// (confirmed + missed).
/// </summary>
public static class LearnedReport
{
    public const string Name = "learned";

    const string Figures = """
        count(*) filter (where is_held), count(*) filter (where is_held and outcome = 'rejected'),
        count(*) filter (where is_held and outcome = 'approved'),
        count(*) filter (where not is_held and outcome = 'rejected'),
        count(*) filter (where is_held and outcome = 'rejected')::float8 / nullif(count(*) filter (where is_held), 0),
        count(*) filter (where is_held and outcome = 'rejected')::float8
          / nullif(count(*) filter (where outcome = 'rejected'), 0)
        """;

    const string Rows = $"""
        select j.grp, i.start, i.local, j.model, j.held, j.confirmed, j.passed, j.missed, j.precision, j.recall from (
          select grp, n, model, {Figures} from judged group by grp, n, model
        ) j(grp, n, model, held, confirmed, passed, missed, precision, recall)
        join intervals i on i.n = j.n
        order by j.grp collate "C", j.n, j.model collate "C"
        """;

    const string Totals = $$"""
        select '{}'::text[], null, null, null, {{Figures}} from judged
        """;

    // which model said what is in the event that brought the text, and few are decided on
    public static readonly Report Report = new(
        Name,
        [
            Start("start"),
            Label("local"),
            Key("model"),
            Count("held"),
            Count("confirmed"),
            Count("letThrough"),
            Count("missed"),
            Measure("precision"),
            Measure("recall"),
        ],
        part =>
            $"""
                judged as materialized (
                  select c.grp, {ReportPrelude.NumberOf(
                    "c.posted_at",
                    part
                )} as n, v.verdict->>'model' as model, c.outcome,
                    coalesce(v.verdict->>'state', '') = 'pending' as is_held
                  from span c
                  cross join lateral (
                    select e.data from {EventTables.Events} e
                    where e.tenant_id = c.site and e.stream_id = c.id and e.type in ('comment-posted', 'comment-edited')
                    order by e.version desc limit 1
                  ) e
                  cross join lateral jsonb_path_query_first(
                    e.data, '$.verdicts[*] ? (@.rule == "learned" && @.model != null)') v(verdict)
                  where c.outcome is not null and v.verdict is not null
                )
                {(part == ReportPart.Totals ? Totals : Rows)}
                """,
        new(ReportPrelude.WrittenEnds, query => query.Interval ?? ReportInterval.Week)
    );
}
