using System.Text;

namespace ThreadStore.Moderation.Learned;

/// <summary>
/// Hashes can't be read back: what the strongest of a model stand for is looked up in the rejected texts that it learned
/// from. A word is a dozen runs of letters, each with a weight: it is named once, by the whole word where that is one of
/// them, so that fifty say fifty things.
/// </summary>
static class StrongTexts
{
    /// <summary>What fewer people wrote might tell who they are.</summary>
    const int FewestAuthors = 5;

    /// <summary>Texts whose own writing is looked at for what hashes stand for.</summary>
    const int MaxSpelled = 20_000;

    /// <summary>Hashes that are looked up for each that is named.</summary>
    const int Candidates = 20;

    /// <summary>Two are of one word if so much of the shorter is in the other.</summary>
    const double SamePart = 0.6;

    const int FewestLetters = 3;

    readonly record struct Spelling(int Bucket, string Text, bool IsWord);

    readonly record struct Candidate(string Text, bool IsWord, float Weight)
    {
        public string Bare => Text.Trim();

        public bool IsOneWord => IsWord && !Text.Contains(' ');
    }

    /// <param name="learned">The lessons that it learned from.</param>
    public static List<StrongText> Of(
        LearnedModel model,
        LearnedHistory history,
        IReadOnlyList<int> learned,
        int most
    )
    {
        var named = new List<(Candidate First, Candidate Shown)>();
        foreach (var candidate in Heaviest(model.Weights.ToArray(), history, learned, most))
        {
            var isNew = true;
            for (var i = 0; i < named.Count; i++)
            {
                var (first, shown) = named[i];
                var isOfFirst = AreOfOneWord(first.Bare, candidate.Bare);
                if (isOfFirst || AreOfOneWord(shown.Bare, candidate.Bare))
                    isNew = false;
                if (isOfFirst && candidate.IsOneWord && !shown.IsOneWord)
                    named[i] = (first, candidate);
            }
            if (isNew)
                named.Add((candidate, candidate));
        }
        // a run that goes across the ends of words may have become one that is there
        var kept = new List<Candidate>();
        foreach (var shown in named.Select(n => n.Shown).OrderByDescending(s => s.Weight))
            if (kept.Count < most && !kept.Exists(k => AreOfOneWord(k.Bare, shown.Bare)))
                kept.Add(shown);
        return kept.ConvertAll(k => new StrongText(
            k.Text.Normalize(NormalizationForm.FormC),
            Math.Round(k.Weight, 4)
        ));
    }

    static IEnumerable<Candidate> Heaviest(
        float[] weights,
        LearnedHistory history,
        IReadOnlyList<int> learned,
        int most
    )
    {
        var heavy = Enumerable
            .Range(0, TextFeatures.Buckets)
            .Where(b => weights[b] > 0)
            .OrderByDescending(b => weights[b])
            .ThenBy(b => b)
            .Take(Candidates * most)
            .ToHashSet();
        var spelled = new Dictionary<Spelling, HashSet<int>>();
        foreach (var i in learned.Where(i => history.Lessons[i].IsRejected).Take(MaxSpelled))
        foreach (var (bucket, text, isWord) in TextFeatures.Spell(history.Lessons.TextOf(i), heavy))
        {
            var spelling = new Spelling(bucket, text, isWord);
            if (!spelled.TryGetValue(spelling, out var by))
                spelled[spelling] = by = [];
            by.Add(history.Taught[i].Author);
        }
        return spelled
            .Where(s => s.Value.Count >= FewestAuthors && SaysSomething(s.Key.Text))
            .OrderByDescending(s => weights[s.Key.Bucket])
            .ThenByDescending(s => s.Value.Count)
            .ThenBy(s => s.Key.Text, StringComparer.Ordinal)
            .DistinctBy(s => s.Key.Bucket)
            .Select(s => new Candidate(s.Key.Text, s.Key.IsWord, weights[s.Key.Bucket]));
    }

    /// <summary>Two letters of an alphabet are in every second word; two of Chinese are one.</summary>
    static bool SaysSomething(string text) =>
        text.Count(char.IsLetterOrDigit) is var letters
        && (letters >= FewestLetters || (letters > 1 && text.Any(c => c >= '\u2E80')));

    /// <summary>Whether one is a part of the other, or most of it is.</summary>
    public static bool AreOfOneWord(string one, string other)
    {
        var (shorter, longer) = (Math.Min(one.Length, other.Length), Math.Max(one.Length, other.Length));
        return CommonPart(one, other) >= SamePart * shorter
            && (shorter >= FewestLetters || longer <= 2 * shorter);
    }

    /// <summary>The length of the longest run that both have.</summary>
    static int CommonPart(string one, string other)
    {
        var longest = 0;
        for (var i = 0; i < one.Length; i++)
        for (var k = 0; k < other.Length; k++)
        {
            var n = 0;
            while (i + n < one.Length && k + n < other.Length && one[i + n] == other[k + n])
                n++;
            longest = Math.Max(longest, n);
        }
        return longest;
    }
}
