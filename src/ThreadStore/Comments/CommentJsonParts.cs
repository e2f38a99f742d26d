using System.Collections.Concurrent;
using System.Text.Json;
using ThreadStore.Kernel;

namespace ThreadStore.Comments;

/// <summary>The parts of a comment's JSON that are made once, when it is written.</summary>
public static class CommentJsonParts
{
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

    internal static string Quote(string text) => JsonSerializer.Serialize(text, Json.Options);
}
