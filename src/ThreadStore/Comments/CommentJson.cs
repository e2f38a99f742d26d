using System.Runtime.CompilerServices;
using System.Text.Json;
using ThreadStore.Storage;

namespace ThreadStore.Comments;

/// <summary>The parts of a comment's JSON that are made once, when it is written.</summary>
public static class CommentJson
{
    // Rendering is done by the request that brings the text, before its turn at the Appender's single loop;
    // the fold there finds the result by the very same string.
    static readonly ConditionalWeakTable<string, string> Rendered = [];

    /// <summary>The members <c>"body":…,"html":…</c>.</summary>
    public static string Content(string body, BodyFormat format) =>
        Rendered.GetValue(
            body,
            text => $"\"body\":{Quote(text)},\"html\":{Quote(Markup.ToHtml(text, format))}"
        );

    /// <summary>Counts by kind, in order of kinds, with one of them changed; kinds at 0 are left out.</summary>
    public static string Reactions(string json, string kind, int change)
    {
        var counts = JsonSerializer.Deserialize<SortedDictionary<string, int>>(json, Json.Options) ?? [];
        var sorted = new SortedDictionary<string, int>(counts, StringComparer.Ordinal);
        sorted[kind] = sorted.GetValueOrDefault(kind) + change;
        if (sorted[kind] == 0)
            sorted.Remove(kind);
        return JsonSerializer.Serialize(sorted, Json.Options);
    }

    /// <summary>The key in an author's ready-made JSON.</summary>
    public static string AuthorKey(string json) =>
        (
            JsonSerializer.Deserialize<Author>(json, Json.Options)
            ?? throw new InvalidOperationException("No author.")
        ).Key;

    public static string Author(Author author) => JsonSerializer.Serialize(author, Json.Options);

    static string Quote(string text) => JsonSerializer.Serialize(text, Json.Options);
}
