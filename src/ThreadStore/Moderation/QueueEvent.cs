using ThreadStore.Comments;

namespace ThreadStore.Moderation;

/// <summary>What a stored event says about the queues that its comment is in.</summary>
/// <param name="Before">The state that its comment had before; null: there was none, or the event leaves it alone.</param>
/// <param name="After">The state that it gave its comment; null: it leaves it alone.</param>
/// <param name="HeldByFlags">Flags alone held it, or hold it: it waits among the flagged.</param>
/// <param name="TouchesFlags">It was flagged, or its flags were settled or unsettled.</param>
public sealed record QueueEvent(
    Guid Comment,
    CommentState? Before,
    CommentState? After,
    bool HeldByFlags,
    bool TouchesFlags
)
{
    /// <summary>The queues in which it may be now and was not, or the other way round; what holds is in the rows.</summary>
    public IEnumerable<QueueState> Touched()
    {
        if (
            After is not null
            && (Before == CommentState.Pending) != (After == CommentState.Pending)
            && !HeldByFlags
        )
            yield return QueueState.Pending;
        if (TouchesFlags)
            yield return QueueState.Flagged;
    }
}
