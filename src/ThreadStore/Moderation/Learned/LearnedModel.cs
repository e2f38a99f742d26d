using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ThreadStore.Moderation.Learned;

/// <summary>What a model says of a text before it is known who wrote it.</summary>
/// <param name="Margin">What the text weighs; what is known of its author is added to it.</param>
/// <param name="Words">Those that weigh most, as they were folded; empty where nothing speaks against the text.</param>
public readonly record struct TextMargin(double Margin, Facts Facts, IReadOnlyList<string> Words);

/// <summary>
/// What a site's moderators reject, as weights of hashed runs of characters and words: no text can be had from it. How sure
/// it is of a text is one sum over what the text has, so that it costs the same however much was learned.
/// </summary>
public sealed class LearnedModel
{
    /// <summary>Words that are named as reasons.</summary>
    public const int Reasons = 3;

    /// <summary>The first bytes: what follows, and in which order. Raised when features or sums change.</summary>
    const int Format = 0x314D4C54; // "TLM1"

    readonly float[] weights;
    readonly double bias;
    readonly double slope;
    readonly double offset;

    [ThreadStatic]
    static TextFeatures? features;

    /// <param name="weights">Of the buckets of <see cref="TextFeatures"/>, then of <see cref="Facts"/>.</param>
    /// <param name="slope">By which a sum becomes how sure it is, with <paramref name="offset"/>.</param>
    public LearnedModel(float[] weights, double bias, double slope, double offset)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(
            weights.Length,
            TextFeatures.Buckets + CommentFacts.Count
        );
        (this.weights, this.bias, this.slope, this.offset) = (weights, bias, slope, offset);
        Bytes = Write();
        Hash = Convert.ToHexStringLower(SHA256.HashData(Bytes));
    }

    /// <summary>As it is kept.</summary>
    public byte[] Bytes { get; }

    /// <summary>Its name: SHA-256 of its bytes.</summary>
    public string Hash { get; }

    public ReadOnlySpan<float> Weights => weights;

    /// <param name="unmasked">As <see cref="LookAlikes"/> gives it.</param>
    /// <param name="withWords">Whether reasons are wanted.</param>
    public TextMargin Read(string unmasked, Facts facts, bool withWords = true)
    {
        var found = features ??= new();
        found.Read(unmasked);
        var sum = 0.0;
        foreach (var bucket in found.Found)
            sum += weights[bucket];
        return new(
            bias + (found.Count == 0 ? 0 : sum / Math.Sqrt(found.Count)) + Of(facts),
            facts,
            withWords ? ReasonWords.Of(unmasked, found, weights, Reasons) : []
        );
    }

    /// <summary>How sure it is, from 0 to 1, that moderators would reject the comment.</summary>
    public double Score(TextMargin text, Facts author) =>
        1 / (1 + Math.Exp(-(slope * (text.Margin + Of(author)) + offset)));

    double Of(Facts facts)
    {
        var sum = 0.0;
        for (var i = 0; i < CommentFacts.Count; i++)
            if (((int)facts & (1 << i)) != 0)
                sum += weights[TextFeatures.Buckets + i];
        return sum;
    }

    byte[] Write()
    {
        var bytes = new byte[4 + 3 * sizeof(double) + weights.Length * sizeof(float)];
        MemoryMarshal.Write(bytes, Format);
        MemoryMarshal.Write(bytes.AsSpan(4), bias);
        MemoryMarshal.Write(bytes.AsSpan(12), slope);
        MemoryMarshal.Write(bytes.AsSpan(20), offset);
        MemoryMarshal.AsBytes(weights.AsSpan()).CopyTo(bytes.AsSpan(28));
        return bytes;
    }

    /// <returns>Null: it was made by another version, which looked at other things.</returns>
    public static LearnedModel? FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (
            bytes.Length != 28 + (TextFeatures.Buckets + CommentFacts.Count) * sizeof(float)
            || MemoryMarshal.Read<int>(bytes) != Format
        )
            return null;
        return new(
            MemoryMarshal.Cast<byte, float>(bytes[28..]).ToArray(),
            MemoryMarshal.Read<double>(bytes[4..]),
            MemoryMarshal.Read<double>(bytes[12..]),
            MemoryMarshal.Read<double>(bytes[20..])
        );
    }
}
