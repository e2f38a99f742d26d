namespace ThreadStore.Moderation.Learned;

/// <summary>What else a model may know of a comment: few things, each true or not.</summary>
[Flags]
public enum Facts
{
    None = 0,

    /// <summary>There is a link.</summary>
    Link = 1,

    /// <summary>There are three or more.</summary>
    Links = 2,

    /// <summary>Most of its letters are capitals.</summary>
    Capitals = 4,

    /// <summary>Its author had fewer than three published comments.</summary>
    Newcomer = 8,

    /// <summary>A comment of its author was rejected before, and stayed so.</summary>
    Record = 16,

    /// <summary>A fifth of its author's comments or more were.</summary>
    BadRecord = 32,
}

public static class CommentFacts
{
    /// <summary>How many there are.</summary>
    public const int Count = 6;

    const int NewcomersComments = 3;
    const int ManyLinks = 3;
    const double BadShare = 0.2;

    /// <summary>Of fewer letters than that it says nothing that they are capitals.</summary>
    const int EnoughLetters = 12;

    /// <param name="written">With addresses as they stand there.</param>
    public static Facts OfText(string written) => OfText(written, written.AsSpan().Count("://"));

    static Facts OfText(string shown, int links) =>
        (links > 0 ? Facts.Link : Facts.None)
        | (links >= ManyLinks ? Facts.Links : Facts.None)
        | (IsLoud(shown) ? Facts.Capitals : Facts.None);

    /// <param name="published">The author's comments so far that are.</param>
    /// <param name="rejected">Those that are rejected.</param>
    public static Facts OfAuthor(int published, int rejected) =>
        (published < NewcomersComments ? Facts.Newcomer : Facts.None)
        | (rejected > 0 ? Facts.Record : Facts.None)
        | (rejected > 0 && rejected >= BadShare * (published + rejected) ? Facts.BadRecord : Facts.None);

    static bool IsLoud(string text)
    {
        var (capitals, letters) = (0, 0);
        foreach (var c in text)
        {
            if (char.IsUpper(c))
                capitals++;
            if (char.IsUpper(c) || char.IsLower(c))
                letters++;
        }
        return letters >= EnoughLetters && 2 * capitals > letters;
    }
}
