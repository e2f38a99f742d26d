using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>
/// Who came, who came back and who stayed away, and how much of it all a few write: new(i) = those of its commenters whose
/// first comment lies in i; lost(i) = those of the interval before who wrote nothing in i; topX(i) = comments by the
/// ⌈X % · commenters⌉ most active / comments.
/// </summary>
public static class ReturningReport
{
    const string Rows = """
        lost as (
          select w.grp, w.n + 1 as n, count(*) as lost from wrote w
          where not exists (select from wrote x where x.grp = w.grp and x.author_id = w.author_id and x.n = w.n + 1)
          group by 1, 2
        ), keys as (
          select grp, n from came union select grp, n from lost {0}
        )
        select k.grp, i.start, i.local, coalesce(c.commenters, 0), coalesce(c.new, 0), coalesce(c.commenters - c.new, 0),
          case when i.n > 1 then coalesce(l.lost, 0) end, c.top1, c.top5, c.top20
        from keys k
        join intervals i using (n)
        left join came c using (grp, n)
        left join lost l using (grp, n)
        order by k.grp collate "C", k.n
        """;

    const string Totals = """
        one as (select 0 as n)
        select '{}'::text[], null, null, coalesce(c.commenters, 0), coalesce(c.new, 0), coalesce(c.commenters - c.new, 0),
          null, c.top1, c.top5, c.top20
        from one left join came c using (n)
        """;

    public static readonly Report Report = new(
        "returning",
        [
            Start("start"),
            Label("local"),
            Count("commenters"),
            Count("newCommenters"),
            Count("returning"),
            Measure("lost"),
            Measure("top1Share"),
            Measure("top5Share"),
            Measure("top20Share"),
        ],
        part =>
            $"""
                firsts as (
                  select grp, author_id, min(posted_at) as first from ever group by 1, 2
                ), wrote as materialized (
                  select c.grp, {ReportPrelude.NumberOf(
                    "c.posted_at",
                    part
                )} as n, c.author_id, count(*) as comments
                  from span c group by 1, 2, 3
                ), ranked as (
                  select w.grp, w.n, w.comments, f.first >= $3 and w.n = {ReportPrelude.NumberOf(
                    "f.first",
                    part
                )} as is_new,
                    row_number() over (partition by w.grp, w.n order by w.comments desc) as place,
                    count(*) over (partition by w.grp, w.n) as people
                  from wrote w join firsts f on f.grp = w.grp and f.author_id = w.author_id
                ), came as (
                  select grp, n, count(*) as commenters, count(*) filter (where is_new) as new,
                    {Share(1)} as top1, {Share(5)} as top5, {Share(20)} as top20
                  from ranked group by grp, n
                ), {(
                    part == ReportPart.Totals
                        ? Totals
                        : Rows.Replace("{0}", ReportPrelude.Idle(part), StringComparison.Ordinal)
                )}
                """,
        new(ReportPrelude.WrittenEnds, query => query.Interval ?? ReportInterval.Month)
    );

    static string Share(int percent) =>
        $"(sum(comments) filter (where place <= ceil(people * {percent} / 100.0)))::float8 / sum(comments)::float8";
}
