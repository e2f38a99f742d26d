using System.ComponentModel.DataAnnotations;
using ThreadStore.Articles;
using ThreadStore.Comments;
using ThreadStore.Http;

namespace ThreadStore.Live;

// What LiveMessage writes, described; see Comments/CommentShapes.cs.

/// <summary>One Server-Sent Event. What <c>event</c> says decides what <c>data</c> holds.</summary>
[OneOf(
    nameof(LiveCommentShape.Event),
    typeof(LiveCommentShape),
    typeof(LiveCountShape),
    typeof(LiveDiscussionShape),
    typeof(LiveResyncShape)
)]
public abstract record LiveMessageShape
{
    /// <summary>The position, in digits. Send it back as it came, as <c>Last-Event-ID</c>, to go on from here.</summary>
    public required string Id { get; init; }
}

/// <summary>Something happened to a comment; of one that was removed, the tombstone comes.</summary>
public sealed record LiveCommentShape : LiveMessageShape
{
    [AllowedValues(LiveMessage.Published, LiveMessage.Edited, LiveMessage.Removed, LiveMessage.Reactions)]
    public required string Event { get; init; }
    public required CommentShape Data { get; init; }
}

/// <summary>The article has more comments, or fewer.</summary>
public sealed record LiveCountShape : LiveMessageShape
{
    [AllowedValues(LiveMessage.CountChanged)]
    public required string Event { get; init; }
    public required ThreadCountShape Data { get; init; }
}

/// <summary>How many comments readers find.</summary>
public sealed record ThreadCountShape(int CommentCount);

/// <summary>Readers may no longer comment, or may again.</summary>
public sealed record LiveDiscussionShape : LiveMessageShape
{
    [AllowedValues(LiveMessage.Closed, LiveMessage.Opened)]
    public required string Event { get; init; }
    public required DiscussionStateShape Data { get; init; }
}

/// <summary>Whether readers may comment on an article.</summary>
/// <param name="Article">The article's key.</param>
public sealed record DiscussionStateShape(string Article, Discussion Discussion);

/// <summary>Too much was missed to tell it: read the thread anew and go on from this message's id.</summary>
public sealed record LiveResyncShape : LiveMessageShape
{
    [AllowedValues(LiveMessage.Resync)]
    public required string Event { get; init; }
    public required ResyncShape Data { get; init; }
}

/// <summary>Why the thread must be read anew.</summary>
/// <param name="Position">The least that the answer must hold: its <c>minPosition</c>.</param>
public sealed record ResyncShape([property: AllowedValues("slow", "behind")] string Reason, long Position);
