using ThreadStore.Kernel;

namespace ThreadStore.EventStore;

/// <summary>An event and the stream that it belongs to.</summary>
/// <param name="Starts">The stream's type where this is its first event; null otherwise.</param>
public readonly record struct StreamEvent(Guid Stream, object Event, Type? Starts = null)
{
    public static StreamEvent First<TStream>(Guid stream, object e) => new(stream, e, typeof(TStream));

    /// <summary>The same, with the request that caused it where events of its kind keep that.</summary>
    public StreamEvent Of(KeyedRequest request) =>
        Event is KeyedEvent e ? this with { Event = e with { Request = request } } : this;
}
