using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ThreadStore.Kernel;

namespace ThreadStore.Comments;

/// <summary>The parts of a comment's JSON that are made once, when it is written.</summary>
public static class CommentJson
{
    // Rendering is done by the request that brings the text, before its turn at the Appender's single loop;
    // the fold there finds the result by the very same string.
    static readonly ConditionalWeakTable<string, Rendering> Rendered = [];

    sealed record Rendering(string Html, string Json, bool ShowsNothing);

    /// <summary>The members <c>"body":…,"html":…</c>.</summary>
    public static string Content(string body, BodyFormat format) => Render(body, format).Json;

    /// <summary>What <see cref="Markup"/> makes of the body.</summary>
    public static string Html(string body, BodyFormat format) => Render(body, format).Html;

    /// <summary>Whether readers would see nothing of the body: it is a list of nothing, a character of no width.</summary>
    public static bool ShowsNothing(string body, BodyFormat format) => Render(body, format).ShowsNothing;

    static Rendering Render(string body, BodyFormat format) =>
        Rendered.GetValue(
            body,
            text =>
            {
                var html = Markup.ToHtml(text, format);
                return new(html, $"\"body\":{Quote(text)},\"html\":{Quote(html)}", ShownText.IsNothing(html));
            }
        );

    /// <summary>Changes of counts that were met before: most comments have few reactions, so the same come again.</summary>
    static readonly ConcurrentDictionary<(string, string, int), string> Counted = new();

    const int MaxCounted = 10_000;

    /// <summary>Counts by kind, in order of kinds, with one of them changed; kinds at 0 are left out.</summary>
    public static string Reactions(string json, string kind, int change)
    {
        if (Counted.TryGetValue((json, kind, change), out var known))
            return known;
        if (Counted.Count >= MaxCounted)
            Counted.Clear();
        return Counted[(json, kind, change)] = Count(json, kind, change);
    }

    static string Count(string json, string kind, int change)
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
