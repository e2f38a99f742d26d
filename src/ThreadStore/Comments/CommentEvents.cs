namespace ThreadStore.Comments;

/// <summary>The events of a comment's own stream.</summary>
public static class CommentEvents
{
    /// <summary>The comment in whose stream an event is; null: it is in another's, as reactions and flags are.</summary>
    public static Guid? StreamOf(object @event) =>
        @event switch
        {
            CommentPosted e => e.CommentId,
            CommentEdited e => e.CommentId,
            CommentDeleted e => e.CommentId,
            CommentHeld e => e.CommentId,
            CommentJudged e => e.CommentId,
            ICommentDecision e => e.CommentId,
            CommentDecisionUndone e => e.CommentId,
            DecisionAppealed e => e.CommentId,
            _ => null,
        };
}
