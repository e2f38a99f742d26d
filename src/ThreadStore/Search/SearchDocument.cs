using System.Globalization;
using System.Text;
using ThreadStore.Comments;
using ThreadStore.Http;

namespace ThreadStore.Search;

/// <summary>What is indexed of a comment: what readers see of it.</summary>
/// <param name="Words">A tsvector: every word as it is, under the weight A.</param>
/// <param name="Plain">The words once more, for a language's rules to reduce; they come after the others, under no
/// weight, so that a site's language can change without its comments.</param>
sealed record SearchDocument(string Words, string Plain)
{
    /// <summary>Code points of a comment that are looked at.</summary>
    const int MaxLength = 50_000;

    /// <summary>Positions in a tsvector end at 16,383.</summary>
    const int MaxTokens = 16_000;

    /// <summary>Bytes of words. PostgreSQL refuses a tsvector of 1 MiB, and an event that the projection can't digest
    /// would hold up all after it; the words may be in it twice.</summary>
    const int MaxBytes = 250_000;

    /// <summary>PostgreSQL keeps no more of a word.</summary>
    const int MaxPositions = 255;

    public static SearchDocument Of(string body, BodyFormat format)
    {
        var cut = Keys.Cut(body, MaxLength);
        var words = new Dictionary<string, List<int>>();
        var plain = new StringBuilder();
        var bytes = 0;
        foreach (var token in SearchTokens.Read(ShownText.Of(Markup.ToHtml(cut, format)), MaxTokens))
        {
            bytes += Encoding.UTF8.GetByteCount(token.Folded);
            if (bytes > MaxBytes || token.Position > MaxTokens)
                break;
            if (!words.TryGetValue(token.Folded, out var positions))
                words[token.Folded] = positions = [];
            if (positions.Count < MaxPositions)
                positions.Add(token.Position);
            if (token.Plain is not null)
                plain.Append(plain.Length == 0 ? "" : " ").Append(token.Plain);
        }
        return new(Vector(words), plain.ToString());
    }

    /// <summary>Words are of letters, digits and marks, or one sign: there is nothing in them to escape.</summary>
    static string Vector(Dictionary<string, List<int>> words)
    {
        var vector = new StringBuilder(words.Count * 12);
        foreach (var (word, positions) in words)
        {
            vector.Append(vector.Length == 0 ? "'" : " '").Append(word).Append('\'');
            for (var i = 0; i < positions.Count; i++)
                vector.Append(i == 0 ? ':' : ',').Append(CultureInfo.InvariantCulture, $"{positions[i]}A");
        }
        return vector.ToString();
    }
}
