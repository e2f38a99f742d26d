using Npgsql;
using ThreadStore.Articles;
using ThreadStore.Kernel;
using ThreadStore.Sites;

namespace ThreadStore.Rows;

/// <summary>Brings in what an author wrote, all at once: what a ban that takes it away must know.</summary>
public sealed partial class RowStore
{
    /// <summary>Of a row <c>r</c>, as they are read.</summary>
    const string ArticleColumns = """
        r.site, r.id, r.key, r.content_hash, r.urls, r.published_at, r.registered_at, r.is_withdrawn,
        r.is_closed, r.opened_at, r.moderation, r.comment_count, r.last_comment_at, r.version, r.moved_to,
        r.slow_mode_seconds, r.locked_branches
        """;

    static void ReadArticle(NpgsqlDataReader r, WorkingSet set)
    {
        var article = new Article(
            r.GetString(0),
            r.GetGuid(1),
            r.GetString(2),
            Content: null,
            r.GetString(3),
            r.GetFieldValue<string[]>(4),
            r.Time(5),
            r.GetFieldValue<DateTimeOffset>(6),
            r.GetBoolean(7),
            r.GetBoolean(8),
            r.Time(9),
            r.Text(10) is { } mode ? Words.Parse<ModerationMode>(mode) : null,
            r.GetInt32(11),
            r.Time(12),
            r.GetInt32(13),
            r.Id(14),
            r.IsDBNull(15) ? null : r.GetInt32(15),
            r.GetInt32(16)
        );
        set.Articles.Loaded(article.Site, article.Id, article);
    }

    /// <summary>Of a row <c>r</c>, as they are read.</summary>
    const string CommentColumns = """
        r.site, r.id, r.article_id, r.parent_id, r.depth, r.author_id, r.author, r.content, r.state,
        r.removed_by, r.posted_at, r.edited_at, r.version, r.is_featured, r.reactions, r.positive, r.negative,
        r.flags, r.reply_count, r.shown_replies, r.text_hash, r.request_hash,
        r.reasons, r.decision, r.decided_by, r.appeal, r.posted_on,
        r.is_locked, r.lock_decision, r.notices
        """;

    /// <summary>As their author is told: what is shadowed, too, unless they read that it is rejected.</summary>
    const string IsStanding = """
        (c.state in ('published', 'pending') or (c.state = 'rejected' and c.removed_by = 'rule'
          and c.reasons like '%"rule":"shadow"%' and c.reasons not like '%"rule":"banned%'))
        """;

    readonly string articlesOfAuthors = $"""
        select {ArticleColumns}
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
        select {CommentColumns} from r
        """;
}
