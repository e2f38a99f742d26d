using System.Globalization;
using System.Text;
using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Search;

/// <summary>Words in a row.</summary>
/// <param name="Words">A tsquery of the words as they are.</param>
/// <param name="Plain">For a language's rules to reduce; null where there is nothing to reduce.</param>
/// <param name="Count">Of words.</param>
public sealed record SearchPhrase(string Words, string? Plain, int Count);

/// <summary>All of the phrases must be there; or, negated, not all of them.</summary>
/// <param name="IsQuoted">Every word counts, also one that means nothing by itself.</param>
public sealed record SearchTerm(IReadOnlyList<SearchPhrase> Phrases, bool IsNegated, bool IsQuoted)
{
    public int Count => Phrases.Sum(p => p.Count);

    /// <summary>Equal ones are looked for once.</summary>
    public string Key => $"{IsNegated} {string.Join(" & ", Phrases.Select(p => p.Words))}";
}

/// <summary>What somebody typed: words, quoted phrases, <c>or</c>, <c>-not</c>. What is no word is nothing.</summary>
/// <param name="Alternatives">Of one, all terms must hold. None: there is nothing to look for.</param>
public sealed record SearchWords(IReadOnlyList<IReadOnlyList<SearchTerm>> Alternatives)
{
    /// <summary>In all. More would be a text to compare with, and each costs the database a look into its index.</summary>
    public const int MaxWords = 24;

    /// <summary>In a row: to find out whether they stand in a row costs with their number.</summary>
    public const int MaxPhrase = 12;

    /// <returns>Null, and why, where there is too much.</returns>
    public static SearchWords? Read(string text, out Flaw? fault)
    {
        fault = null;
        var alternatives = new List<List<SearchTerm>> { new() };
        var seen = new HashSet<string>();
        var count = 0;
        foreach (var piece in Pieces(text))
        {
            if (
                piece is { IsQuoted: false, IsNegated: false }
                && piece.Text.Equals("or", StringComparison.OrdinalIgnoreCase)
            )
            {
                if (alternatives[^1].Count > 0)
                {
                    alternatives.Add([]);
                    seen.Clear();
                }
                continue;
            }
            if (Term(piece) is not { } term || !seen.Add(term.Key))
                continue;
            if (term.IsQuoted && term.Phrases.Any(p => p.Count > MaxPhrase))
                fault ??= new(
                    "phrase-too-long",
                    $"has a phrase of more than {MaxPhrase} words.",
                    new() { ["max"] = MaxPhrase }
                );
            if ((count += term.Count) > MaxWords)
                fault ??= new(
                    "too-many-words",
                    $"has more than {MaxWords} words.",
                    new() { ["max"] = MaxWords }
                );
            alternatives[^1].Add(term);
        }
        return fault is null ? new([.. alternatives.Where(a => a.Count > 0)]) : null;
    }

    readonly record struct Piece(string Text, bool IsNegated, bool IsQuoted);

    /// <summary>What white space and quotation marks part; a quotation that nobody closed goes to the end.</summary>
    static IEnumerable<Piece> Pieces(string text)
    {
        for (var i = 0; i < text.Length; )
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }
            var start = i;
            while (i < text.Length && text[i] == '-')
                i++;
            var isNegated = i > start;
            if (i < text.Length && IsQuote(text[i]))
            {
                var end = ++i;
                while (end < text.Length && !IsQuote(text[end]))
                    end++;
                yield return new(text[i..end], isNegated, IsQuoted: true);
                i = end + 1;
                continue;
            }
            var from = i;
            while (i < text.Length && !char.IsWhiteSpace(text[i]) && !IsQuote(text[i]))
                i++;
            yield return new(text[from..i], isNegated, IsQuoted: false);
        }
    }

    static bool IsQuote(char c) => c is '"' or (>= '\u201C' and <= '\u201F');

    static SearchTerm? Term(Piece piece)
    {
        var text = piece.Text.Trim();
        var tokens = Significant(SearchTokens.Read(WithoutScheme(text, out var isAddress)));
        if (tokens.Count == 0)
            return null;
        if (isAddress && tokens.Count > MaxPhrase)
            tokens.RemoveRange(MaxPhrase, tokens.Count - MaxPhrase);
        // what was not parted by spaces is one word to whoever typed it, and may be long
        var isPhrase = piece.IsQuoted && text.Any(char.IsWhiteSpace);
        var phrases = isPhrase ? [tokens] : tokens.Chunk(MaxPhrase).Select(chunk => chunk.ToList());
        return new([.. phrases.Select(Phrase)], piece.IsNegated, isPhrase || tokens.Count > 1);
    }

    /// <summary>An address is looked for by its first words, of whichever scheme it is.</summary>
    static string WithoutScheme(string text, out bool isAddress)
    {
        isAddress = BareAddress.TryRead('\0', text, out _);
        var scheme = isAddress ? text.IndexOf("://", StringComparison.Ordinal) : -1;
        return scheme < 0 ? text : text[(scheme + 3)..];
    }

    /// <summary>Of letters that stand together, every second pair says all.</summary>
    static List<SearchToken> Significant(List<SearchToken> tokens)
    {
        var kept = new List<SearchToken>(tokens.Count);
        for (var i = 0; i < tokens.Count; )
        {
            var end = i;
            while (tokens[i].Run > 0 && end + 1 < tokens.Count && tokens[end + 1].Run == tokens[i].Run)
                end++;
            if (end == i)
                kept.Add(
                    tokens[i] with
                    {
                        Folded = tokens[i].Run > 0 ? $"{tokens[i].Folded}*" : tokens[i].Folded,
                    }
                );
            for (var pair = i; pair < end; pair += 2)
                kept.Add(tokens[pair]);
            if (end > i && (end - i) % 2 == 0)
                kept.Add(tokens[end - 1]);
            i = end + 1;
        }
        return kept;
    }

    static SearchPhrase Phrase(List<SearchToken> tokens)
    {
        var words = new StringBuilder();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (i > 0)
                words.Append(
                    CultureInfo.InvariantCulture,
                    $" <{tokens[i].Position - tokens[i - 1].Position}> "
                );
            // a letter alone is the first of a pair, or the last of its run
            var isStart = tokens[i].Folded.EndsWith('*');
            words.Append('\'').Append(tokens[i].Folded.AsSpan().TrimEnd('*')).Append(isStart ? "':*" : "'");
        }
        return new(
            words.ToString(),
            tokens.All(t => t.Plain is not null) ? string.Join(' ', tokens.Select(t => t.Plain)) : null,
            tokens.Count
        );
    }
}
