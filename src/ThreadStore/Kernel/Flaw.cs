using System.Text.Json.Nodes;

namespace ThreadStore.Kernel;

/// <summary>What is wrong with one member of a request, so that a front end can say it in its reader's language.</summary>
/// <param name="Code">Never renamed: <c>empty</c>, <c>too-long</c>, …</param>
/// <param name="Message">In English, to be read after the member's name.</param>
/// <param name="Params">The values in the message, by name.</param>
public sealed record Flaw(string Code, string Message, JsonObject Params)
{
    /// <summary>Where <paramref name="message"/> says all that there is to say.</summary>
    public static Flaw Of(string message, string code = "invalid") => new(code, message, []);

    public static Flaw Empty => Of("must not be empty.", "empty");

    public static Flaw Required => Of("is required.", "required");

    public static Flaw Unknown => Of("is not known here.", "unknown");

    public static Flaw Twice => Of("is there twice.", "duplicate");

    public static Flaw NoTime(string message) => Of(message, "no-time");

    /// <summary>Of a text, in code points.</summary>
    public static Flaw TooLong(int max) => TooLong($"may have {max} code points at most.", max);

    public static Flaw TooLong(string message, int max) => new("too-long", message, new() { ["max"] = max });

    /// <summary>Of a text that must be there.</summary>
    public static Flaw Length(string message, int min, int max) =>
        new("length", message, new() { ["min"] = min, ["max"] = max });

    /// <summary>Of a list.</summary>
    public static Flaw Count(string message, int min, int max) =>
        new("count", message, new() { ["min"] = min, ["max"] = max });

    /// <summary>Of a number.</summary>
    public static Flaw Range(string message, double min, double? max) =>
        new("out-of-range", message, new() { ["min"] = min, ["max"] = max });

    /// <summary>Of a word.</summary>
    public static Flaw NoneOf(string message, params IEnumerable<string> words) =>
        new(
            "none-of",
            message,
            new() { ["values"] = new JsonArray([.. words.Select(w => JsonValue.Create(w))]) }
        );

    /// <summary>As a person reads it.</summary>
    public override string ToString() => Message;
}
