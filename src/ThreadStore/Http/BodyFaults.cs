using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ThreadStore.Kernel;

namespace ThreadStore.Http;

/// <summary>
/// Finds all that keeps a body from being what it should be. The serializer stops at the first fault; whoever fills in a
/// form wants to hear of all at once. Only a body that was refused is looked at so.
/// </summary>
sealed class BodyFaults(JsonSerializerOptions options)
{
    /// <summary>A list of ten thousand wrong words says nothing more than its first ones.</summary>
    const int MaxFaults = 50;

    readonly List<Refusal> faults = [];

    /// <summary>What can't be read at all; it goes before what could be read and is wrong.</summary>
    Refusal? unreadable;

    /// <summary>Null: nothing was found.</summary>
    public static Refusal? Of(Type type, ReadOnlySpan<byte> utf8, JsonSerializerOptions options)
    {
        var reader = new Utf8JsonReader(utf8);
        using var body = JsonDocument.ParseValue(ref reader);
        var found = new BodyFaults(options);
        try
        {
            found.Look(type, body.RootElement, "");
        }
        catch (InvalidOperationException)
        {
            // the name of a member, which no converter reads
            return Refusal.BadRequest(StrictJson.NoText);
        }
        return found.unreadable ?? Refusal.All(found.faults);
    }

    void Look(Type type, JsonElement value, string path)
    {
        if (unreadable is not null || faults.Count >= MaxFaults || value.ValueKind == JsonValueKind.Null)
            return;
        var info = options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        if (info.Kind == JsonTypeInfoKind.Object && value.ValueKind == JsonValueKind.Object)
            LookAtMembers(info, value, path);
        else if (info.Kind == JsonTypeInfoKind.Enumerable && value.ValueKind == JsonValueKind.Array)
            foreach (var (index, item) in value.EnumerateArray().Index())
                Look(info.ElementType!, item, $"{path}[{index}]");
        else if (info.Kind == JsonTypeInfoKind.Dictionary && value.ValueKind == JsonValueKind.Object)
            foreach (var entry in value.EnumerateObject())
                Look(info.ElementType!, entry.Value, Join(path, entry.Name));
        else
            Read(type, value, path);
    }

    void LookAtMembers(JsonTypeInfo info, JsonElement value, string path)
    {
        var known = info.Properties.ToDictionary(p => p.Name, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var name = Join(path, member.Name);
            if (!seen.Add(member.Name))
                faults.Add(Refusal.Validation(name, Flaw.Twice));
            else if (!known.TryGetValue(member.Name, out var property))
                faults.Add(Refusal.Validation(name, Flaw.Unknown));
            else if (member.Value.ValueKind == JsonValueKind.Null && !TakesNull(property))
                unreadable ??= Unreadable(name);
            else
                Look(property.PropertyType, member.Value, name);
        }
        foreach (var property in info.Properties.Where(p => p.IsRequired && !seen.Contains(p.Name)))
            faults.Add(Refusal.Validation(Join(path, property.Name), Flaw.Required));
    }

    static bool TakesNull(JsonPropertyInfo property) =>
        property.PropertyType.IsValueType
            ? Nullable.GetUnderlyingType(property.PropertyType) is not null
            : property.AssociatedParameter?.IsNullable ?? property.IsSetNullable;

    void Read(Type type, JsonElement value, string path)
    {
        try
        {
            value.Deserialize(type, options);
        }
        catch (UnknownWordException word)
        {
            faults.Add(Refusal.Validation(path, Flaw.NoneOf(word.Message.Split(" Path: ")[0], word.Known)));
        }
        catch (JsonException)
        {
            unreadable ??= Unreadable(path);
        }
    }

    static Refusal Unreadable(string path) =>
        Refusal.BadRequest(
            path.Length == 0 ? "The body must be a JSON object." : $"{path} has a value that can't be read."
        );

    static string Join(string path, string member) => path.Length == 0 ? member : $"{path}.{member}";
}
