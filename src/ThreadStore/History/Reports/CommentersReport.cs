using ThreadStore.Threads;

namespace ThreadStore.History.Reports;

/// <summary>Who writes, and what comes back, those with most comments first.</summary>
public static class CommentersReport
{
    public static readonly Report Report = new(
        "commenters",
        ["commenter", "name", "comments", "repliesReceived", "reactions", "approvalRate"],
        $"""
        replied as (
          select p.id, count(*) as replies
          from asked a
          join {ReportTables.Comments} r on r.site = a.site and r.state = 'published'
          join {ReportTables.Comments} p on p.site = r.site and p.id = r.parent_id and p.author_id <> r.author_id
          group by p.id
        ), wrote as (
          select c.site, c.author_id, count(*) filter (where c.state = 'published') as published,
            count(*) filter (where c.state = 'rejected') as rejected,
            coalesce(sum(r.replies), 0)::bigint as replies, coalesce(sum(c.reactions), 0)::bigint as reactions
          from span c left join replied r on r.id = c.id group by c.site, c.author_id
        )
        select k.key, k.name, w.published, w.replies, w.reactions,
          w.published::float8 / nullif(w.published + w.rejected, 0)
        from wrote w join {ReaderTables.Schema}.{ReaderTables.Commenters} k on k.site = w.site and k.id = w.author_id
        order by w.published desc, k.key collate "C"
        """
    );
}
