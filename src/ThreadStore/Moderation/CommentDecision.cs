using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;

namespace ThreadStore.Moderation;

/// <summary>What a moderator may do with a comment.</summary>
public enum DecisionAction
{
    Approve,
    Reject,
    Feature,
    Unfeature,
    Restore,
    Lock,
    Unlock,
}

/// <summary>What a moderator wants done with one comment.</summary>
/// <param name="Reason">For a rejection; the author may read it.</param>
/// <param name="Note">For other moderators.</param>
/// <param name="IfMatch">The version that they saw, as the header says it; null: whatever it is.</param>
public sealed record CommentDecision(
    Guid CommentId,
    DecisionAction Action,
    RejectReason? Reason = null,
    string? Note = null,
    string? IfMatch = null
)
{
    /// <summary>Of a note, in code points.</summary>
    public const int MaxNoteLength = 1_000;

    public static Refusal? RefuseNote(string? note, string member = "note") =>
        note is not null && Keys.Length(note) > MaxNoteLength
            ? Refusal.Validation(member, Flaw.TooLong(MaxNoteLength))
            : null;

    /// <summary>The first reason to refuse, or null.</summary>
    /// <param name="moderator">The commenter who decides: not about what they wrote themselves.</param>
    public Refusal? Refuse(Comment? comment, Guid moderator)
    {
        if (comment is null)
            return Refusal.CommentNotFound(CommentId);
        if (comment.AuthorId == moderator)
            return OwnMatter.Comment;
        if (RefuseDeleted(comment) is { } deleted)
            return deleted;
        if (comment.IsPurged() && Action is (DecisionAction.Approve or DecisionAction.Restore))
            return Deleted("Its text is kept no longer, so that there is nothing to bring back.");
        if (!Http.IfMatch.Allows(IfMatch, comment.Version))
            return Http.IfMatch.Stale(comment.Version);
        if (Action == DecisionAction.Feature && !comment.IsPublished)
            return new("not-published", "Only what readers see can be featured; approve the comment first.");
        return null;
    }

    /// <summary>What is found and may be restored: to take a mark from what still waits leaves notices open.</summary>
    CommentStatus Settled(Comment comment) =>
        Action == DecisionAction.Unfeature && comment.State == CommentState.Pending
            ? comment.Status with
            {
                Flags = comment.Flags - comment.Notices,
                Notices = 0,
            }
            : comment.Status;

    /// <summary>What stands below a deleted comment goes on, and can be locked and unlocked; all else is about its text.</summary>
    Refusal? RefuseDeleted(Comment comment) =>
        comment.State != CommentState.Deleted || Action is DecisionAction.Lock or DecisionAction.Unlock ? null
        : comment.RemovedBy == RemovedBy.Author
            ? Deleted("Its author deleted the comment; that is theirs to decide.")
        : Action != DecisionAction.Restore ? Deleted("A moderator deleted the comment; restore it first.")
        : null;

    static Refusal Deleted(string detail) => new("comment-deleted", detail) { IsConflict = true };

    /// <summary>What happens to a comment for which there is no <see cref="Refuse"/>; null: it is so already.</summary>
    public ICommentDecision? Decide(
        Comment comment,
        string article,
        Guid decision,
        string by,
        DateTimeOffset now
    )
    {
        var (before, state) = (Settled(comment), comment.State);
        const DecisionMeans means = DecisionMeans.Person;
        return Action switch
        {
            // published and looked at: nothing is left to say
            DecisionAction.Approve when comment is { IsPublished: true, Flags: 0, Decision: not null } =>
                null,
            DecisionAction.Approve => new CommentApproved(
                CommentId,
                article,
                decision,
                means,
                Note,
                before,
                by,
                now
            ),
            DecisionAction.Reject
                when comment is { State: CommentState.Rejected, RemovedBy: RemovedBy.Moderator, Flags: 0 } =>
                null,
            DecisionAction.Reject => new CommentRejected(
                CommentId,
                article,
                decision,
                means,
                Reason ?? throw new InvalidOperationException("A rejection without its reason."),
                Note,
                WithBanOf: null,
                before,
                by,
                now
            ),
            DecisionAction.Feature when comment is { IsFeatured: true, Flags: 0 } => null,
            DecisionAction.Feature => new CommentFeatured(
                CommentId,
                article,
                decision,
                means,
                Note,
                state,
                before,
                by,
                now
            ),
            DecisionAction.Unfeature when !comment.IsFeatured => null,
            DecisionAction.Unfeature => new CommentUnfeatured(
                CommentId,
                article,
                decision,
                means,
                Note,
                state,
                before,
                by,
                now
            ),
            DecisionAction.Lock when comment.IsLocked => null,
            DecisionAction.Lock => new CommentLocked(
                CommentId,
                article,
                decision,
                means,
                Note,
                state,
                before,
                by,
                now
            ),
            DecisionAction.Unlock when !comment.IsLocked => null,
            DecisionAction.Unlock => new CommentUnlocked(
                CommentId,
                article,
                decision,
                means,
                Note,
                state,
                before,
                by,
                now
            ),
            DecisionAction.Restore when state is CommentState.Rejected or CommentState.Deleted =>
                new CommentRestored(CommentId, article, decision, means, Note, before, by, now),
            _ => null,
        };
    }
}
