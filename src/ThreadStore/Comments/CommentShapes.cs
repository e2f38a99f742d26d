namespace ThreadStore.Comments;

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

/// <summary>A comment's reactions.</summary>
/// <param name="Reactions">Counts by kind; kinds at 0 are left out.</param>
public sealed record ReactionCountsShape(IReadOnlyDictionary<string, int> Reactions);
