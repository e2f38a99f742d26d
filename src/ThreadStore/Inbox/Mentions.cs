using System.Text.RegularExpressions;

namespace ThreadStore.Inbox;

/// <summary>Whom a text may mention: by <c>@key</c>, or by <c>@"display name"</c>. Who of them wrote on the article, rows know.</summary>
public sealed partial record Mentions(IReadOnlyCollection<string> Keys, IReadOnlyCollection<string> Names)
{
    /// <summary>In one text: whoever shouts at everybody reaches nobody.</summary>
    public const int Most = 20;

    /// <summary>Of a key or a name, in characters; a key has 200 code points at most.</summary>
    const int MaxLength = 400;

    static readonly Mentions None = new([], []);

    /// <param name="body">Markdown, as written. What is quoted from others mentions nobody.</param>
    public static Mentions Of(string body)
    {
        if (!body.Contains('@'))
            return None;
        var (keys, names) = (new HashSet<string>(), new HashSet<string>());
        foreach (var line in body.Split('\n').Where(l => !l.TrimStart().StartsWith('>')))
        foreach (Match match in Pattern().Matches(line))
        {
            if (keys.Count + names.Count >= Most)
                break;
            if (match.Groups["name"] is { Success: true, Value: { Length: <= MaxLength } name })
                names.Add(name.Trim());
            else if (match.Groups["key"] is { Success: true, Value: { Length: <= MaxLength } key })
                keys.UnionWith(WithoutEnd(key));
        }
        return new(keys, names);
    }

    /// <summary>A key may end in a full stop, and so may a sentence: both are looked for.</summary>
    static IEnumerable<string> WithoutEnd(string key)
    {
        yield return key;
        var bare = key.TrimEnd('.', ',', ';', ':', '!', '?', ')', ']', '}', '*', '_', '"', '\'', '…');
        if (bare.Length > 0 && bare.Length < key.Length)
            yield return bare;
    }

    // an @ within a word is part of an address
    [GeneratedRegex("""(?<![\p{L}\p{N}@._+-])@(?:"(?<name>[^"\n]+)"|(?<key>[^\s"@][^\s@]*))""")]
    private static partial Regex Pattern();
}
