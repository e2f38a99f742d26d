using System.Buffers.Binary;
using System.Globalization;

namespace ThreadStore.EventStore;

/// <summary>What a node hears of a commit, of its own or another's.</summary>
/// <param name="Position">Its last.</param>
/// <param name="Changed">Marks of the articles whose discussion changed; null: any may have.</param>
public sealed record Heard(long Position, IReadOnlyCollection<uint>? Changed)
{
    /// <summary>Somebody waits for what may lag: it is not to be put off for a while.</summary>
    public const string Hurry = "hurry";

    /// <summary>PostgreSQL takes 8,000 bytes.</summary>
    const int MaxMarks = 800;

    /// <summary>The first bytes of an article's id: those of two are seldom equal, and then one is read anew in vain.</summary>
    public static uint Mark(Guid article)
    {
        Span<byte> bytes = stackalloc byte[16];
        article.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>What follows the position in a notification: nothing where any article may have changed.</summary>
    public static string Suffix(IReadOnlyCollection<Guid>? changed) =>
        changed is null || changed.Count > MaxMarks
            ? ""
            : $" {string.Join(' ', changed.Select(a => Mark(a).ToString("x", CultureInfo.InvariantCulture)))}";

    public static Heard? TryRead(string payload)
    {
        var parts = payload.Split(' ');
        if (!long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            return null;
        if (parts.Length == 1)
            return new(position, null);
        var marks = new List<uint>();
        foreach (var part in parts.AsSpan(1))
        {
            if (uint.TryParse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mark))
                marks.Add(mark);
        }
        return new(position, marks);
    }
}
