namespace ThreadStore.Moderation;

/// <summary>
/// Words and phrases, found in one pass over a text however many they are: an Aho–Corasick automaton over the words of
/// a <see cref="FoldedText"/>, of which each costs one look-up. Made once for settings, used by all threads.
/// </summary>
public sealed class WordList
{
    readonly Dictionary<string, int> words = new(StringComparer.Ordinal);
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> byLetters;

    // nodes by number, 0 is the root; what begins a phrase is looked up most and has a table of its own
    readonly List<int> first = [];
    readonly Dictionary<(int Node, int Word), int> next = [];
    readonly List<int> fallback = [0];

    /// <summary>By node: how many words the entry has that ends there, 0 where none does.</summary>
    readonly List<int> ends = [0];

    /// <param name="language">The site's, by which letters are folded.</param>
    public WordList(IEnumerable<string> entries, string language = "simple")
    {
        byLetters = words.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var entry in entries.SelectMany(e => FoldedText.Of(e, language)))
            Add(entry);
        Link();
    }

    /// <summary>What the texts have of the list first, as it was written there; null: nothing.</summary>
    public string? Find(IReadOnlyList<FoldedText> texts)
    {
        foreach (var text in texts)
            if (Find(text) is { } match)
                return match;
        return null;
    }

    string? Find(FoldedText text)
    {
        var node = 0;
        for (var i = 0; i < text.Count; i++)
        {
            if (!byLetters.TryGetValue(text[i], out var word))
            {
                node = 0;
                continue;
            }
            node = Step(node, word);
            if (ends[node] is > 0 and var length)
                return text.Quote(i - length + 1, i);
        }
        return null;
    }

    void Add(FoldedText entry)
    {
        var node = 0;
        for (var i = 0; i < entry.Count; i++)
        {
            if (!byLetters.TryGetValue(entry[i], out var word))
            {
                word = words.Count;
                words.Add(entry[i].ToString(), word);
                first.Add(0);
            }
            node = Child(node, word) is > 0 and var child ? child : Grow(node, word);
        }
        // one of nothing but invisible signs says nothing
        if (node > 0)
            ends[node] = entry.Count;
    }

    int Child(int node, int word) => node == 0 ? first[word] : next.GetValueOrDefault((node, word));

    int Grow(int node, int word)
    {
        var child = ends.Count;
        ends.Add(0);
        fallback.Add(0);
        if (node == 0)
            first[word] = child;
        else
            next[(node, word)] = child;
        return child;
    }

    int Step(int node, int word)
    {
        while (true)
        {
            var child = Child(node, word);
            if (child > 0 || node == 0)
                return child;
            node = fallback[node];
        }
    }

    /// <summary>Where to go on when a phrase breaks off: the longest other one that is under way. Children come after
    /// their parents, but not level by level.</summary>
    void Link()
    {
        var children = new List<(int Word, int Node)>?[ends.Count];
        foreach (var ((node, word), child) in next)
            (children[node] ??= []).Add((word, child));
        var level = new Queue<int>(first.Where(n => n > 0));
        while (level.TryDequeue(out var node))
        {
            if (ends[node] == 0)
                ends[node] = ends[fallback[node]];
            foreach (var (word, child) in children[node] ?? [])
            {
                fallback[child] = Step(fallback[node], word);
                level.Enqueue(child);
            }
        }
    }
}
