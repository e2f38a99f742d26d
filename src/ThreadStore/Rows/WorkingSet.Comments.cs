using ThreadStore.Comments;

namespace ThreadStore.Rows;

/// <summary>What happens to comments, and through them to their thread, their article and their author.</summary>
public sealed partial class WorkingSet
{
    void Post(Comment comment)
    {
        Comments.Put(comment.Site, comment.Id, comment, RowChange.Added);
        Posted(TextHash.TextOf(comment.TextHash), comment.PostedAt, comment.Id);
        Recent.Posted(comment);
        if (comment.ReasonsJson is not null)
            Comments.Put(comment.Site, comment.Id, comment, RowChange.Decided);
        if (comment.IsPublished)
            Publish(comment, +1);
        else if (comment.State == CommentState.Rejected)
            CountRejected(comment, +1, comment.SeemsPublished ? +1 : 0);
    }

    void Edit(string site, CommentEdited e)
    {
        var comment = Comments.Require(site, e.CommentId);
        var edited = Comment.After(comment, site, e);
        Recent.Changed(edited);
        Change(comment, edited, RowChange.Whole | RowChange.State | RowChange.Decided);
    }

    /// <summary>Something was decided about a comment whose text stays.</summary>
    void Change(Comment before, object @event) =>
        Change(before, Comment.After(before, before.Site, @event), RowChange.State | RowChange.Decided);

    /// <summary>A comment's own row changed; what else counts its state follows.</summary>
    void Change(Comment before, Comment after, RowChange change)
    {
        Comments.Put(after.Site, after.Id, after, change);
        if (before.IsPublished != after.IsPublished)
            Publish(after, after.IsPublished ? +1 : -1);
        var (wasRejected, isRejected) = (
            before.State == CommentState.Rejected,
            after.State == CommentState.Rejected
        );
        var shadowed = (after.SeemsPublished ? 1 : 0) - (before.SeemsPublished ? 1 : 0);
        if (wasRejected != isRejected || shadowed != 0)
            CountRejected(after, (isRejected ? 1 : 0) - (wasRejected ? 1 : 0), shadowed);
        if (before.IsLocked != after.IsLocked)
            CountLocked(after, after.IsLocked ? +1 : -1);
    }

    void CountLocked(Comment comment, int change)
    {
        var article = Articles.Require(comment.Site, comment.ArticleId);
        article = article with { LockedBranches = article.LockedBranches + change };
        Articles.Put(article.Site, article.Id, article, RowChange.State);
    }

    void CountRejected(Comment comment, int change, int shadowed)
    {
        var author = Commenters.Require(comment.Site, comment.AuthorId);
        author = author with
        {
            RejectedCount = author.RejectedCount + change,
            ShadowedCount = author.ShadowedCount + shadowed,
        };
        Commenters.Put(author.Site, author.Id, author, RowChange.State);
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
        if (e.Previous is { Shadowed: false } previous)
            Count(site, e.CommentId, previous, -1);
        if (!e.Shadowed)
            Count(site, e.CommentId, new(e.Kind, e.Weight), +1);
        var id = Kernel.StreamId.Reaction(e.CommentId, e.By);
        Reactions.Put(site, id, Reaction.After(Reactions[site, id], site, e), RowChange.Whole);
    }

    void Unreact(string site, ReactionRemoved e)
    {
        if (!e.Previous.Shadowed)
            Count(site, e.CommentId, e.Previous, -1);
        var reaction = Reactions.Require(site, Kernel.StreamId.Reaction(e.CommentId, e.By));
        Reactions.Put(site, reaction.Id, Reaction.After(reaction, site, e), RowChange.Whole);
    }

    void Count(string site, Guid commentId, PlacedReaction reaction, int change)
    {
        var comment = Comments.Require(site, commentId).Count(reaction.Kind, reaction.Weight, change);
        Comments.Put(site, comment.Id, comment, RowChange.State);
        var author = Commenters.Require(site, comment.AuthorId);
        author = author with { ReactionsReceived = author.ReactionsReceived + change };
        Commenters.Put(site, author.Id, author, RowChange.State);
    }

    /// <summary>Comments whose flags from before a time have no note, to be written before <see cref="Flags"/>, which hold the
    /// last word on those that are loaded.</summary>
    public List<(string Site, Guid Comment, DateTimeOffset Before)> PurgedNotes { get; } = [];

    void Purge(string site, FlagNotesPurged e)
    {
        PurgedNotes.Add((site, e.CommentId, e.Before));
        foreach (var flag in Flags.All)
            if (flag.CommentId == e.CommentId && flag.Site == site && flag.At < e.Before)
                Flags.Put(site, flag.Id, flag with { Note = null }, RowChange.Whole);
    }

    void Purge(string site, CommentTextPurged e)
    {
        var comment = Comments.Require(site, e.CommentId);
        var purged = Comment.After(comment, site, e);
        Recent.Changed(purged);
        Change(comment, purged, RowChange.Whole | RowChange.Decided);
    }

    void Flag(string site, CommentFlagged e)
    {
        var comment = Comments.Require(site, e.CommentId);
        if (!e.Shadowed)
            Comments.Put(site, comment.Id, comment with { Flags = comment.Flags + 1 }, RowChange.State);
        var flag = ThreadStore.Comments.Flag.After(null, site, e);
        Flags.Put(site, flag.Id, flag, RowChange.Whole);
    }
}
