using ThreadStore.Moderation.Rules;

namespace ThreadStore.Rows;

/// <summary>What authors wrote of late, and what became of it, as far as screening asks.</summary>
public sealed partial class RowStore
{
    // somebody may have written very much that nobody decided on: the newest thousand are enough to look through
    readonly string decided = $"""
        select w.id, r.rate
        from unnest($1) as w(id) cross join lateral (
          select avg((d.state = 'rejected' or coalesce(d.removed_by, '') = 'moderator')::int)::float8 as rate
          from (
            select n.state, n.removed_by from (
              select c.state, c.removed_by, c.decision, c.posted_at from {schema}.comment_rows c
              where c.author_id = w.id order by c.posted_at desc limit 1000
            ) n
            where n.decision is not null order by n.posted_at desc limit {RejectionRate.Comments}
          ) d
        ) r
        """;

    readonly string times = $"""
        select w.id, r.posted_at
        from unnest($1) as w(id) cross join lateral (
          select c.posted_at from {schema}.comment_rows c where c.author_id = w.id and c.posted_at > $2
          order by c.posted_at desc limit 1001
        ) r
        """;

    readonly string places = $"""
        select w.author, w.content, c.article_id, c.posted_at
        from unnest($1, $2) as w(author, content)
        join {schema}.comment_rows c
          on c.author_id = w.author and c.posted_at > $3 and c.content = w.content and c.state <> 'deleted'
        """;
}
