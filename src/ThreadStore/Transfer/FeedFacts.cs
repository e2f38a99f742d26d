using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Sites;

namespace ThreadStore.Transfer;

/// <summary>
/// Reads what a line of a feed says happened, as strictly as commands would have refused it: members that every event of
/// its type has are there, and no value is one that the server never stores. What is stored is read without these looks.
/// </summary>
public static class FeedFacts
{
    /// <summary>Years of anything that people wrote; beyond, calendars and PostgreSQL's ranks end.</summary>
    public const int FirstYear = 1000;
    public const int LastYear = 8999;

    /// <summary>Whether people may have written then: what says otherwise is not believed.</summary>
    public static bool IsTimeOfPeople(DateTimeOffset time) => time.Year is >= FirstYear and <= LastYear;

    /// <summary>More than any site allows.</summary>
    const int MaxCount = 1_000_000;

    static readonly JsonSerializerOptions Strict = new(Json.Options)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="FormatException">Says what is wrong with it.</exception>
    public static object Read(EventNames.Entry type, ReadOnlySpan<byte> data)
    {
        try
        {
            var fact = Parse(type, data);
            if (FaultOf(fact, "data") is { } fault)
                throw new FormatException($"its {fault}");
            return fact;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"its data are not those of {type.Name}: {e.Message}");
        }
    }

    /// <summary>Every member that has to be there is; whatever its value.</summary>
    internal static object Parse(EventNames.Entry type, ReadOnlySpan<byte> data) => type.Read(data, Strict);

    static readonly ConcurrentDictionary<Type, PropertyInfo[]> Looked = new();

    /// <summary>Members whose values may be none that the server stores.</summary>
    static PropertyInfo[] MembersOf(Type type) =>
        Looked.GetOrAdd(
            type,
            static t =>
                [
                    .. t.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                        .Where(p => p.GetIndexParameters().Length == 0 && IsLookedAt(p)),
                ]
        );

    static bool IsLookedAt(PropertyInfo member)
    {
        var type = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
        return type != typeof(string)
            ? !type.IsEnum && type != typeof(Guid) && type != typeof(bool)
            : member.Name
                is "ArticleKey"
                    or "From"
                    or "CommenterKey"
                    or "Key"
                    or "By"
                    or "DecidedBy"
                    or "WithBanOf";
    }

    static string? FaultOf(object fact, string path)
    {
        if (fact is SiteSettings settings)
            return SettingsRules.Refuse(settings) is { } refused ? $"{path}: {refused.Detail}" : null;
        foreach (var member in MembersOf(fact.GetType()))
            if (member.GetValue(fact) is { } value && FaultOf(member.Name, value, path) is { } fault)
                return fault;
        return null;
    }

    static string? FaultOf(string member, object value, string path) =>
        FaultOfValue(member, value, $"{path}.{JsonNamingPolicy.CamelCase.ConvertName(member)}");

    /// <param name="value">Of a member, or an item of the list that it is.</param>
    static string? FaultOfValue(string member, object value, string name)
    {
        switch (value)
        {
            case string key:
                return Keys.Fault(key) is { } fault ? $"{name} {fault}" : null;
            case DateTimeOffset time:
                // some publishers date a page 9999-12-31, and some moderators suspend until then
                return member is "PublishedAt" or "Until" || IsTimeOfPeople(time)
                    ? null
                    : $"{name} is of no year between {FirstYear} and {LastYear}.";
            case int number:
                return number is >= 0 and <= MaxCount || member == "Weight" && number is >= -1 and <= 1
                    ? null
                    : $"{name} is no number that it may be.";
            case double number:
                return number is >= 0 and <= 1 ? null : $"{name} is from 0 to 1.";
            case IEnumerable items:
                foreach (var item in items)
                    if (item is null)
                        return $"{name} has nothing where an item should be.";
                    else if (item is not string && FaultOfValue(member, item, name) is { } inner)
                        return inner;
                return null;
            default:
                return FaultOf(value, name);
        }
    }
}
