using ThreadStore.Threads;

namespace ThreadStore.History.Reports;

/// <summary>How articles are discussed, the most commented first.</summary>
public static class ArticlesReport
{
    public static readonly Report Report = new(
        "articles",
        [
            "article",
            "title",
            "comments",
            "commenters",
            "depth",
            "firstCommentAfterSeconds",
            "halfLifeSeconds",
        ],
        $"""
        discussed as (
          select c.site, c.article_id, count(*) as comments, count(distinct c.author_id) as commenters,
            max(c.depth) as depth, min(c.posted_at) as first,
            percentile_disc(0.5) within group (order by c.posted_at) as half
          from span c where c.state = 'published' group by c.site, c.article_id
        )
        select r.key, r.title, d.comments, d.commenters, d.depth,
          extract(epoch from d.first - coalesce(r.published_at, r.registered_at))::float8,
          extract(epoch from d.half - d.first)::float8
        from discussed d join {ReaderTables.Schema}.{ReaderTables.Articles} r on r.site = d.site and r.id = d.article_id
        order by d.comments desc, r.key collate "C"
        """
    );
}
