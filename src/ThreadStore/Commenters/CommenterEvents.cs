using ThreadStore.EventStore;
using ThreadStore.Http;

namespace ThreadStore.Commenters;

/// <summary>What a write says about its commenter, beside what they write.</summary>
public static class CommenterEvents
{
    /// <summary>They came for the first time, or their token shows another name or picture than before.</summary>
    public static StreamEvent? For(Commenter? known, Guid id, Caller caller, DateTimeOffset now) =>
        known is null
            ? StreamEvent.First<Commenter>(
                id,
                new CommenterJoined(caller.Key, caller.Name, caller.Picture, caller.Key, now, Source: null)
            )
        : (known.Name, known.Picture) != (caller.Name, caller.Picture)
            ? new StreamEvent(
                id,
                new CommenterRenamed(caller.Key, caller.Name, caller.Picture, caller.Key, now)
            )
        : null;
}
