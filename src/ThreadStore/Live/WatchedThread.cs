using ThreadStore.Comments;

namespace ThreadStore.Live;

/// <summary>An article that somebody watches on this node. Only the tail touches it.</summary>
public sealed class WatchedThread(string site, string article)
{
    /// <summary>When each comment's reactions were last told, for as long as that matters.</summary>
    readonly Dictionary<Guid, long> toldAt = [];

    /// <summary>Reactions that were held back: by comment, the position of the last.</summary>
    readonly Dictionary<Guid, long> late = [];

    /// <summary>The newest id that was sent.</summary>
    LiveId last;
    long? heldBackAt;
    long emptySince;

    public string Site => site;
    public string Article => article;
    public HashSet<Watcher> Watchers { get; } = [];

    /// <summary>Whether a reaction may be told of now; if not, <see cref="Due"/> names its comment once it may.</summary>
    public bool MaySend(LiveEvent reaction, TimeProvider clock)
    {
        var comment = reaction.CommentId ?? default;
        if (toldAt.ContainsKey(comment))
            heldBackAt = clock.GetTimestamp();
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
        foreach (
            var comment in toldAt
                .Where(c => clock.GetElapsedTime(c.Value) >= LiveHistory.Late && !late.ContainsKey(c.Key))
                .Select(c => c.Key)
                .ToArray()
        )
            toldAt.Remove(comment);
        return late.Count == 0 ? [] : [.. late.Keys.Where(c => IsDue(c, clock))];
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
        if (events.Any(e => e.IsMove))
        {
            foreach (var watcher in Watchers)
                watcher.Finish(StreamEnd.Moved);
            return;
        }
        // two in one stretch become one message, and look to whoever resumes as if one of them was held back
        if (events.Where(e => e.IsReaction).GroupBy(e => e.CommentId).Any(g => g.Skip(1).Any()))
            heldBackAt = clock.GetTimestamp();
        // what was held back is older than what happened
        var held = TakeDue(events, due, rows, clock);
        LiveMessage[] messages =
        [
            .. held,
            .. LiveMessage.Of(LiveMessage.Collapse(events), rows, e => MaySend(e, clock)),
        ];
        if (messages.Length == 0)
            return;
        for (var i = 0; i < messages.Length; i++)
        {
            var id = messages[i].Id;
            // an id never falls behind one that was sent: it says what the reader has
            last = id.Position > last.Position ? id : last with { HasCount = last.HasCount || id.HasCount };
            last = last with { HasReactions = MayBeOpen(clock) && late.Count == 0 && i >= held.Count - 1 };
            messages[i] = messages[i] with { Id = last };
        }
        var frame = new Frame(messages, article);
        foreach (var watcher in Watchers)
            watcher.Send(frame);
    }

    /// <summary>Whether whoever resumes could not tell from the history alone that nothing is held back.</summary>
    bool MayBeOpen(TimeProvider clock) =>
        heldBackAt is { } at && clock.GetElapsedTime(at) < LiveHistory.Late * 2;

    public void Leave(Watcher watcher, TimeProvider clock)
    {
        if (Watchers.Remove(watcher) && Watchers.Count == 0)
            emptySince = clock.GetTimestamp();
    }

    /// <summary>Whether nobody has watched for so long that it no longer matters what was told to those who did.</summary>
    public bool IsForgotten(TimeProvider clock) =>
        Watchers.Count == 0 && clock.GetElapsedTime(emptySince) > LiveHistory.Late * 2;

    List<LiveMessage> TakeDue(
        IReadOnlyList<LiveEvent> events,
        List<Guid> due,
        LiveRows rows,
        TimeProvider clock
    )
    {
        var messages = new List<LiveMessage>();
        foreach (var comment in due.Where(late.ContainsKey).OrderBy(c => late[c]).ToArray())
        {
            // what happened since will tell of it
            if (
                events.Any(e => e.IsReaction && e.CommentId == comment)
                || !late.Remove(comment, out var position)
            )
                continue;
            toldAt[comment] = clock.GetTimestamp();
            if (rows.Comments.GetValueOrDefault((site, comment)) is { State: CommentState.Published } view)
                messages.Add(new(LiveMessage.Reactions, position, view));
        }
        return messages;
    }
}
