using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Rows;

namespace ThreadStore.Comments;

/// <summary>The text of a comment that readers no longer see is kept no longer, as the site's settings want it; what it
/// quoted, such as the words that a rule stumbled over, went with it. The comment stays and counts.</summary>
public sealed record CommentTextPurged(Guid CommentId, string ArticleKey, string By, DateTimeOffset At);

/// <summary>A comment without its text.</summary>
static class PurgedText
{
    static readonly string NoContent = new CommentText("", BodyFormat.Markdown).Content;

    /// <summary>Its text is kept no longer: nothing of it can be brought back.</summary>
    public static bool IsPurged(this Comment comment) => comment.ContentJson == NoContent;

    public static Comment Purged(this Comment comment, string articleKey) =>
        comment with
        {
            ContentJson = NoContent,
            TextHash = TextHash.At(
                comment.PostedAt,
                TextHash.Of(
                    comment.Site,
                    CommentJsonParts.AuthorKey(comment.AuthorJson),
                    articleKey,
                    comment.ParentId,
                    ""
                )
            ),
            ReasonsJson = HoldReasons.WithoutQuotes(comment.ReasonsJson),
        };
}

/// <summary>Keeps the text of a comment no longer, where it is still as it was found: rejected, or deleted.</summary>
public sealed record PurgeText(string Site, Guid CommentId, CommentState State, DateTimeOffset Now)
    : ISubmission<bool>
{
    public void Need(WorkingSet set) => set.Comments.Want(Site, CommentId, climb: true);

    public Decision Decide(WorkingSet known) =>
        known.Comments[Site, CommentId] is { } comment && comment.State == State && !comment.IsPurged()
            ? Decision.Append(
                new StreamEvent(
                    CommentId,
                    new CommentTextPurged(
                        CommentId,
                        known.Articles.Require(Site, comment.ArticleId).Key,
                        PurgeFlagNotes.By,
                        Now
                    )
                )
            )
            : Decision.Nothing;

    public bool Answer(WorkingSet known, Decision decision) => true;
}
