using System.Globalization;
using System.Text.Json;

namespace ThreadStore.Tests.OpenApi;

/// <summary>
/// Holds JSON against the part of JSON Schema that the document uses. A keyword that it does not know is a fault, so that
/// no promise of the document goes unchecked.
/// </summary>
/// <param name="isStrict">Members that the schema does not name are faults, also where it lets them pass.</param>
public sealed class SchemaCheck(JsonElement document, bool isStrict)
{
    static readonly HashSet<string> Notes =
    [
        "description",
        "default",
        "discriminator",
        "minLength",
        "pattern",
    ];

    public IEnumerable<string> Faults(JsonElement schema, JsonElement value, string at = "$") =>
        schema.EnumerateObject().SelectMany(k => Faults(k.Name, k.Value, schema, value, at));

    IEnumerable<string> Faults(
        string keyword,
        JsonElement argument,
        JsonElement schema,
        JsonElement value,
        string at
    ) =>
        keyword switch
        {
            "$ref" => Faults(Follow(argument.GetString()!), value, at),
            "type" => Words(argument).Any(t => IsOf(t, value)) ? [] : [$"{at} is no {argument}: {value}"],
            "enum" => argument.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value))
                ? []
                : [$"{at} is none of {argument}: {value}"],
            "anyOf" or "oneOf" => argument.EnumerateArray().Any(s => !Faults(s, value, at).Any())
                ? []
                : [$"{at} fits none of {argument}: {value}"],
            "format" => value.ValueKind != JsonValueKind.String
            || HasFormat(argument.GetString()!, value.GetString()!)
                ? []
                : [$"{at} is no {argument}: {value}"],
            "items" when value.ValueKind == JsonValueKind.Array => value
                .EnumerateArray()
                .SelectMany((item, i) => Faults(argument, item, $"{at}[{i}]")),
            "required" when value.ValueKind == JsonValueKind.Object => Words(argument)
                .Where(m => !value.TryGetProperty(m, out _))
                .Select(m => $"{at}.{m} is missing"),
            "properties" when value.ValueKind == JsonValueKind.Object => value
                .EnumerateObject()
                .SelectMany(m =>
                    argument.TryGetProperty(m.Name, out var member)
                        ? Faults(member, m.Value, $"{at}.{m.Name}")
                    : isStrict && !schema.TryGetProperty("additionalProperties", out _)
                        ? [$"{at}.{m.Name} is not documented"]
                    : []
                ),
            "additionalProperties" when value.ValueKind == JsonValueKind.Object => value
                .EnumerateObject()
                .Where(m =>
                    !schema.TryGetProperty("properties", out var known)
                    || !known.TryGetProperty(m.Name, out _)
                )
                .SelectMany(m =>
                    argument.ValueKind == JsonValueKind.False
                        ? [$"{at}.{m.Name} is not allowed"]
                        : Faults(argument, m.Value, $"{at}.{m.Name}")
                ),
            "minimum" or "maximum" when value.ValueKind == JsonValueKind.Number => keyword
                == "minimum"
                == (value.GetDouble() >= argument.GetDouble())
            || value.GetDouble() == argument.GetDouble()
                ? []
                : [$"{at} is past the {keyword} {argument}: {value}"],
            "maxLength" when value.ValueKind == JsonValueKind.String => value.GetString()!.Length
            <= argument.GetInt32()
                ? []
                : [$"{at} is too long"],
            "minItems" or "maxItems" or "items" or "required" or "properties" or "additionalProperties" => [],
            "minimum" or "maximum" or "maxLength" => [],
            _ => Notes.Contains(keyword) ? [] : [$"{at}: nobody checks the keyword {keyword}"],
        };

    JsonElement Follow(string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate(document, (json, part) => json.GetProperty(part));

    static IEnumerable<string> Words(JsonElement words) =>
        words.ValueKind == JsonValueKind.String
            ? [words.GetString()!]
            : words.EnumerateArray().Select(w => w.GetString()!);

    static bool IsOf(string type, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => type == "null",
            JsonValueKind.String => type == "string",
            JsonValueKind.True or JsonValueKind.False => type == "boolean",
            JsonValueKind.Array => type == "array",
            JsonValueKind.Object => type == "object",
            JsonValueKind.Number => type == "number" || (type == "integer" && value.TryGetInt64(out _)),
            _ => false,
        };

    static bool HasFormat(string format, string text) =>
        format switch
        {
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "date-time" => text.EndsWith('Z')
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            _ => true,
        };
}
