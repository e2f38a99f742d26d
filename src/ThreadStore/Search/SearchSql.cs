namespace ThreadStore.Search;

/// <summary>
/// Writes a query for PostgreSQL. Each word is looked for as it is, and as the site's language reduces it. A word that
/// means nothing in that language (<c>the</c>) need not be there, unless there is no other; in a phrase it must.
/// </summary>
/// <param name="add">Adds a parameter and tells its number.</param>
sealed class SearchSql(Func<string, int> add)
{
    readonly Dictionary<string, int> numbers = [];

    /// <summary>A tsquery, where <c>l.language</c> is the site's, a regconfig, and <c>l.is_simple</c> that it reduces nothing.</summary>
    public string Of(SearchWords words) => string.Join(" || ", words.Alternatives.Select(All));

    int Number(string text) => numbers.TryGetValue(text, out var number) ? number : numbers[text] = add(text);

    string All(IReadOnlyList<SearchTerm> terms)
    {
        var all = string.Join(" && ", terms.Select(t => Term(t, mayFall: false)));
        if (!terms.Any(MayFall))
            return $"({all})";
        var meaningful = string.Join(" && ", terms.Select(t => Term(t, MayFall(t))));
        return $"(select case when numnode(meant) = 0 then total else meant end from (select {meaningful} as meant, {all} as total) t)";
    }

    /// <summary>One word, of which the language may say that it means nothing.</summary>
    static bool MayFall(SearchTerm term) =>
        term is { IsNegated: false, IsQuoted: false, Phrases: [{ Plain: not null, Count: 1 }] };

    string Term(SearchTerm term, bool mayFall)
    {
        var phrases = string.Join(" && ", term.Phrases.Select(p => Phrase(p, mayFall)));
        return term.IsNegated ? $"!!({phrases})" : phrases;
    }

    string Phrase(SearchPhrase phrase, bool mayFall)
    {
        var words = $"${Number(phrase.Words)}::tsquery";
        if (phrase.Plain is null)
            return words;
        // reduced, it has lost none: each is a node, and so is each sign between them
        var nodes = 2 * phrase.Count - 1;
        var otherwise = mayFall ? "reduced" : "whole";
        return $"(select case when l.is_simple then whole when numnode(reduced) >= {nodes} then whole || reduced else {otherwise} end "
            + $"from (select {words} as whole, phraseto_tsquery(l.language, ${Number(phrase.Plain)}) as reduced) p)";
    }
}
