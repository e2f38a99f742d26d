using ThreadStore.Commenters;
using ThreadStore.Comments;

namespace ThreadStore.Articles;

// The answers that are put together from bytes, described: nothing is serialized from these records but the examples.
// The OpenAPI document says what they say, and the tests hold every answer against it.

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
