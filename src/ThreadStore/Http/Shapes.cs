using System.Text.Json.Nodes;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Threads;

namespace ThreadStore.Http;

// The answers that are put together from bytes, described: nothing is serialized from these records but the examples.
// The OpenAPI document says what they say, and the tests hold every answer against it.

/// <summary>The person who writes, as they were called when they wrote.</summary>
/// <param name="Picture">An https address, or null.</param>
/// <param name="Badges">Keys of the site's setting <c>badges</c>, as their token claimed them when they wrote.</param>
public sealed record AuthorShape(string Key, string Name, string? Picture, IReadOnlyList<string> Badges);

/// <summary>What every form of a comment has.</summary>
public abstract record CommentMembers
{
    public required Guid Id { get; init; }

    /// <summary>Null for a comment on the article itself.</summary>
    public required Guid? ParentId { get; init; }

    /// <summary>0 for a comment on the article itself, its parent's depth + 1 for a reply.</summary>
    public required int Depth { get; init; }

    /// <summary>As they were called when they wrote; null in a tombstone.</summary>
    public required AuthorShape? Author { get; init; }

    /// <summary>Markdown, as written; null in a tombstone.</summary>
    public required string? Body { get; init; }

    /// <summary>The body's rendering, sanitised: safe to show as it is; null in a tombstone.</summary>
    public required string? Html { get; init; }
    public required CommentState State { get; init; }
    public required RemovedBy? RemovedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? EditedAt { get; init; }

    /// <summary>Counts edits and decisions, not reactions, flags or replies; <c>If-Match</c> takes it.</summary>
    public required int Version { get; init; }

    /// <summary>Counts by kind; kinds at 0 are left out.</summary>
    public required IReadOnlyDictionary<string, int> Reactions { get; init; }

    /// <summary>Published direct replies.</summary>
    public required int ReplyCount { get; init; }
    public required bool Featured { get; init; }

    /// <summary>Nobody may reply to it, nor to anything below it; of a tombstone, too.</summary>
    public required bool Locked { get; init; }
}

/// <summary>A comment. One that is not published but has published replies stays as a tombstone: author, body and html are null.</summary>
public record CommentShape : CommentMembers
{
    /// <summary>The article's key.</summary>
    public required string Article { get; init; }
}

/// <summary>A comment with its ancestors.</summary>
public sealed record CommentInContextShape : CommentShape
{
    /// <summary>From the root down to the parent.</summary>
    public required IReadOnlyList<CommentShape> Ancestors { get; init; }
}

/// <summary>A comment with the first of its replies.</summary>
public sealed record ThreadCommentShape : CommentShape
{
    public required RepliesPageShape Replies { get; init; }
}

/// <summary>Direct replies, each with the first of its own.</summary>
/// <param name="NextCursor">For <c>GET …/comments/{id}/replies</c>; null: there are no more.</param>
public sealed record RepliesPageShape(IReadOnlyList<ThreadCommentShape> Items, string? NextCursor);

/// <summary>A page of an article's discussion: top-level comments.</summary>
/// <param name="Article">The article's key.</param>
/// <param name="CommentCount">Published comments on the article, replies included.</param>
/// <param name="NextCursor">For the next page with the same sort; null: this is the last.</param>
public sealed record ThreadPageShape(
    string Article,
    int CommentCount,
    ThreadSort Sort,
    IReadOnlyList<ThreadCommentShape> Items,
    string? NextCursor
);

/// <summary>The article that a comment in a history belongs to.</summary>
public sealed record ArticleLinkShape(string Key, string Title, string? Url);

/// <summary>A comment as its author's history shows it.</summary>
public sealed record OwnCommentShape : CommentMembers
{
    public required ArticleLinkShape Article { get; init; }
}

/// <summary>A page of what a commenter wrote, newest first.</summary>
public sealed record CommenterHistoryPageShape(IReadOnlyList<OwnCommentShape> Items, string? NextCursor);

