using System.Runtime.CompilerServices;

namespace ThreadStore.Moderation.Learned;

/// <summary>
/// What a model looks at in a text: runs of one to five characters, words and pairs of words, each by its hash and counted
/// once. Runs go across the ends of words, so that scripts without spaces are read like any other.
/// </summary>
/// <remarks>One for a thread; what it holds is good until the next text.</remarks>
public sealed class TextFeatures
{
    /// <summary>Different hashes: a table of weights is 1 MB. Four times as many measured no better.</summary>
    public const int Buckets = 1 << 18;
    public const int LongestRun = 5;

    readonly ulong[] met = new ulong[Buckets / 64];
    int[] buckets = new int[2_048];
    int[] places = new int[2_048];

    /// <summary>Each once, in the order in which the text has them.</summary>
    public ReadOnlySpan<int> Found => buckets.AsSpan(0, Count);

    /// <summary>Where in the text each begins.</summary>
    public ReadOnlySpan<int> Places => places.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <param name="text">As <see cref="LookAlikes"/> gives it.</param>
    public void Read(ReadOnlySpan<char> text)
    {
        foreach (var bucket in Found)
            met[bucket >> 6] = 0;
        Count = 0;
        var (word, start, before) = (WordSeed, 0, 0u);
        for (var i = 0; i < text.Length; i++)
        {
            var run = RunSeed;
            for (var n = 0; n < LongestRun && i + n < text.Length; n++)
            {
                run = Mix(run, text[i + n]);
                Add(run, i);
            }
            if (char.IsLetterOrDigit(text[i]) || IsMark(text[i]))
                word = Mix(word, text[i]);
            else if (word != WordSeed)
            {
                Add(word, start);
                if (before != 0)
                    Add(Mix(before, word), start);
                (before, word) = (word, WordSeed);
            }
            if (word == WordSeed)
                start = i + 1;
        }
    }

    /// <summary>The runs and words of a text with their own writing, for whoever wants to know what a hash stands for.</summary>
    /// <param name="wanted">The hashes that are asked for.</param>
    public static IEnumerable<(int Bucket, string Text, bool IsWord)> Spell(
        string text,
        IReadOnlySet<int> wanted
    )
    {
        for (var i = 0; i < text.Length; i++)
        {
            var run = RunSeed;
            for (var n = 0; n < LongestRun && i + n < text.Length; n++)
            {
                run = Mix(run, text[i + n]);
                if (wanted.Contains(BucketOf(run)))
                    yield return (BucketOf(run), text.Substring(i, n + 1), false);
            }
        }
        var (start, before, first) = (-1, 0u, "");
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsLetterOrDigit(text[i]) || IsMark(text[i]))
            {
                start = start < 0 ? i : start;
                continue;
            }
            if (start < 0)
                continue;
            var word = text[start..i];
            var hash = word.Aggregate(WordSeed, Mix);
            if (wanted.Contains(BucketOf(hash)))
                yield return (BucketOf(hash), word, true);
            if (before != 0 && wanted.Contains(BucketOf(Mix(before, hash))))
                yield return (BucketOf(Mix(before, hash)), $"{first} {word}", true);
            (start, before, first) = (-1, hash, word);
        }
    }

    const uint RunSeed = 7;
    const uint WordSeed = 99;

    /// <summary>What carries on a word though it is no letter: vowels of Indic scripts, and Hangul's letters are some.</summary>
    static bool IsMark(char c) =>
        c >= 0x80 && char.GetUnicodeCategory(c) is <= System.Globalization.UnicodeCategory.EnclosingMark;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Mix(uint hash, char c) => Mix(hash, (uint)c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Mix(uint hash, uint next)
    {
        hash = (hash ^ next) * 0x9E3779B1;
        return hash ^ (hash >> 15);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int BucketOf(uint hash) => (int)((hash * 0x85EBCA6B) >> 14);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Add(uint hash, int place)
    {
        var bucket = BucketOf(hash);
        ref var bits = ref met[bucket >> 6];
        var bit = 1UL << (bucket & 63);
        if ((bits & bit) != 0)
            return;
        bits |= bit;
        if (Count == buckets.Length)
        {
            Array.Resize(ref buckets, 2 * Count);
            Array.Resize(ref places, 2 * Count);
        }
        places[Count] = place;
        buckets[Count++] = bucket;
    }
}
