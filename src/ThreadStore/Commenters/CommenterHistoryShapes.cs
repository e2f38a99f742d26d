using ThreadStore.Comments;

namespace ThreadStore.Commenters;

// The answers that are put together from bytes, described: nothing is serialized from these records but the examples.
// The OpenAPI document says what they say, and the tests hold every answer against it.

/// <summary>The article that a comment in a history belongs to.</summary>
public sealed record ArticleLinkShape(string Key, string Title, string? Url);

/// <summary>A comment as its author's history shows it.</summary>
public sealed record OwnCommentShape : CommentMembers
{
    public required ArticleLinkShape Article { get; init; }
}

/// <summary>A page of what a commenter wrote, newest first.</summary>
public sealed record CommenterHistoryPageShape(IReadOnlyList<OwnCommentShape> Items, string? NextCursor);
