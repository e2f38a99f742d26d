namespace ThreadStore.Kernel;

/// <summary>What the events of a stream amount to. What each of them does to it is said here and nowhere else.</summary>
public interface IAggregate<TSelf>
    where TSelf : class, IAggregate<TSelf>
{
    /// <summary>Pure, and knows every event that it may meet.</summary>
    /// <param name="before">Null: nothing happened yet.</param>
    /// <param name="site">Of the stream: events do not repeat it.</param>
    /// <returns>Null where it is not there after it either.</returns>
    /// <exception cref="NotSupportedException">Nobody has said what this event does; nothing is guessed.</exception>
    /// <exception cref="InvalidOperationException">It can't come at this place of a stream.</exception>
    static abstract TSelf? After(TSelf? before, string site, object @event);
}

/// <summary>Why an event is not applied, and stops whoever meets it.</summary>
static class Unforeseen
{
    /// <summary>Nobody has said what it does.</summary>
    public static Exception Event<T>(object @event) =>
        new NotSupportedException($"No {typeof(T).Name} knows what {@event.GetType().Name} does to it.");

    /// <summary>It is the first of a stream and comes later, or comes before the first.</summary>
    public static Exception Place<T>(T? before, object @event)
        where T : class =>
        new InvalidOperationException(
            before is null
                ? $"{@event.GetType().Name} comes before there is a {typeof(T).Name}."
                : $"{@event.GetType().Name} comes where there is a {typeof(T).Name} already."
        );
}
