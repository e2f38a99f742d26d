using Npgsql;
using ThreadStore.Articles;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Threads;

namespace ThreadStore.History;

/// <summary>An article's discussion as it stood at a position.</summary>
public sealed class PastThread
{
    // Flags make no difference to what is read: what they lead to is an event of the comment.
    static readonly PastEvents Events = new(
        $"""
        from {EventTables.Events} e
        where e.tenant_id = $1 and e.seq_id <= $2 and e.{EventFilter.ArticleKey} = $3 and e.type not in ('comment-flagged', 'flag-recounted')
        """,
        InOrder: true
    );

    // of articles that were one for a time
    static readonly PastEvents EventsOfFamily = new(
        $"""
        from {EventTables.Events} e
        where e.tenant_id = $1 and e.seq_id <= $2 and e.{EventFilter.ArticleKey} = any($3) and e.type not in ('comment-flagged', 'flag-recounted')
        """,
        InOrder: false
    );

    readonly PastFold fold;
    readonly Dictionary<Guid, Comment> comments;
    readonly ILookup<Guid, Comment> shownUnder;

    PastThread(PastFold fold, Article article)
    {
        (this.fold, Article) = (fold, article);
        comments = fold.Comments.Where(c => c.ArticleId == article.Id).ToDictionary(c => c.Id);
        shownUnder = comments.Values.Where(c => c.IsShown).ToLookup(c => c.ParentId ?? c.ArticleId);
    }

    public Article Article { get; }

    /// <summary>How many comments it has.</summary>
    public int Size => comments.Count;

    /// <param name="family">All keys whose comments were ever together with its own, itself among them.</param>
    /// <returns>Null where there was no such article yet.</returns>
    public static async Task<PastThread?> ReadAsync(
        NpgsqlDataSource database,
        string site,
        string articleKey,
        HashSet<string> family,
        long position,
        CancellationToken ct
    )
    {
        var fold =
            family.Count == 1
                ? await PastFold.ReadAsync(database, site, position, Events, ct, articleKey)
                : await PastFold.ReadAsync(database, site, position, EventsOfFamily, ct, [family.ToArray()]);
        var article = fold.Rows.Articles.Known(site, StreamId.Article(site, articleKey));
        return article is { IsHere: true } ? new(fold, article) : null;
    }

    /// <summary>A comment after all that stand above it, root first; empty where it was not there yet.</summary>
    public async Task<IReadOnlyList<CommentView>> LineAsync(
        NpgsqlDataSource database,
        Guid commentId,
        CancellationToken ct
    )
    {
        var line = new List<Comment>();
        for (Guid? id = commentId; id is { } next && comments.TryGetValue(next, out var comment); )
        {
            line.Add(comment);
            id = comment.ParentId;
        }
        line.Reverse();
        var views = await fold.ViewsAsync(database, line, ct);
        return line.ConvertAll(c => views[c.Id]);
    }

    public bool Has(Guid commentId) => comments.ContainsKey(commentId);

    /// <summary>What the query's own command would have read.</summary>
    public async Task<ThreadPage> PageAsync(
        NpgsqlDataSource database,
        ThreadQuery query,
        CancellationToken ct
    )
    {
        var candidates = shownUnder[query.Under].ToList();
        var ranks = await fold.RanksAsync(database, query.Sort, candidates, ct);
        var keys = candidates.Select((c, i) => new ThreadKey(ranks[i], c.PostedAt, c.Id)).ToList();
        if (query.After is { } last)
            keys.RemoveAll(k => query.Compare(k, last) <= 0);
        keys.Sort((a, b) => query.Compare(a, b));
        keys = keys[..Math.Min(keys.Count, query.Page.Limit + 1)];

        var level = keys.ConvertAll(k => comments[k.Id]);
        var chosen = new List<Comment>(level);
        for (var depth = 0; depth < ThreadQuery.MaxLevels; depth++)
        {
            // what could not be shown need not be looked up
            level =
            [
                .. level
                    .Take(depth == 0 ? query.Page.Limit : ThreadQuery.MaxComments)
                    .SelectMany(c =>
                        shownUnder[c.Id].OrderBy(r => r.PostedAt).ThenBy(r => r.Id).Take(query.Replies)
                    ),
            ];
            chosen.AddRange(level);
        }
        var views = await fold.ViewsAsync(database, chosen, ct);
        var page = new ThreadPage();
        page.Items.AddRange(keys.Select(k => (views[k.Id], k.Rank)));
        foreach (var reply in chosen.Skip(keys.Count))
            page.AddReply(reply.ParentId ?? Guid.Empty, views[reply.Id]);
        return page;
    }
}
