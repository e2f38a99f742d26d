using ThreadStore.Rows;
using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>Who writes, and what comes back, those with most comments first.</summary>
public static class CommentersReport
{
    const string Rate = "published::float8 / nullif(published + rejected, 0)";

    const string Rows = $"""
        select w.grp, k.key, k.name, w.published, w.replies, w.reactions, {Rate}
        from wrote w join {ReaderTables.Schema}.{ReaderTables.Commenters} k on k.site = w.site and k.id = w.author_id
        order by w.grp collate "C", w.published desc, k.key collate "C"
        """;

    const string Totals = $$"""
        select '{}'::text[], null, null, published, replies, reactions, {{Rate}} from (
          select coalesce(sum(published), 0)::bigint as published, coalesce(sum(rejected), 0)::bigint as rejected,
            coalesce(sum(replies), 0)::bigint as replies, coalesce(sum(reactions), 0)::bigint as reactions
          from wrote) t
        """;

    public static readonly Report Report = new(
        "commenters",
        [
            Key("commenter"),
            Label("name"),
            Count("comments"),
            Count("repliesReceived"),
            Count("reactions"),
            Measure("approvalRate"),
        ],
        part =>
            $"""
                replied as (
                  select p.id, count(*) as replies
                  from {ReportTables.Comments} r
                  join {ReportTables.Comments} p on p.site = r.site and p.id = r.parent_id and p.author_id <> r.author_id
                  where r.site = any($1) and r.state = 'published'
                  group by p.id
                ), wrote as (
                  select c.grp, c.site, c.author_id, count(*) filter (where c.state = 'published') as published,
                    count(*) filter (where c.state = 'rejected') as rejected,
                    coalesce(sum(r.replies), 0)::bigint as replies, coalesce(sum(c.reactions), 0)::bigint as reactions
                  from span c left join replied r on r.id = c.id group by c.grp, c.site, c.author_id
                )
                {(part == ReportPart.Totals ? Totals : Rows)}
                """
    );
}
