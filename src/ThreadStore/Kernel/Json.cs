using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThreadStore.Kernel;

/// <summary>How events, settings and answers are written as JSON: camelCase, enumerations by name, times in UTC.</summary>
public static class Json
{
    /// <summary>The options of stored events and of answers; equal, so that the feed sends what is stored.</summary>
    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions());

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Insert(0, new TimestampConverter());
        options.Converters.Insert(1, new WordConverterFactory());
        return options;
    }

    /// <summary>RFC 3339 in UTC with up to microseconds, PostgreSQL's precision.</summary>
    public const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'";

    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimestampFormat, CultureInfo.InvariantCulture);

    /// <summary>Cut to microseconds, so that a time is the same before and after it was stored.</summary>
    public static DateTimeOffset ToMicroseconds(this DateTimeOffset time) =>
        new(time.UtcTicks / 10 * 10, TimeSpan.Zero);

    /// <summary>Whether a time says its zone, as RFC 3339 wants it: <c>Z</c>, or hours and minutes after + or -.</summary>
    public static bool HasZone(string time) =>
        time.IndexOf('T', StringComparison.OrdinalIgnoreCase) is > 0 and var day
        && (
            time[^1] is 'Z' or 'z'
            || time.LastIndexOfAny(['+', '-']) is var sign && sign > day && time.Length - sign == 6
        );

    /// <summary>Takes the words of the contract and nothing else: the framework's own would also read "Post" and "post,pre".</summary>
    sealed class WordConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter?)Activator.CreateInstance(typeof(WordConverter<>).MakeGenericType(typeToConvert));
    }

    sealed class WordConverter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String
            && Words.TryParse<T>(reader.GetString() ?? "") is { } value
                ? value
            : reader.TokenType == JsonTokenType.String ? throw new UnknownWordException([.. Words.All<T>()])
            : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Word());
    }

    sealed class TimestampConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(
            ref Utf8JsonReader reader,
            Type type,
            JsonSerializerOptions options
        ) =>
            // without a zone, the framework would take the one of this machine
            reader.TryGetDateTimeOffset(out var time) && HasZone(ref reader)
                ? time.ToMicroseconds()
                : throw new JsonException("A time is written as in 2021-04-02T10:00:00Z.");

        /// <summary>Most are stored times, which end in Z: of them no string is made.</summary>
        static bool HasZone(ref Utf8JsonReader reader) =>
            (!reader.HasValueSequence && reader.ValueSpan[^1] == (byte)'Z')
            || Json.HasZone(reader.GetString()!);

        public override void Write(
            Utf8JsonWriter writer,
            DateTimeOffset value,
            JsonSerializerOptions options
        ) => writer.WriteStringValue(Format(value));
    }
}

/// <summary>A text that is none of an enumeration's words.</summary>
public sealed class UnknownWordException(IReadOnlyList<string> words)
    : JsonException($"is one of {string.Join(", ", words)}.")
{
    public IReadOnlyList<string> Known => words;
}
