using ThreadStore.Comments;
using ThreadStore.Live;

namespace ThreadStore.Webhooks;

/// <summary>What a webhook must know of a stored event to say which messages it leads to.</summary>
/// <param name="Before">The state that its comment had before; null: there was none, or the event leaves it alone.</param>
/// <param name="After">The state that it gave its comment; null: it leaves it alone.</param>
/// <param name="Standing">What undoing a decision about a commenter restored.</param>
/// <param name="Shadowed">Nobody is to learn of it.</param>
public sealed record WebhookEvent(
    string Type,
    CommentState? Before = null,
    CommentState? After = null,
    string? Standing = null,
    bool Shadowed = false
);

/// <summary>The types of messages (contract, section 10). Names are never changed, since receivers know them.</summary>
public static class WebhookTypes
{
    public const string Published = "comment.published";
    public const string Held = "comment.held";
    public const string Edited = "comment.edited";
    public const string Rejected = "comment.rejected";
    public const string Deleted = "comment.deleted";
    public const string Flagged = "comment.flagged";
    public const string Featured = "comment.featured";
    public const string AppealMade = "appeal.made";
    public const string AppealDecided = "appeal.decided";
    public const string Banned = "commenter.banned";
    public const string Suspended = "commenter.suspended";
    public const string Reinstated = "commenter.reinstated";
    public const string Erased = "commenter.erased";
    public const string Closed = "discussion.closed";
    public const string Opened = "discussion.opened";
    public const string ReportReceived = "report.received";
    public const string ImportEnded = "import.ended";

    /// <summary>Asked for, so that no webhook names it among its types.</summary>
    public const string Ping = "ping";

    public static readonly IReadOnlyList<string> All =
    [
        Published,
        Held,
        Edited,
        Rejected,
        Deleted,
        Flagged,
        Featured,
        AppealMade,
        AppealDecided,
        Banned,
        Suspended,
        Reinstated,
        Erased,
        Closed,
        Opened,
        ReportReceived,
        ImportEnded,
    ];

    /// <summary>Events that may lead to a message.</summary>
    public static readonly string[] Heard =
    [
        .. LiveMessage.StateEvents,
        "decision-appealed",
        "comment-flagged",
        "notice-received",
        "commenter-banned",
        "commenter-suspended",
        "commenter-reinstated",
        "commenter-decision-undone",
        "commenter-erased",
        "discussion-closed",
        "discussion-opened",
    ];

    /// <summary>The messages that an event leads to, in their order: what was done, then what it made of the comment.</summary>
    public static IEnumerable<string> Of(WebhookEvent e)
    {
        var done = e.Type switch
        {
            "comment-edited" => Edited,
            "comment-flagged" when !e.Shadowed => Flagged,
            "notice-received" => ReportReceived,
            "comment-featured" => Featured,
            "decision-appealed" => AppealMade,
            "appeal-decided" => AppealDecided,
            "commenter-banned" => Banned,
            "commenter-suspended" => Suspended,
            "commenter-reinstated" => Reinstated,
            "commenter-erased" => Erased,
            "commenter-decision-undone" => e.Standing switch
            {
                "good" => Reinstated,
                "banned" => Banned,
                "suspended" => Suspended,
                _ => null,
            },
            "discussion-closed" => Closed,
            "discussion-opened" => Opened,
            _ => null,
        };
        if (done is not null)
            yield return done;
        if (e.After is { } after && after != e.Before)
            yield return after switch
            {
                CommentState.Published => Published,
                CommentState.Pending => Held,
                CommentState.Rejected => Rejected,
                _ => Deleted,
            };
    }

    /// <summary>Whether a message of this type is about what readers do not see, so that it tells it to its receiver.</summary>
    public static bool IsForModerators(string type) =>
        type is Held or Rejected or Flagged or AppealMade or AppealDecided or ReportReceived;
}
