using ThreadStore.Kernel;

namespace ThreadStore.Comments;

/// <summary>
/// Whether readers see a comment's text, and who took it from them. What every event does to that is said here, for live
/// rows, the past, reports and what-ifs alike.
/// </summary>
/// <param name="RemovedBy">Null where it is published.</param>
public readonly record struct Visibility(CommentState State, RemovedBy? RemovedBy)
{
    public static readonly Visibility Published = new(CommentState.Published, null);

    public bool IsPublished => State == CommentState.Published;

    /// <param name="event">Of the comment's own stream.</param>
    /// <exception cref="NotSupportedException">Nobody has said what this event does: it must not publish anything.</exception>
    public Visibility After(object @event) =>
        @event switch
        {
            CommentPosted e => Published.Screened(e.State),
            CommentEdited e => Screened(e.State),
            CommentJudged e => Screened(e.State),
            CommentHeld => Screened(CommentState.Pending),
            CommentDeleted e => new(CommentState.Deleted, e.RemovedBy),
            CommentApproved or CommentRestored or CommentReleased => Published,
            CommentRejected => new(CommentState.Rejected, Comments.RemovedBy.Moderator),
            CommentDecisionUndone { OfBranch: true } or IBranchDecision => this,
            CommentDecisionUndone e => new(e.Restored.State, e.Restored.RemovedBy),
            AppealDecided { Uphold: false } => Published,
            AppealDecided or CommentFeatured or CommentUnfeatured => this,
            DecisionAppealed or FlagNotesPurged or CommentTextPurged => this,
            _ => throw Unforeseen.Event<Comment>(@event),
        };

    /// <summary>Rules and classifiers give a comment a state; where it has that already, whoever removed it stays so.</summary>
    Visibility Screened(CommentState state) =>
        state == State ? this
        : state == CommentState.Published ? Published
        : new(state, Comments.RemovedBy.Rule);
}
