using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Rows;

/// <summary>
/// What every reader of rows counts on, and folding itself need not look at: for whoever brings facts that no command
/// decided.
/// </summary>
static class Consistency
{
    /// <param name="set">After the fact was folded, and before what comes after it was.</param>
    /// <exception cref="InvalidOperationException">Says what does not fit.</exception>
    public static void Check(WorkingSet set, string site, object @event)
    {
        if (@event is CommentPosted posted)
            Check(set, site, posted);
        else if (
            CommentEvents.About(@event) is var (comment, article)
            && set.Comments.Require(site, comment).ArticleId != StreamId.Article(site, article)
        )
            throw new InvalidOperationException($"Comment {comment} is not one of the article '{article}'.");
    }

    static void Check(WorkingSet set, string site, CommentPosted e)
    {
        var article = set.Articles.Require(site, StreamId.Article(site, e.ArticleKey));
        if (!article.IsHere)
            throw new InvalidOperationException($"The article '{e.ArticleKey}' was renamed or merged.");
        set.Commenters.Require(site, StreamId.Commenter(site, e.Author.Key));
        var parent = e.ParentId is { } id ? set.Comments.Require(site, id) : null;
        if (parent is not null && parent.ArticleId != article.Id)
            throw new InvalidOperationException($"Comment {parent.Id} is on another article.");
        if (e.Depth != (parent?.Depth ?? -1) + 1)
            throw new InvalidOperationException($"A comment below {parent?.Id} has no depth of {e.Depth}.");
    }
}
