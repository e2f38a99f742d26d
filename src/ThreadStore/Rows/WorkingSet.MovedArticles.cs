using ThreadStore.Articles;
using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Rows;

/// <summary>
/// What renaming and merging articles does. A comment is always where the key that it was written under leads to: so it is
/// enough to know that key, and where keys lead, to move comments there and back.
/// </summary>
public sealed partial class WorkingSet
{
    // none of them in nearly all sets
    HashSet<(string Site, Guid Id)>? families;
    Dictionary<(string Site, Guid Id), ArticleContent?>? contents;
    Dictionary<(string Site, string Article, long After), bool?>? written;
    HashSet<(string Site, Guid Id)>? moved;

    /// <summary>Articles that must be known with all that lead to them, and all that they lead to.</summary>
    public IReadOnlyCollection<(string Site, Guid Id)> Families => families ?? [];

    /// <summary>What publishers say of articles, where it must be known; null: not loaded yet.</summary>
    public IReadOnlyDictionary<(string Site, Guid Id), ArticleContent?> Contents => contents ?? [];

    /// <summary>Whether anything was written on an article after a position, where it must be known.</summary>
    public IReadOnlyDictionary<(string Site, string Article, long After), bool?> Written => written ?? [];

    /// <summary>Articles that comments left, or came to: which, the rows themselves tell.</summary>
    public IReadOnlyCollection<(string Site, Guid Id)> Moved => moved ?? [];

    bool AnyMoveWanted =>
        families is { Count: > 0 }
        || contents?.ContainsValue(null) == true
        || written?.ContainsValue(null) == true;

    public void WantFamily(string site, string article)
    {
        var id = StreamId.Article(site, article);
        Articles.Want(site, id);
        (families ??= []).Add((site, id));
    }

    public void WantContent(string site, Guid article) => (contents ??= []).TryAdd((site, article), null);

    public void WantWritten(string site, string article, long after) =>
        (written ??= []).TryAdd((site, article, after), null);

    public void LoadedFamilies() => families?.Clear();

    public void Loaded(string site, Guid article, ArticleContent content) =>
        (contents ??= [])[(site, article)] = content;

    public void LoadedWritten(string site, string article, long after, bool wasWritten) =>
        (written ??= [])[(site, article, after)] = wasWritten;

    /// <summary>What one that came before in the batch wrote.</summary>
    void Wrote(string site, object @event)
    {
        if (written is null || @event is not (CommentPosted or CommentEdited))
            return;
        var article = @event is CommentPosted posted ? posted.ArticleKey : ((CommentEdited)@event).ArticleKey;
        foreach (var place in written.Keys.Where(w => w.Site == site && w.Article == article).ToList())
            written[place] = true;
    }

    /// <summary>The article that one is now, or is part of; null: there is none, or its key is free.</summary>
    public Article? Root(string site, Guid id)
    {
        var article = Articles.Known(site, id);
        while (article is { MovedTo: { } next, IsVacant: false })
            article = Articles.Known(site, next);
        return article is { IsHere: true } ? article : null;
    }

    void Move(string site, IArticleMove e)
    {
        var (id, left) = (
            StreamId.Article(site, e.ArticleKey),
            Articles.Require(site, StreamId.Article(site, e.From))
        );
        var article = Article.After(Articles[site, id], site, e);
        Articles.Put(
            site,
            id,
            article,
            RowChange.State | RowChange.Moved | (e is ArticleRenamed ? RowChange.Whole : RowChange.None)
        );
        left = left with { MovedTo = e is ArticleMoveUndone ? null : id };
        Articles.Put(site, left.Id, left, RowChange.State | RowChange.Moved);
        Bring(site, id, left.Id);
        Decisions.Add(new(site, id, e.DecisionId, id, Guid.Empty, StreamId.Commenter(site, e.By)));
    }

    /// <summary>Brings comments from where they are to where the keys that they were written under lead now.</summary>
    void Bring(string site, params ReadOnlySpan<Guid> articles)
    {
        foreach (var id in articles)
            (moved ??= []).Add((site, id));
        foreach (var ((at, _), comment) in Comments.Present.ToList())
        {
            if (at != site || !articles.Contains(comment.ArticleId))
                continue;
            var origin = comment.PostedOn ?? comment.ArticleId;
            if (Root(site, origin) is not { Id: var home } || home == comment.ArticleId)
                continue;
            var brought = comment with { ArticleId = home, PostedOn = origin == home ? null : origin };
            Comments.Put(site, comment.Id, brought, RowChange.None);
        }
        // of the comments that are known here, which are all of them only in the past; the database counts its own
        foreach (var id in articles)
            Recount(Articles.Require(site, id));
    }

    void Recount(Article article)
    {
        var (count, locked, last) = (0, 0, (DateTimeOffset?)null);
        foreach (var (_, comment) in Comments.Present)
        {
            if (comment.ArticleId != article.Id || comment.Site != article.Site)
                continue;
            locked += comment.IsLocked ? 1 : 0;
            if (comment.IsPublished)
                (count, last) = (
                    count + 1,
                    comment.PostedAt > last ? comment.PostedAt : last ?? comment.PostedAt
                );
        }
        Articles.Put(
            article.Site,
            article.Id,
            article with
            {
                CommentCount = count,
                LastCommentAt = last,
                LockedBranches = locked,
            },
            RowChange.State
        );
    }
}
