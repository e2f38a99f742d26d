using System.Text.Json;
using Marten.Events;
using Marten.Services.Json.Transformations;
using ThreadStore.Kernel;

namespace ThreadStore.EventStore;

/// <summary>
/// Finds events in the <see cref="EventCatalogue"/> by their stored names, which never change, and reads them. A new shape
/// of an event gets a record, a line there and an upcaster of its own, and is stored as <c>name@number</c>.
/// </summary>
public static class EventNames
{
    /// <summary>A line of the catalogue.</summary>
    /// <param name="Type">What is stored under the name.</param>
    /// <param name="Schema">The number of its shape.</param>
    /// <param name="Stream">The kind of stream that it is in: what it is about.</param>
    /// <param name="Upcast">Of a shape that is stored no more: makes of it the event as it is today. Null: it is today's.</param>
    public sealed record Entry(
        Type Type,
        string Name,
        int Schema,
        string Stream,
        Audience SeenBy,
        Func<object, object>? Upcast = null
    )
    {
        /// <summary>Its members that say something of a person, dotted where they are deeper; and <c>by</c>, in every event.</summary>
        public IReadOnlyList<string> Personal { get; init; } = [];

        /// <summary>How the moderators' log puts it; null: it is not in the log.</summary>
        public LogWords? Log { get; init; }

        /// <summary>The word for it in the decisions of replays; null: it is not among them.</summary>
        public string? InReplays
        {
            get => field ?? Log?.Action;
            init;
        }

        /// <summary>Whether it counts as a version of its comment, as an ETag and a classifier have it.</summary>
        public bool MakesVersion { get; init; } = Stream == "comment";

        /// <summary>Whether it is about a comment, in the comment's own stream or in one beside it.</summary>
        public bool IsAboutComment => Stream is "comment" or "reaction" or "flag" or "notice";

        /// <summary>Whether it is a decision, or what came of one: all that came of it has the same <c>decisionId</c>.</summary>
        public bool IsDecision { get; } = Type.GetProperty("DecisionId") is not null;

        /// <summary>What Marten notes beside the name.</summary>
        public string DotNetType { get; } = $"{Type.FullName}, {Type.Assembly.GetName().Name}";

        /// <summary>A stored event as it is today.</summary>
        public object Read(ReadOnlySpan<byte> data) => Read(data, Json.Options);

        /// <param name="options">How strictly.</param>
        /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
        public object Read(ReadOnlySpan<byte> data, JsonSerializerOptions options)
        {
            var stored =
                JsonSerializer.Deserialize(data, Type, options)
                ?? throw new InvalidOperationException($"A {Name} without data.");
            return Upcast is null ? stored : Upcast(stored);
        }

        /// <summary>The same as JSON, for those who pass on what it says or name its members one by one.</summary>
        public JsonElement ReadJson(ReadOnlySpan<byte> data) =>
            Upcast is null
                ? JsonSerializer.Deserialize<JsonElement>(data)
                : JsonSerializer.SerializeToElement(Read(data), Json.Options);

        /// <summary>Tells Marten, which reads events too.</summary>
        public void Map(IEventStoreOptions events)
        {
            if (Upcast is not { } upcast)
                events.MapEventType(Type, Name);
            else
                events.Upcast(
                    Type,
                    Name,
                    new JsonTransformation(
                        (json, reader, column) => upcast(json.FromJson(Type, reader, column)),
                        async (json, reader, column, ct) =>
                            upcast(await json.FromJsonAsync(Type, reader, column, ct))
                    )
                );
        }
    }

    static readonly Dictionary<string, Entry> ByName = EventCatalogue.All.ToDictionary(e => e.Name);

    static readonly Dictionary<Type, Entry> ByType = EventCatalogue.All.ToDictionary(e => e.Type);

    public static Entry? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>A stored event; null where it is none of the history, such as Marten's own.</summary>
    public static object? Read(string name, byte[] data) => Find(name)?.Read(data);

    public static bool IsOurs(object @event) => ByType.ContainsKey(@event.GetType());

    public static Entry Of(object @event) => ByType[@event.GetType()];

    public static void Map(IEventStoreOptions events)
    {
        foreach (var e in EventCatalogue.All)
            e.Map(events);
    }
}
