using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using ThreadStore.EventStore;
using ThreadStore.Privacy;

namespace ThreadStore.Transfer.Rehearsals;

/// <summary>What a value in an event is, to a rehearsal.</summary>
enum Part
{
    /// <summary>A number, a yes or no, a word of ours or of the site's settings: it stays.</summary>
    Word,
    Id,
    Person,
    Article,
    Name,
    Address,
    Picture,
    Text,

    /// <summary>An id in another system.</summary>
    Elsewhere,
    Time,

    /// <summary>A hash of what was sent, or of whom: it is left out.</summary>
    LeftOut,
}

/// <summary>A member of an event, or of what is nested in it.</summary>
/// <param name="Inner">Of an object; null: it is a value, or a list of such.</param>
sealed record Member(Part Part, IReadOnlyDictionary<string, Member>? Inner)
{
    /// <summary>By an event's stored name; see <see cref="PersonalData"/>, which says of each text whose it is.</summary>
    public static IReadOnlyDictionary<string, Member> Of(string @event) => Known.GetOrAdd(@event, Look);

    static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, Member>> Known = new();

    static IReadOnlyDictionary<string, Member> Look(string @event) =>
        Look(
            @event,
            (EventNames.Find(@event) ?? throw new NotSupportedException($"There is no event {@event}.")).Type,
            ""
        );

    static Dictionary<string, Member> Look(string @event, Type type, string path) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetIndexParameters().Length == 0)
            .Select(p => (Name: JsonNamingPolicy.CamelCase.ConvertName(p.Name), p.PropertyType))
            .ToDictionary(
                p => p.Name,
                p => Look(@event, p.PropertyType, path.Length == 0 ? p.Name : $"{path}.{p.Name}", p.Name)
            );

    static Member Look(string @event, Type type, string path, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType)
            type = type.GetGenericArguments()[^1];
        return type == typeof(Guid) ? new(Part.Id, null)
            : type == typeof(DateTimeOffset) ? new(Part.Time, null)
            : type == typeof(string) ? new(OfText(@event, path, name), null)
            : name == "request" ? new(Part.LeftOut, null)
            : type.IsPrimitive || type.IsEnum ? new(Part.Word, null)
            : new(Part.Word, Look(@event, type, path));
    }

    /// <summary>What nobody says is a word of ours is a text.</summary>
    static Part OfText(string @event, string path, string name) =>
        (PersonalData.Member(@event, path)?.Erased, name) switch
        {
            (WhenErased.Renamed, _) => Part.Person,
            (_, "articleKey" or "article" or "from") => Part.Article,
            (_, "url" or "urls") => Part.Address,
            (_, "picture") => Part.Picture,
            (_, "name") => Part.Name,
            (_, "author") => Part.Name,
            (_, "requestHash") => Part.LeftOut,
            (_, "badges") => Part.Word,
            _ when path.EndsWith("source.id", StringComparison.Ordinal) => Part.Elsewhere,
            (null, _)
                when path is not ("content.title" or "content.section" or "content.tags" or "content.body")
                    && PersonalData.IsImpersonal(@event, path) => Part.Word,
            _ => Part.Text,
        };
}
