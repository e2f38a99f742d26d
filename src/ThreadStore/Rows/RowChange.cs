namespace ThreadStore.Rows;

/// <summary>What of a row changed, and so must be written; which columns that are, each table's description says.</summary>
[Flags]
public enum RowChange
{
    None = 0,

    /// <summary>What changes often: counters, states, versions.</summary>
    State = 1,

    /// <summary>What somebody wrote or set: a comment's text, an article's title, a person's name. Of most tables all that is not
    /// a key.</summary>
    Whole = 2,

    /// <summary>The row is not yet in its table.</summary>
    Added = 4,

    /// <summary>What moderators and rules decided, which most comments never have.</summary>
    Decided = 8,

    /// <summary>Where an article's key leads, and which addresses lead to it.</summary>
    Moved = 16,
}
