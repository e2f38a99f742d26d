using ThreadStore.Comments;

namespace ThreadStore.Threads;

/// <summary>What places a comment in an order; the rank is 0 in orders by time.</summary>
public readonly record struct ThreadKey(double Rank, DateTimeOffset PostedAt, Guid Id);

/// <summary>A stretch of a thread: comments in the order asked for, and the first replies below them, oldest first.</summary>
public sealed class ThreadPage
{
    readonly Dictionary<Guid, List<CommentView>> below = [];

    public List<(CommentView View, double Rank)> Items { get; } = [];

    public void AddReply(Guid parent, CommentView reply)
    {
        if (!below.TryGetValue(parent, out var siblings))
            below[parent] = siblings = [];
        siblings.Add(reply);
    }

    public IReadOnlyList<CommentView> RepliesTo(Guid comment) =>
        below.TryGetValue(comment, out var replies) ? replies : [];

    public void Drop(Guid parent) => below.Remove(parent);
}
