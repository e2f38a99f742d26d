namespace ThreadStore.Rows;

/// <summary>Brings in what an author wrote, all at once: what a ban that takes it away must know.</summary>
public sealed partial class RowStore
{
    /// <summary>As their author is told: what is shadowed, too, unless they read that it is rejected.</summary>
    const string IsStanding = """
        (c.state in ('published', 'pending') or (c.state = 'rejected' and c.removed_by = 'rule'
          and c.reasons like '%"rule":"shadow"%' and c.reasons not like '%"rule":"banned%'))
        """;

    readonly string articlesOfAuthors = $"""
        select {ArticleRows.Columns}
        from (
          select distinct c.site, c.article_id as id from unnest($1, $2) as w(site, author)
          join {schema}.comment_rows c on c.site = w.site and c.author_id = w.author where {IsStanding}
        ) w join {schema}.article_rows r on r.site = w.site and r.id = w.id
        """;

    readonly string commentsOfAuthors = $"""
        with recursive r as (
          select c.*, true as climb
          from unnest($1, $2) as w(site, author)
          cross join lateral (
            select c.* from {schema}.comment_rows c where c.site = w.site and c.author_id = w.author and {IsStanding}
            order by c.posted_at desc limit {WorkingSet.MaxCommentsOfAuthor}
          ) c
          union all
          select p.*, false
          from r join {schema}.comment_rows p on p.site = r.site and p.id = r.parent_id
          where r.climb or r.state <> 'published'
        )
        select {CommentRows.Columns} from r
        """;
}