/// <summary>A comment's reactions.</summary>
/// <param name="Reactions">Counts by kind; kinds at 0 are left out.</param>
public sealed record ReactionCountsShape(IReadOnlyDictionary<string, int> Reactions);

/// <summary>Changes of a site's settings: members left out keep their value, at first the default.</summary>
/// <param name="Key">The site's own, so that what GET answers may be sent back.</param>
[WithMembersOf(typeof(Sites.SiteSettings))]
public sealed record SettingsShape(string? Key = null);

/// <summary>A new site, or changes of a site's settings: members left out keep their value, at first the default.</summary>
/// <param name="Key">The site's own, so that what GET answers may be sent back.</param>
/// <param name="Database">Where there are several: the name of the one that a new site is to live in; left out: the one with the fewest sites.</param>
[WithMembersOf(typeof(Sites.SiteSettings))]
public sealed record SiteChangesShape(string? Key = null, string? Database = null);

/// <summary>A site with all of its settings.</summary>
[WithMembersOf(typeof(Sites.SiteSettings))]
public sealed record SiteShape(string Key);

/// <summary>A page of sites, in the order of their creation.</summary>
public sealed record SitesPageShape(IReadOnlyList<SiteShape> Items, string? NextCursor);

/// <summary>Who asks, as the site knows them.</summary>
/// <param name="JoinedAt">Null for somebody who has not written, reacted or flagged yet.</param>
/// <param name="CommentCount">Published comments.</param>
public sealed record OwnProfileShape(
    string Key,
    string Name,
    string? Picture,
    DateTimeOffset? JoinedAt,
    int CommentCount,
    int ReactionsReceived,
    Standing Standing
);

/// <summary>What one may do on an article.</summary>
/// <param name="Edit">By the id of a comment, until when it may be edited.</param>
/// <param name="Delete">One's own comments that are not deleted.</param>
/// <param name="React">To what others wrote.</param>
/// <param name="Flag">What others wrote.</param>
public sealed record PermissionsShape(
    Permission Comment,
    IReadOnlyDictionary<Guid, DateTimeOffset> Edit,
    IReadOnlyList<Guid> Delete,
    Ability React,
    Ability Flag
);

/// <summary>All that a front end needs for one reader beside the public page.</summary>
/// <param name="Reactions">The kind of one's reaction, by the id of a comment.</param>
/// <param name="Flags">The comments that one has flagged.</param>
/// <param name="Own">Comments that only their author sees: pending, rejected or shadowed.</param>
/// <param name="Ignored">Keys of those whom one does not want to read.</param>
/// <param name="Locked">Comments below which nobody may reply; of very many the newest.</param>
public sealed record OwnViewShape(
    OwnProfileShape Commenter,
    IReadOnlyDictionary<string, string> Reactions,
    IReadOnlyList<Guid> Flags,
    IReadOnlyList<CommentShape> Own,
    PermissionsShape Can,
    IReadOnlyList<string> Ignored,
    IReadOnlyList<Guid> Locked
);

/// <summary>Whose history an event is part of.</summary>
public sealed record EventStreamShape(string Type, Guid Id);

/// <summary>What is known of how an event came about.</summary>
public sealed record EventMetadataShape(string? CorrelationId);

/// <summary>One event, a line of the feed.</summary>
/// <param name="Position">Its global sequence number.</param>
/// <param name="Version">Its number within its stream.</param>
/// <param name="Type">Kebab-case; never renamed.</param>
/// <param name="Schema">The number of the shape of <c>data</c>.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="By">The key of who did it.</param>
/// <param name="Data">The fact itself; members depend on type and schema.</param>
public sealed record EventLineShape(
    long Position,
    Guid Id,
    EventStreamShape Stream,
    long Version,
    string Type,
    int Schema,
    DateTimeOffset At,
    string? By,
    string Site,
    JsonObject Data,
    EventMetadataShape Metadata
);
