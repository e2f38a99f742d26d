using ThreadStore.Comments;

namespace ThreadStore.Threads;

// The answers that are put together from bytes, described: nothing is serialized from these records but the examples.
// The OpenAPI document says what they say, and the tests hold every answer against it.

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
