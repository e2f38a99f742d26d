using ThreadStore.Rows;
using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>How articles are discussed, the most commented first. In the totals, times are medians over the articles.</summary>
public static class ArticlesReport
{
    const string Rows = """
        select grp, key, title, comments, commenters, depth, after, half from told
        order by grp collate "C", comments desc, key collate "C"
        """;

    const string Totals = """
        select '{}'::text[], null, null, coalesce(sum(t.comments), 0)::bigint,
          (select count(distinct c.author_id) from span c where c.state = 'published'), max(t.depth),
          percentile_cont(0.5) within group (order by t.after), percentile_cont(0.5) within group (order by t.half)
        from told t
        """;

    public static readonly Report Report = new(
        "articles",
        [
            Key("article"),
            Label("title"),
            Count("comments"),
            Count("commenters"),
            Measure("depth"),
            Measure("firstCommentAfterSeconds"),
            Measure("halfLifeSeconds"),
        ],
        part =>
            $"""
                discussed as (
                  select c.grp, c.site, c.article_id, count(*) as comments, count(distinct c.author_id) as commenters,
                    max(c.depth) as depth, min(c.posted_at) as first,
                    percentile_disc(0.5) within group (order by c.posted_at) as half
                  from span c where c.state = 'published' group by c.grp, c.site, c.article_id
                ), told as (
                  select d.grp, r.key, r.title, d.comments, d.commenters, d.depth,
                    extract(epoch from d.first - coalesce(r.published_at, r.registered_at))::float8 as after,
                    extract(epoch from d.half - d.first)::float8 as half
                  from discussed d
                  join {ReaderTables.Schema}.{ReaderTables.Articles} r on r.site = d.site and r.id = d.article_id
                )
                {(part == ReportPart.Totals ? Totals : Rows)}
                """
    )
    {
        Takes = [ReportBy.Section, ReportBy.Author, ReportBy.Tag, ReportBy.Language],
    };
}
