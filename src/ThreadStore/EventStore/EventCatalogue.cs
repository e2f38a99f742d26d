using System.Text.Json;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Identity;
using ThreadStore.Moderation.Learned;
using ThreadStore.Notices;
using ThreadStore.Privacy;
using ThreadStore.Sites;

namespace ThreadStore.EventStore;

/// <summary>To whom the API tells of an event, or shows what it says; whoever stands further down is told as well.</summary>
public enum Audience
{
    /// <summary>It shows in the thread, on the article or beside a name.</summary>
    Readers,

    /// <summary>The author of the comment, or the commenter, that it is about.</summary>
    Author,

    Moderators,
}

/// <summary>How the moderators' log puts an event.</summary>
/// <param name="Action">The word for what was done.</param>
public sealed record LogWords(string Action)
{
    /// <summary>The word where the event's member <c>uphold</c> is false; null: it has no such member.</summary>
    public string? NotUpheld { get; init; }

    /// <summary>The event's member that the log shows as the reason.</summary>
    public string Reason { get; init; } = "reason";

    /// <summary>The event's member that the log shows as the note.</summary>
    public string Note { get; init; } = "note";

    public string ActionOf(JsonElement data) =>
        NotUpheld is not null && !data.GetProperty("uphold").GetBoolean() ? NotUpheld : Action;
}

/// <summary>
/// Every event there is, with what must be known of it without its data. docs/events.md is made of it, and tells what each
/// member means.
/// </summary>
public static class EventCatalogue
{
    /// <summary>What is personal in what a decision found of a comment.</summary>
    static readonly string[] Found = ["before.decidedBy", "before.reasons.match"];

    /// <summary>What is personal in what a decision found of a commenter.</summary>
    static readonly string[] Stood = ["before.reason", "before.warning"];

