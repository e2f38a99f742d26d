using ThreadStore.Comments;

namespace ThreadStore.Live;

/// <summary>An article that somebody watches on this node. Only the tail touches it.</summary>
public sealed class WatchedThread(string site, string article)
{
    readonly Dictionary<Guid, long> toldAt = [];
    readonly Dictionary<Guid, long> late = [];
    long last;

    public string Site => site;
    public string Article => article;
    public HashSet<Watcher> Watchers { get; } = [];

    /// <summary>Whether a reaction may be told of now; if not, <see cref="Due"/> names its comment once it may.</summary>
    public bool MaySend(LiveEvent reaction, TimeProvider clock)
    {
        var comment = reaction.CommentId ?? default;
        if (!IsDue(comment, clock))
        {
            late[comment] = reaction.Position;
            return false;
        }
        toldAt[comment] = clock.GetTimestamp();
        late.Remove(comment);
        return true;
    }

    bool IsDue(Guid comment, TimeProvider clock) =>
        !toldAt.TryGetValue(comment, out var told)
        || clock.GetElapsedTime(told) >= ThreadFeed.ReactionInterval;

    /// <summary>Comments whose reactions were held back and may be told of now.</summary>
    public List<Guid> Due(TimeProvider clock)
    {
        if (late.Count == 0)
        {
            foreach (var comment in toldAt.Keys.Where(c => IsDue(c, clock)).ToArray())
                toldAt.Remove(comment);
            return [];
        }
        return [.. late.Keys.Where(c => IsDue(c, clock))];
    }

    /// <summary>Tells all watchers of what happened, and of reactions that are due.</summary>
    public void Tell(IReadOnlyList<LiveEvent> events, List<Guid> due, LiveRows rows, TimeProvider clock)
    {
        if (
            events.Any(e => e.Type == "article-withdrawn")
            || rows.Articles.GetValueOrDefault((site, article)) is null or { IsWithdrawn: true }
        )
        {
            foreach (var watcher in Watchers)
                watcher.Finish(StreamEnd.Over);
            return;
        }
        var messages = LiveMessage.Of(LiveMessage.Collapse(events), rows, e => MaySend(e, clock));
        if (messages.Count > 0)
            last = Math.Max(last, messages[^1].Position);
        foreach (var comment in due)
        {
            if (!late.Remove(comment, out var position))
                continue;
            toldAt[comment] = clock.GetTimestamp();
            // an id never falls behind one that was sent: it says what the reader has
            last = Math.Max(last, position);
            if (rows.Comments.GetValueOrDefault((site, comment)) is { State: CommentState.Published } view)
                messages.Add(new(LiveMessage.Reactions, last, view));
        }
        if (messages.Count == 0)
            return;
        var frame = new Frame(messages, article);
        foreach (var watcher in Watchers)
            watcher.Send(frame, messages[0].Position);
    }
}
