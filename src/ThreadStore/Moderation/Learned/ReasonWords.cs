using System.Globalization;
using System.Text;
using ThreadStore.Comments;

namespace ThreadStore.Moderation.Learned;

/// <summary>The words of a text that weigh most with a model, as a moderator is told them.</summary>
static class ReasonWords
{
    /// <summary>What is longer is a sentence of a script without spaces (Hangul is read in its letters, three for one).</summary>
    const int LongestWord = 40;

    /// <summary>Of such a sentence so much is named: that which weighs most.</summary>
    const int Window = 8;

    [ThreadStatic]
    static float[]? shares;

    readonly record struct Word(float Weight, int Start, int End);

    /// <param name="text">As <see cref="LookAlikes"/> gives it.</param>
    /// <param name="found">What was read of it.</param>
    /// <returns>So many at most, without the signs around them and each once; the one that weighs most first.</returns>
    public static string[] Of(string text, TextFeatures found, ReadOnlySpan<float> weights, int most)
    {
        if (shares is null || shares.Length < text.Length)
            shares = new float[Math.Max(1_024, 2 * text.Length)];
        var share = shares.AsSpan(0, text.Length);
        share.Clear();
        var places = found.Places;
        var buckets = found.Found;
        for (var i = 0; i < buckets.Length; i++)
            share[places[i]] += weights[buckets[i]];
        Span<Word> best = stackalloc Word[most];
        best.Clear();
        for (var start = 0; start < text.Length; )
        {
            var (end, weight) = (start, 0f);
            while (end < text.Length && !IsBetweenWords(text[end]))
                weight += share[end++];
            Put(best, text, Bare(text, share, new(weight, start, end)));
            start = end + 1;
        }
        var words = new List<string>(most);
        foreach (var word in best)
            if (word.Weight > 0)
                // Hangul put together again
                words.Add(StreamSafeText.Normalise(text[word.Start..word.End], NormalizationForm.FormC));
        return [.. words];
    }

    /// <summary>A space, or a sign that ends a word where no space is written.</summary>
    static bool IsBetweenWords(char c) =>
        c is ' ' or ',' or ';' or ':' or '!' or '?' or '(' or ')' or '"' || (c >= '\u3000' && !IsOfWord(c));

    static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c) || IsMark(c);

    static bool IsMark(char c) =>
        c >= 0x80
        && char.GetUnicodeCategory(c) is <= UnicodeCategory.EnclosingMark and > UnicodeCategory.OtherLetter;

    /// <summary>Without the signs around it, unless it is nothing else; and of a whole sentence the heaviest piece.</summary>
    static Word Bare(string text, ReadOnlySpan<float> share, Word word)
    {
        var (start, end) = (word.Start, word.End);
        while (start < end && !IsOfWord(text[start]))
            start++;
        while (end > start && !IsOfWord(text[end - 1]))
            end--;
        if (start == end)
            return word;
        if (end - start <= LongestWord)
            return word with { Start = start, End = end };
        var best = new Word(float.MinValue, start, end);
        for (var from = start; from + Window <= end; from++)
        {
            var weight = 0f;
            foreach (var s in share.Slice(from, Window))
                weight += s;
            if (weight > best.Weight && !GoesOn(text[from]))
                best = new(weight, from, from + Window);
        }
        while (best.End < end && GoesOn(text[best.End]))
            best = best with { End = best.End + 1 };
        return best;
    }

    /// <summary>Nothing begins with it: the second half of a character, a mark, a vowel or an end of Hangul.</summary>
    static bool GoesOn(char c) => char.IsLowSurrogate(c) || c is >= '\u1160' and <= '\u11FF' || IsMark(c);

    /// <summary>Into its place, if it has one among the best; the same word again is there once.</summary>
    static void Put(Span<Word> best, string text, Word word)
    {
        if (word.Weight <= 0)
            return;
        var last = best.Length - 1;
        for (var k = 0; k < best.Length; k++)
            if (best[k].Weight > 0 && TextOf(text, best[k]).SequenceEqual(TextOf(text, word)))
            {
                if (word.Weight <= best[k].Weight)
                    return;
                last = k;
                break;
            }
        for (var k = 0; k <= last; k++)
            if (word.Weight > best[k].Weight)
            {
                best[k..last].CopyTo(best[(k + 1)..]);
                best[k] = word;
                return;
            }
    }

    static ReadOnlySpan<char> TextOf(string text, Word word) =>
        text.AsSpan(word.Start, word.End - word.Start);
}
