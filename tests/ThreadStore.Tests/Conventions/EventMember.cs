using System.Collections;
using System.Reflection;
using System.Text.Json;
using ThreadStore.EventStore;

namespace ThreadStore.Tests.Conventions;

/// <summary>A member of a stored event, or of an object in it.</summary>
/// <param name="Kind">What it is in JSON, such as <c>array of text</c>.</param>
/// <param name="Inner">The record whose members the object, or each object of the array, has; null: it is none.</param>
public sealed record EventMember(PropertyInfo Property, string Name, string Kind, bool MayBeNull, Type? Inner)
{
    public static IEnumerable<EventMember> Of(Type type)
    {
        var nullability = new NullabilityInfoContext();
        foreach (var p in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var (word, inner) = KindOf(Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType);
            yield return new(
                p,
                JsonNamingPolicy.CamelCase.ConvertName(p.Name),
                word,
                nullability.Create(p).ReadState == NullabilityState.Nullable,
                inner
            );
        }
    }

    static (string Word, Type? Inner) KindOf(Type type)
    {
        if (type == typeof(string))
            return ("text", null);
        if (type == typeof(Guid))
            return ("text (uuid)", null);
        if (type == typeof(DateTimeOffset))
            return ("text (time)", null);
        if (type == typeof(bool))
            return ("true or false", null);
        if (type == typeof(int) || type == typeof(long))
            return ("number (whole)", null);
        if (type == typeof(double))
            return ("number", null);
        if (type.IsEnum)
            return (
                $"text ({string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))})",
                null
            );
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return ($"object of {KindOf(type.GetGenericArguments()[1]).Word} by any name", null);
        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
        {
            var (word, inner) = KindOf(type.GetGenericArguments()[0]);
            return ($"array of {word}", inner);
        }
        return type.Assembly == typeof(EventCatalogue).Assembly
            ? ("object", type)
            : throw new NotSupportedException($"{type} has no place in an event.");
    }
}
