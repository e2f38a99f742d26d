using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ThreadStore.Kernel;

namespace ThreadStore.Http;

/// <summary>Reads JSON strictly, and says what is wrong with it.</summary>
public static class StrictJson
{
    public const string NoText = "A text has half a surrogate pair, or is not UTF-8.";

    static readonly JsonSerializerOptions Strict = Json.Configure(
        new JsonSerializerOptions
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            AllowDuplicateProperties = false,
            MaxDepth = 16,
            Converters = { new TextConverter() },
        }
    );

    public static (T? Value, Refusal? Refusal) Parse<T>(ReadOnlySpan<byte> utf8)
        where T : class
    {
        if (utf8.IsEmpty)
            utf8 = "{}"u8;
        try
        {
            if (typeof(T).IsAssignableTo(typeof(JsonNode)) && RefuseTree(utf8) is { } refusal)
                return (null, refusal);
            var value = JsonSerializer.Deserialize<T>(utf8, Strict);
            return value is null
                ? (null, Refusal.BadRequest("The body must be a JSON object."))
                : (value, null);
        }
        catch (JsonException e)
        {
            return (null, Explain(typeof(T), e, utf8));
        }
    }

    /// <summary>
    /// A tree is read piece by piece when it is used, past our converter: so that texts which can't be kept, and members
    /// that are there twice, are refused here and not met there.
    /// </summary>
    static Refusal? RefuseTree(ReadOnlySpan<byte> utf8)
    {
        var members = new Stack<HashSet<string>>();
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            var text = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                ? TextConverter.Text(ref reader)
                : null;
            if (reader.TokenType == JsonTokenType.StartObject)
                members.Push([]);
            else if (reader.TokenType == JsonTokenType.EndObject)
                members.Pop();
            else if (reader.TokenType == JsonTokenType.PropertyName && !members.Peek().Add(text ?? ""))
                return Refusal.Validation(text ?? "", Flaw.Twice);
        }
        return null;
    }

    // The serializer tells its own refusals (a missing or unknown member) from malformed JSON only by its messages, and
    // stops at the first: a second look is sure, and finds them all.
    static Refusal Explain(Type type, JsonException e, ReadOnlySpan<byte> utf8)
    {
        if (e is TextException)
            return Refusal.BadRequest(e.Message);
        try
        {
            var reader = new Utf8JsonReader(utf8);
            while (reader.Read()) { }
        }
        catch (JsonException malformed)
        {
            return Refusal.BadRequest(
                $"The body is not well-formed JSON (line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine})."
            );
        }
        return BodyFaults.Of(type, utf8, Strict) ?? Refusal.BadRequest("The body must be a JSON object.");
    }

    sealed class TextException(string message) : JsonException(message);

    /// <summary>Refuses what PostgreSQL can't store and UTF-8 can't carry.</summary>
    sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Text(ref reader);

        public override string ReadAsPropertyName(
            ref Utf8JsonReader reader,
            Type type,
            JsonSerializerOptions options
        ) => Text(ref reader) ?? throw new JsonException();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);

        public static string? Text(ref Utf8JsonReader reader)
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
                throw new JsonException();
            string? text;
            try
            {
                text = reader.GetString();
            }
            catch (InvalidOperationException)
            {
                throw new TextException(NoText);
            }
            return text?.Contains('\0') == true ? throw new TextException("A text contains U+0000.") : text;
        }
    }
}
