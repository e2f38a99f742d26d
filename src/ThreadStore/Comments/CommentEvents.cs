using ThreadStore.Notices;

namespace ThreadStore.Comments;

/// <summary>The events of a comment's own stream.</summary>
public static class CommentEvents
{
    /// <summary>The comment that an event is about, and the article that it names; null: none that was there before.</summary>
    public static (Guid Comment, string Article)? About(object @event) =>
        @event switch
        {
            CommentEdited e => (e.CommentId, e.ArticleKey),
            CommentDeleted e => (e.CommentId, e.ArticleKey),
            CommentHeld e => (e.CommentId, e.ArticleKey),
            CommentJudged e => (e.CommentId, e.ArticleKey),
            ICommentDecision e => (e.CommentId, e.ArticleKey),
            CommentDecisionUndone e => (e.CommentId, e.ArticleKey),
            DecisionAppealed e => (e.CommentId, e.ArticleKey),
            FlagNotesPurged e => (e.CommentId, e.ArticleKey),
            CommentTextPurged e => (e.CommentId, e.ArticleKey),
            ReactionSet e => (e.CommentId, e.ArticleKey),
            ReactionRemoved e => (e.CommentId, e.ArticleKey),
            ReactionRecounted e => (e.CommentId, e.ArticleKey),
            CommentFlagged e => (e.CommentId, e.ArticleKey),
            FlagRecounted e => (e.CommentId, e.ArticleKey),
            NoticeReceived e => (e.CommentId, e.ArticleKey),
            _ => null,
        };

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
            FlagNotesPurged e => e.CommentId,
            CommentTextPurged e => e.CommentId,
            _ => null,
        };
}
