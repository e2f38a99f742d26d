using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Rows;

namespace ThreadStore.Comments;

/// <summary>Keeps what readers wrote with their flags on a comment no longer; the flags themselves stay and count.</summary>
/// <param name="Before">Flags from before this time.</param>
public sealed record PurgeFlagNotes(string Site, Guid CommentId, DateTimeOffset Before, DateTimeOffset Now)
    : ISubmission<bool>
{
    /// <summary>Who does it: nobody's doing, the site's setting.</summary>
    public const string By = "retention";

    public void Need(WorkingSet set) => set.Comments.Want(Site, CommentId, climb: true);

    public Decision Decide(WorkingSet known) =>
        known.Comments[Site, CommentId] is { } comment
            ? Decision.Append(
                new StreamEvent(
                    CommentId,
                    new FlagNotesPurged(
                        CommentId,
                        known.Articles.Require(Site, comment.ArticleId).Key,
                        Before,
                        By,
                        Now
                    )
                )
            )
            : Decision.Nothing;

    public bool Answer(WorkingSet known, Decision decision) => true;
}
