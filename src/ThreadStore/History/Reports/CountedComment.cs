using ThreadStore.Comments;

namespace ThreadStore.History.Reports;

/// <summary>A comment, as far as reports count it.</summary>
/// <param name="Reactions">That stand on it.</param>
/// <param name="WaitingSince">Since when it waits for a moderator: held, or flagged.</param>
public sealed record CountedComment(
    string Site,
    Guid Id,
    Guid ArticleId,
    Guid? ParentId,
    Guid AuthorId,
    int Depth,
    DateTimeOffset PostedAt,
    CommentState State,
    int Reactions,
    DateTimeOffset? WaitingSince,
    DateTimeOffset? AppealedAt
)
{
    /// <summary>Of the reactions, those that weigh for it, and against it.</summary>
    public int Positive { get; init; }
    public int Negative { get; init; }

    /// <summary>That were ever raised on it.</summary>
    public int Flags { get; init; }
    public bool IsFeatured { get; init; }
    public bool IsByStaff { get; init; }

    /// <summary>What people last decided: <c>approved</c> or <c>rejected</c>; null: nobody has, or something happened since.</summary>
    public string? Outcome { get; init; }

    /// <summary>The highest that an outside classifier gave.</summary>
    public double? Score { get; init; }
}

/// <summary>Something that happened at a time; see <see cref="ReportTables"/>.</summary>
public sealed record Fact(
    string Site,
    Guid Event,
    int N,
    string Kind,
    DateTimeOffset At,
    string? Actor,
    string? Reason,
    string? Means,
    double? Seconds
)
{
    public Guid Comment { get; init; }
    public Guid Article { get; init; }

    /// <summary>Who reacted or flagged.</summary>
    public Guid? Person { get; init; }

    /// <summary>Of a reaction.</summary>
    public int? Weight { get; init; }

    /// <summary>The kind of what counts for nobody, since a moderator discounted it: no report looks for it.</summary>
    public const string Discounted = "discounted";

    /// <summary>Of a decision its id; of what was undone, the decision's.</summary>
    public Guid? Decision { get; init; }
}

/// <summary>Somebody's reaction or flag that counts for nobody from now on, or counts again.</summary>
/// <param name="At">When it was cast.</param>
public sealed record RecountedFact(
    string Site,
    Guid Comment,
    Guid Person,
    DateTimeOffset At,
    bool IsFlag,
    bool Counts
);
