using System.Text;

namespace ThreadStore.Moderation.Learned;

/// <summary>One text to learn from, or to be judged by.</summary>
/// <param name="IsRejected">Whether moderators would not have it.</param>
/// <param name="Weight">1: a moderator said so; less: nobody looked.</param>
public readonly record struct Lesson(Facts Facts, bool IsRejected, float Weight);

/// <summary>
/// Texts to learn from, as they were unmasked. Kept as UTF-8 in large pieces: a million comments are two or three hundred
/// megabytes, and only while something is learned.
/// </summary>
public sealed class Lessons
{
    const int PieceBytes = 1 << 20;

    readonly record struct Place(int Piece, int Start, int Length);

    readonly List<byte[]> pieces = [];
    readonly List<Place> places = [];
    readonly List<Lesson> lessons = [];
    int used = PieceBytes;

    public int Count => lessons.Count;

    public Lesson this[int i] => lessons[i];

    /// <returns>Its number.</returns>
    public int Add(string unmasked, Lesson lesson)
    {
        var length = Encoding.UTF8.GetByteCount(unmasked);
        if (used + length > PieceBytes)
        {
            pieces.Add(new byte[Math.Max(PieceBytes, length)]);
            used = 0;
        }
        Encoding.UTF8.GetBytes(unmasked, pieces[^1].AsSpan(used));
        places.Add(new(pieces.Count - 1, used, length));
        used += length;
        lessons.Add(lesson);
        return Count - 1;
    }

    public void Change(int i, Lesson lesson) => lessons[i] = lesson;

    /// <summary>Nothing but the space that each text begins with.</summary>
    public bool IsEmpty(int i) => places[i].Length <= 1;

    public string TextOf(int i)
    {
        var place = places[i];
        return Encoding.UTF8.GetString(pieces[place.Piece].AsSpan(place.Start, place.Length));
    }

    /// <param name="into">Made larger where it must be.</param>
    public ReadOnlySpan<char> Read(int i, ref char[] into)
    {
        var place = places[i];
        if (into.Length < place.Length)
            into = new char[2 * place.Length];
        return into.AsSpan(
            0,
            Encoding.UTF8.GetChars(pieces[place.Piece].AsSpan(place.Start, place.Length), into)
        );
    }
}
