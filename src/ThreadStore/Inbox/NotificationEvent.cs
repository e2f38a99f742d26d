using ThreadStore.Comments;

namespace ThreadStore.Inbox;

/// <summary>Why somebody is told of something.</summary>
public enum NotificationType
{
    /// <summary>Somebody replied to their comment.</summary>
    Reply,

    /// <summary>Somebody called them by key or name.</summary>
    Mention,

    /// <summary>Moderators marked their comment as worth reading.</summary>
    Featured,

    /// <summary>Moderators decided on their comment, or on them.</summary>
    Decision,

    /// <summary>Their appeal was decided.</summary>
    Appeal,

    /// <summary>Moderators want a warning acknowledged.</summary>
    Warning,
}

/// <summary>A stored event, as far as it says whom to tell of what.</summary>
/// <param name="Before">The state that its comment had before; null: there was none, or the event leaves it alone.</param>
/// <param name="After">The state that it gave its comment; null: it leaves it alone.</param>
/// <param name="ByModerator">A moderator deleted it; else its author did.</param>
/// <param name="InShadow">Its author is not to find out that it was unseen.</param>
/// <param name="IsImported">It was written long ago, or elsewhere.</param>
public sealed record NotificationEvent(
    string Type,
    CommentState? Before = null,
    CommentState? After = null,
    bool ByModerator = false,
    bool InShadow = false,
    bool IsImported = false
)
{
    /// <summary>Events of which somebody may be told.</summary>
    public static readonly string[] Heard =
    [
        "comment-posted",
        "comment-edited",
        "comment-judged",
        "comment-approved",
        "comment-rejected",
        "comment-restored",
        "comment-deleted",
        "comment-featured",
        "comment-decision-undone",
        "appeal-decided",
        "commenter-warned",
        "commenter-banned",
        "commenter-suspended",
        "commenter-premoderated",
        "commenter-reinstated",
    ];

    /// <summary>Readers see it for the first time, or with another text: its parent's author and those it names are told.</summary>
    public bool IsSeenAnew =>
        !IsImported
        && After == CommentState.Published
        && (Before != CommentState.Published || Type == "comment-edited");

    /// <summary>What the author of the comment, or the commenter whom it is about, is told; null: nothing.</summary>
    public NotificationType? ToWhomItIsAbout() =>
        Type switch
        {
            "comment-featured" => NotificationType.Featured,
            "appeal-decided" => NotificationType.Appeal,
            "commenter-warned" => NotificationType.Warning,
            "commenter-banned"
            or "commenter-suspended"
            or "commenter-premoderated"
            or "commenter-reinstated" => NotificationType.Decision,
            "comment-rejected" => NotificationType.Decision,
            "comment-deleted" when ByModerator => NotificationType.Decision,
            // where nothing changed for its author, there were flags, of which they are not told
            "comment-approved"
            or "comment-restored"
            or "comment-decision-undone" when After != Before && !InShadow => NotificationType.Decision,
            _ => null,
        };
}