    public static readonly IReadOnlyList<EventNames.Entry> All =
    [
        // sites
        new(typeof(SiteConfigured), "site-configured", 1, "site", Audience.Moderators),
        new(typeof(ModelAdopted), "model-adopted", 1, "site", Audience.Moderators),
        // who may speak there
        new(typeof(SiteKeySet), "site-key-set", 1, "site", Audience.Moderators),
        new(typeof(SiteKeyRemoved), "site-key-removed", 1, "site", Audience.Moderators),
        new(typeof(ApiKeyMade), "api-key-made", 1, "site", Audience.Moderators),
        new(typeof(ApiKeyRevoked), "api-key-revoked", 1, "site", Audience.Moderators),
        new(typeof(CommenterSignedOut), "commenter-signed-out", 1, "site", Audience.Author)
        {
            Personal = ["commenterKey"],
        },
        new(typeof(CommenterErased), "commenter-erased", 1, "site", Audience.Moderators)
        {
            Personal = ["commenterKey"],
        },
        // articles
        new(typeof(ArticleRegistered), "article-registered", 1, "article", Audience.Readers)
        {
            Personal = ["content.author"],
        },
        new(typeof(ArticleRevised), "article-revised", 1, "article", Audience.Readers)
        {
            Personal = ["content.author"],
        },
        new(typeof(ArticleWithdrawn), "article-withdrawn", 1, "article", Audience.Readers),
        new(typeof(ArticlePublished), "article-published", 1, "article", Audience.Readers),
        new(typeof(DiscussionClosed), "discussion-closed", 1, "article", Audience.Readers),
        new(typeof(DiscussionOpened), "discussion-opened", 1, "article", Audience.Readers),
        new(typeof(ArticleModerationSet), "article-moderation-set", 1, "article", Audience.Moderators)
        {
            InReplays = "setModeration",
        },
        new(typeof(ArticleRenamed), "article-renamed", 1, "article", Audience.Readers)
        {
            Personal = ["content.author"],
            Log = new("rename"),
        },
        new(typeof(ArticleMerged), "article-merged", 1, "article", Audience.Readers) { Log = new("merge") },
        new(typeof(ArticleMoveUndone), "article-move-undone", 1, "article", Audience.Readers)
        {
            Log = new("undo"),
        },
        // comments
        new(typeof(CommentPosted), "comment-posted", 1, "comment", Audience.Readers)
        {
            Personal = ["author", "body", "verdicts.match", "source.id"],
        },
        new(typeof(CommentEdited), "comment-edited", 1, "comment", Audience.Readers)
        {
            Personal = ["body", "verdicts.match"],
        },
        new(typeof(CommentDeleted), "comment-deleted", 1, "comment", Audience.Readers)
        {
            Personal = Found,
            Log = new("delete"),
        },
        new(typeof(CommentHeld), "comment-held", 1, "comment", Audience.Author) { InReplays = "hold" },
        new(typeof(CommentJudged), "comment-judged", 1, "comment", Audience.Author)
        {
            Personal = ["labels"],
            InReplays = "judge",
        },
        // decisions about them
        new(typeof(CommentApproved), "comment-approved", 1, "comment", Audience.Author)
        {
            Personal = ["note", .. Found],
            Log = new("approve"),
        },
        new(typeof(CommentRejected), "comment-rejected", 1, "comment", Audience.Readers)
        {
            Personal = ["note", "withBanOf", .. Found],
            Log = new("reject"),
        },
        new(typeof(CommentRestored), "comment-restored", 1, "comment", Audience.Author)
        {
            Personal = ["note", .. Found],
            Log = new("restore"),
        },
        new(typeof(CommentFeatured), "comment-featured", 1, "comment", Audience.Readers)
        {
            Personal = ["note", .. Found],
            Log = new("feature"),
        },
        new(typeof(CommentUnfeatured), "comment-unfeatured", 1, "comment", Audience.Readers)
        {
            Personal = ["note", .. Found],
            Log = new("unfeature"),
        },
        new(typeof(CommentLocked), "comment-locked", 1, "comment", Audience.Readers)
        {
            Personal = ["note", .. Found],
            Log = new("lock"),
        },
        new(typeof(CommentUnlocked), "comment-unlocked", 1, "comment", Audience.Readers)
        {
            Personal = ["note", .. Found],
            Log = new("unlock"),
        },
        new(typeof(CommentReleased), "comment-released", 1, "comment", Audience.Author)
        {
            Personal = Found,
            Log = new("release"),
        },
        new(typeof(CommentDecisionUndone), "comment-decision-undone", 1, "comment", Audience.Author)
        {
            Personal = ["restored.decidedBy", "restored.reasons.match"],
            Log = new("undo"),
        },
        new(typeof(DecisionAppealed), "decision-appealed", 1, "comment", Audience.Author)
        {
            Personal = ["text", "decidedBy"],
            InReplays = "appeal",
            MakesVersion = false,
        },
        new(typeof(AppealDecided), "appeal-decided", 1, "comment", Audience.Author)
        {
            Personal = ["reason", .. Found],
            Log = new("uphold") { NotUpheld = "overturn" },
            InReplays = "decideAppeal",
        },
        // reactions and flags
        new(typeof(ReactionSet), "reaction-set", 1, "reaction", Audience.Readers),
        new(typeof(ReactionRemoved), "reaction-removed", 1, "reaction", Audience.Readers),
        // whose votes are discounted must not find out
        new(typeof(ReactionRecounted), "reaction-recounted", 1, "reaction", Audience.Moderators)
        {
            Personal = ["commenterKey"],
        },
        new(typeof(FlagRecounted), "flag-recounted", 1, "flag", Audience.Moderators)
        {
            Personal = ["commenterKey"],
        },
        new(typeof(CommentFlagged), "comment-flagged", 1, "flag", Audience.Moderators)
        {
            Personal = ["note"],
        },
        new(typeof(NoticeReceived), "notice-received", 1, "notice", Audience.Moderators)
        {
            Personal = ["explanation"],
        },
        // that there were flags, an author is not told
        new(typeof(FlagNotesPurged), "flag-notes-purged", 1, "comment", Audience.Moderators)
        {
            MakesVersion = false,
        },
        new(typeof(CommentTextPurged), "comment-text-purged", 1, "comment", Audience.Moderators)
        {
            MakesVersion = false,
        },
        // commenters
        new(typeof(CommenterJoined), "commenter-joined", 1, "commenter", Audience.Readers)
        {
            Personal = ["commenterKey", "name", "picture", "badges", "source.id"],
        },
        new(typeof(CommenterRenamed), "commenter-renamed", 1, "commenter", Audience.Readers)
        {
            Personal = ["commenterKey", "name", "picture"],
        },
        // decisions about them
        new(typeof(CommenterBanned), "commenter-banned", 1, "commenter", Audience.Author)
        {
            Personal = ["commenterKey", "reason", .. Stood],
            Log = new("ban"),
        },
        new(typeof(CommenterSuspended), "commenter-suspended", 1, "commenter", Audience.Author)
        {
            Personal = ["commenterKey", "reason", .. Stood],
            Log = new("suspend"),
        },
        // whoever is shadowed must not find out
        new(typeof(CommenterShadowed), "commenter-shadowed", 1, "commenter", Audience.Moderators)
        {
            Personal = ["commenterKey", "reason", .. Stood],
            Log = new("shadow"),
        },
        new(typeof(CommenterWarned), "commenter-warned", 1, "commenter", Audience.Author)
        {
            Personal = ["commenterKey", "message", .. Stood],
            Log = new("warn") { Reason = "message" },
        },
        new(typeof(WarningAcknowledged), "warning-acknowledged", 1, "commenter", Audience.Author)
        {
            Personal = ["commenterKey"],
        },
        new(typeof(CommenterPremoderated), "commenter-premoderated", 1, "commenter", Audience.Author)
        {
            Personal = ["commenterKey", "reason", .. Stood],
            Log = new("premoderate"),
        },
        new(typeof(CommenterReinstated), "commenter-reinstated", 1, "commenter", Audience.Author)
        {
            Personal = ["commenterKey", "reason", .. Stood],
            Log = new("reinstate"),
        },
        new(typeof(CommenterNoted), "commenter-noted", 1, "commenter", Audience.Moderators)
        {
            Personal = ["commenterKey", "text"],
            Log = new("note") { Note = "text" },
        },
        new(typeof(CommenterDiscounted), "commenter-discounted", 1, "commenter", Audience.Moderators)
        {
            Personal = ["commenterKey", "reason"],
            Log = new("discount"),
        },
        new(typeof(CommenterRecounted), "commenter-recounted", 1, "commenter", Audience.Moderators)
        {
            Personal = ["commenterKey"],
            Log = new("undo"),
        },
        new(typeof(CommenterDecisionUndone), "commenter-decision-undone", 1, "commenter", Audience.Author)
        {
            Personal = ["commenterKey", "restored.reason", "restored.warning"],
            Log = new("undo"),
        },
    ];

    /// <summary>The stored names of some of them as a list in SQL: <c>('comment-posted', 'comment-edited')</c>.</summary>
    public static string Sql(Func<EventNames.Entry, bool> which) =>
        $"({string.Join(", ", All.Where(which).Select(e => $"'{e.Name}'"))})";
}
