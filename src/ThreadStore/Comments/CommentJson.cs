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

    public static string Author(Author author) => JsonSerializer.Serialize(author, Json.Options);

    static string Quote(string text) => JsonSerializer.Serialize(text, Json.Options);
}
