namespace ThreadStore.History.Replays;

/// <summary>What a column holds.</summary>
public enum FieldKind
{
    /// <summary>A whole number of 64 bits.</summary>
    Number,
    Flag,

    /// <summary>In UTC, with microseconds.</summary>
    Time,

    /// <summary>UTF-8.</summary>
    Text,

    /// <summary>A line ready to be written, of a table that has nothing else.</summary>
    Line,
}

/// <summary>A column of a table, in the order in which its values are given.</summary>
/// <param name="Repeats">Its values are few: a dictionary of them pays.</param>
public sealed record Field(string Name, FieldKind Kind, bool MayBeNull = false, bool Repeats = false);

/// <summary>
/// A table of the folder. Its columns are documented in <c>docs/parquet.md</c>; change one, and the number of the
/// schema goes up.
/// </summary>
/// <param name="Grows">It is added to, and never rewritten; otherwise it shows how the history leaves things.</param>
public sealed record Table(string Name, bool Grows, params Field[] Fields);
