namespace ThreadStore.Moderation.Learned;

/// <summary>What most letters of a text are written in; a language is told by it where it is not Latin.</summary>
public static class Scripts
{
    static readonly (string Name, char First, char Last)[] All =
    [
        ("greek", '\u0370', '\u03FF'),
        ("cyrillic", '\u0400', '\u052F'),
        ("armenian", '\u0530', '\u058F'),
        ("hebrew", '\u0590', '\u05FF'),
        ("arabic", '\u0600', '\u06FF'),
        ("devanagari", '\u0900', '\u097F'),
        ("tamil", '\u0B80', '\u0BFF'),
        ("thai", '\u0E00', '\u0E7F'),
        ("kana", '\u3040', '\u30FF'),
        ("han", '\u4E00', '\u9FFF'),
        ("hangul", '\uAC00', '\uD7A3'),
    ];

    /// <summary>Letters that are looked at: the beginning of a long text says it.</summary>
    const int Enough = 200;

    /// <returns>Null: it is Latin, or there are no letters.</returns>
    public static string? Of(string text)
    {
        Span<int> counts = stackalloc int[All.Length];
        counts.Clear();
        var (latin, letters) = (0, 0);
        foreach (var c in text)
        {
            if (letters == Enough)
                break;
            if (!char.IsLetter(c))
                continue;
            letters++;
            if (c < 0x0370)
                latin++;
            else
                for (var i = 0; i < All.Length; i++)
                    if (c >= All[i].First && c <= All[i].Last)
                        counts[i]++;
        }
        var most = 0;
        for (var i = 1; i < All.Length; i++)
            if (counts[i] > counts[most])
                most = i;
        // Japanese is written in both, and told by the one that nobody else has
        var kana = Array.FindIndex(All, s => s.Name == "kana");
        if (All[most].Name == "han" && 5 * counts[kana] > counts[most])
            most = kana;
        return counts[most] > latin ? All[most].Name : null;
    }
}
