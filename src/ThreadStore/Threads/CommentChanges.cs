using ThreadStore.Comments;

namespace ThreadStore.Threads;

/// <summary>What happens to comments, and through them to their thread, their article and their author.</summary>
public sealed partial class WorkingSet
{
    void Post(Comment comment)
    {
        Comments.Put(comment.Site, comment.Id, comment, RowChange.Added);
        RecentTexts[comment.TextHash] = comment.PostedAt;
        Recent.Posted(comment);
        if (comment.IsPublished)
            Publish(comment, +1);
    }

    void Edit(string site, CommentEdited e)
    {
        var comment = Comments.Require(site, e.CommentId);
        var edited = comment.Apply(e, CommentJson.AuthorKey(comment.AuthorJson));
        Comments.Put(site, edited.Id, edited, RowChange.Whole | RowChange.State);
        Recent.Changed(edited);
        if (e.State != comment.State)
            Turn(edited, e.State, e.State == CommentState.Published ? null : RemovedBy.Rule);
    }

    /// <summary>A decision about a comment; counts as one of its own events.</summary>
    void SetState(Comment comment, CommentState state, RemovedBy? by)
    {
        comment = comment with { Version = comment.Version + 1 };
        Comments.Put(comment.Site, comment.Id, comment, RowChange.State);
        Turn(comment, state, by);
    }

    void Turn(Comment before, CommentState state, RemovedBy? by)
    {
        var after = before with { State = state, RemovedBy = by };
        Comments.Put(after.Site, after.Id, after, RowChange.State);
        if (before.IsPublished != after.IsPublished)
            Publish(after, after.IsPublished ? +1 : -1);
    }

    /// <summary>Readers now see the text of a comment (+1), or no longer (-1).</summary>
    void Publish(Comment comment, int change)
    {
        CountOnArticle(comment, change);
        var author = Commenters.Require(comment.Site, comment.AuthorId);
        author = author with { CommentCount = author.CommentCount + change };
        Commenters.Put(author.Site, author.Id, author, RowChange.State);
        if (comment.ParentId is not { } parentId)
            return;
        var parent = Comments.Require(comment.Site, parentId);
        parent = parent with { ReplyCount = parent.ReplyCount + change };
        Comments.Put(parent.Site, parent.Id, parent, RowChange.State);
        // with something shown below it, it stays in the thread all along
        if (comment.ShownReplies == 0)
            Show(parent, change);
    }

    void CountOnArticle(Comment comment, int change)
    {
        var article = Articles.Require(comment.Site, comment.ArticleId);
        if (change < 0 && article.LastCommentAt <= comment.PostedAt)
            LostNewest.Add((article.Site, article.Id));
        Articles.Put(
            article.Site,
            article.Id,
            article with
            {
                CommentCount = article.CommentCount + change,
                LastCommentAt =
                    change < 0 || article.LastCommentAt > comment.PostedAt
                        ? article.LastCommentAt
                        : comment.PostedAt,
            },
            RowChange.State
        );
    }

    /// <summary>
    /// Something directly below <paramref name="comment"/> came into the thread (+1) or left it (-1); where that makes
    /// its own tombstone come or go, the same holds for what stands above.
    /// </summary>
    void Show(Comment comment, int change)
    {
        while (true)
        {
            var wasShown = comment.IsShown;
            comment = comment with { ShownReplies = comment.ShownReplies + change };
            Comments.Put(comment.Site, comment.Id, comment, RowChange.State);
            if (wasShown == comment.IsShown || comment.ParentId is not { } parentId)
                return;
            comment = Comments.Require(comment.Site, parentId);
        }
    }

    void React(string site, ReactionSet e)
    {
        if (e.Previous is { } previous)
            Count(site, e.CommentId, previous, -1);
        Count(site, e.CommentId, new(e.Kind, e.Weight), +1);
        var reaction = Reaction.Create(site, e);
        Reactions.Put(site, reaction.Id, reaction, RowChange.Whole);
    }

    void Unreact(string site, ReactionRemoved e)
    {
        Count(site, e.CommentId, e.Previous, -1);
        var reaction = Reactions.Require(site, Storage.StreamId.Reaction(e.CommentId, e.By));
        Reactions.Put(site, reaction.Id, reaction with { Placed = null }, RowChange.Whole);
    }

    void Count(string site, Guid commentId, PlacedReaction reaction, int change)
    {
        var comment = Comments.Require(site, commentId).Count(reaction.Kind, reaction.Weight, change);
        Comments.Put(site, comment.Id, comment, RowChange.State);
        var author = Commenters.Require(site, comment.AuthorId);
        author = author with { ReactionsReceived = author.ReactionsReceived + change };
        Commenters.Put(site, author.Id, author, RowChange.State);
    }

    void Flag(string site, CommentFlagged e)
    {
        var comment = Comments.Require(site, e.CommentId);
        Comments.Put(site, comment.Id, comment with { Flags = comment.Flags + 1 }, RowChange.State);
        var flag = ThreadStore.Comments.Flag.Create(site, e);
        Flags.Put(site, flag.Id, flag, RowChange.Whole);
    }
}
