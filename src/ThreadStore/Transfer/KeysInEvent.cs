using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.Privacy;

namespace ThreadStore.Transfer;

/// <summary>The keys of people that an event names, by <see cref="PersonalData.Members"/>, and when it happened.</summary>
static class KeysInEvent
{
    static readonly string[] Paths =
    [
        .. PersonalData.Members.Where(m => m.Erased == WhenErased.Renamed).Select(m => m.Where),
    ];

    static readonly ConcurrentDictionary<Type, PropertyInfo[][]> Looked = new();
    static readonly ConcurrentDictionary<Type, PropertyInfo?> Times = new();

    public static IEnumerable<string> Of(object @event)
    {
        foreach (var chain in Looked.GetOrAdd(@event.GetType(), ChainsOf))
        {
            object? value = @event;
            foreach (var member in chain)
                value = value is null ? null : member.GetValue(value);
            if (value is string key)
                yield return key;
        }
    }

    /// <summary>Null: nobody knows, and what stands there only keeps an order.</summary>
    public static DateTimeOffset? TimeOf(object @event) =>
        @event is CommentPosted posted
            ? posted.TimeEstimated
                ? null
                : posted.PostedAt
            : Times.GetOrAdd(@event.GetType(), static t => t.GetProperty("At"))?.GetValue(@event)
                as DateTimeOffset?;

    static PropertyInfo[][] ChainsOf(Type type) =>
        [.. Paths.Select(p => ChainOf(type, p)).OfType<PropertyInfo[]>()];

    static PropertyInfo[]? ChainOf(Type type, string path)
    {
        var chain = new List<PropertyInfo>();
        foreach (var name in path.Split('.'))
        {
            if (
                Array.Find(type.GetProperties(), p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == name)
                is not { } member
            )
                return null;
            chain.Add(member);
            type = member.PropertyType;
        }
        return [.. chain];
    }
}
