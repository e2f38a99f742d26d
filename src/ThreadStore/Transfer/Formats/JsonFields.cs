using System.Globalization;
using System.Text.Json;

namespace ThreadStore.Transfer.Formats;

/// <summary>Members of JSON as other systems write them: numbers as texts, texts as numbers, null where there is none.</summary>
static class JsonFields
{
    public static JsonElement? Member(this JsonElement record, string name) =>
        record.ValueKind == JsonValueKind.Object
        && record.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    public static bool Has(this JsonElement record, string name) =>
        record.ValueKind == JsonValueKind.Object && record.TryGetProperty(name, out _);

    /// <summary>A text or a number; null: neither.</summary>
    public static string? Text(this JsonElement record, string name) =>
        record.Member(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.ValueKind == JsonValueKind.Number ? value.GetRawText()
        : null;

    public static string? Some(this JsonElement record, string name) => Fields.Some(record.Text(name));

    public static bool Flag(this JsonElement record, string name) =>
        record.Member(name) switch
        {
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.String } text => text.GetString() is "true" or "1" or "True",
            { ValueKind: JsonValueKind.Number } number => number.GetRawText() != "0",
            _ => false,
        };

    public static int? Number(this JsonElement record, string name) =>
        record.Text(name) is { } text
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && Math.Abs(number) <= int.MaxValue
            ? (int)number
            : null;

    public static DateTimeOffset? Time(this JsonElement record, string name) =>
        Fields.Time(record.Text(name));

    /// <summary>Of any year.</summary>
    public static DateTimeOffset? AnyTime(this JsonElement record, string name) =>
        Fields.AnyTime(record.Text(name));

    /// <summary>What is lost where it can't be read; a list that is missing has nothing in it.</summary>
    /// <exception cref="UnreadableException">It is no list.</exception>
    public static IEnumerable<JsonElement> Records(this JsonElement record, string name) =>
        record.Member(name) is not { } items ? []
        : items.ValueKind == JsonValueKind.Array ? items.EnumerateArray()
        : throw new UnreadableException("malformed", $"its {name} are no list.");

    public static IEnumerable<JsonElement> Items(this JsonElement record, string name) =>
        record.Member(name) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];

    public static IEnumerable<JsonProperty> Members(this JsonElement record, string name) =>
        record.Member(name) is { ValueKind: JsonValueKind.Object } members ? members.EnumerateObject() : [];
}
