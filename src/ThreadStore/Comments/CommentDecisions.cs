using System.Text.Json.Serialization;
using ThreadStore.Kernel;

namespace ThreadStore.Comments;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>Why a moderator took a comment away: what a reader may flag it for, or a word that the site bans.</summary>
public enum RejectReason
{
    Spam,
    Offensive,
    Harassment,
    Misinformation,
    Illegal,
    OffTopic,
    Other,
    BannedWord,
}

/// <summary>How a decision came about, as the law wants it counted (DSA, article 15).</summary>
public enum DecisionMeans
{
    Rule,
    Person,
}

/// <summary>Whatever decisions change about a comment. Each event carries what it found, so that it can be undone.</summary>
/// <param name="State">The comment's.</param>
/// <param name="RemovedBy">Who took it away from readers; null: nobody.</param>
/// <param name="IsFeatured">Whether it is marked as worth reading.</param>
/// <param name="Flags">How many flags no decision had settled, open notices among them.</param>
/// <param name="Reasons">Why it was kept from readers.</param>
/// <param name="Decision">The decision that stands: the last, where nothing else happened to the comment since.</param>
/// <param name="DecidedBy">The key of who took it.</param>
/// <param name="Appeal">The appeal against it, open or decided.</param>
/// <param name="IsLocked">Whether nobody may reply below it.</param>
/// <param name="LockDecision">The last decision about that; null: none.</param>
/// <param name="Notices">How many notices of illegal content were open.</param>
public sealed record CommentStatus(
    CommentState State,
    RemovedBy? RemovedBy,
    bool IsFeatured,
    int Flags,
    IReadOnlyList<HoldReason> Reasons,
    Guid? Decision,
    string? DecidedBy,
    Guid? Appeal,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsLocked = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? LockDecision = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Notices = 0
);

/// <summary>What somebody decided about a comment.</summary>
public interface ICommentDecision
{
    Guid CommentId { get; }
    string ArticleKey { get; }

    /// <summary>Made where the command came in; all that one bulk did shares it.</summary>
    Guid DecisionId { get; }

    /// <summary>What it found.</summary>
    CommentStatus Before { get; }
    string By { get; }
    DateTimeOffset At { get; }
}

/// <summary>
/// What somebody decided about the replies below a comment: it is no judgement of the comment, so its flags, appeals and
/// the decisions about it stay as they are, and neither stands on the other.
/// </summary>
public interface IBranchDecision : ICommentDecision;

/// <summary>A comment was published, or left published with its flags settled.</summary>
public sealed record CommentApproved(
    Guid CommentId,
    string ArticleKey,
    Guid DecisionId,
    DecisionMeans Means,
    string? Note,
    CommentStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, ICommentDecision;

/// <summary>A comment was taken away from readers for a reason, which its author may read.</summary>
/// <param name="Reason">What for.</param>
/// <param name="Note">For moderators only.</param>
/// <param name="WithBanOf">The key of the author whose ban took all of their comments away; else null.</param>
public sealed record CommentRejected(
    Guid CommentId,
    string ArticleKey,
    Guid DecisionId,
    DecisionMeans Means,
    RejectReason Reason,
    string? Note,
    string? WithBanOf,
    CommentStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, ICommentDecision;

/// <summary>What a moderator had rejected or deleted was brought back.</summary>
public sealed record CommentRestored(
    Guid CommentId,
    string ArticleKey,
    Guid DecisionId,
    DecisionMeans Means,
    string? Note,
    CommentStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, ICommentDecision;

/// <summary>A published comment was marked as worth reading.</summary>
public sealed record CommentFeatured(
    Guid CommentId,
    string ArticleKey,
    Guid DecisionId,
    DecisionMeans Means,
    string? Note,
    CommentState State,
    CommentStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, ICommentDecision;

/// <summary>A comment lost that mark.</summary>
public sealed record CommentUnfeatured(
    Guid CommentId,
    string ArticleKey,
    Guid DecisionId,
    DecisionMeans Means,
    string? Note,
    CommentState State,
    CommentStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, ICommentDecision;

/// <summary>Nobody may reply to a comment any more, nor to anything below it.</summary>
/// <param name="State">The comment's, which stays.</param>
public sealed record CommentLocked(
    Guid CommentId,
    string ArticleKey,
    Guid DecisionId,
    DecisionMeans Means,
    string? Note,
    CommentState State,
    CommentStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, IBranchDecision;

/// <summary>Readers may reply below a comment again, as far as nothing above it is locked.</summary>
/// <param name="State">The comment's, which stays.</param>
public sealed record CommentUnlocked(
    Guid CommentId,
    string ArticleKey,
    Guid DecisionId,
    DecisionMeans Means,
    string? Note,
    CommentState State,
    CommentStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, IBranchDecision;

/// <summary>
/// A comment that only discounted flags had kept from readers is published again. Flags and notices that are still there wait
/// on, for nobody decided about them.
/// </summary>
/// <param name="DecisionId">Of the discounting; see <see cref="Commenters.CommenterDiscounted"/>.</param>
/// <param name="Flags">Flags and notices that wait on.</param>
/// <param name="Before">What it found, but for flags and notices: undoing it restores none.</param>
public sealed record CommentReleased(
    Guid CommentId,
    string ArticleKey,
    Guid DecisionId,
    int Flags,
    CommentStatus Before,
    string By,
    DateTimeOffset At
) : ICommentDecision;

/// <summary>A decision was taken back: all is as it was before it.</summary>
/// <param name="DecisionId">Of the undoing.</param>
/// <param name="Undone">The decision that is undone.</param>
/// <param name="State">The state that is restored.</param>
/// <param name="Restored">All that is restored; flags that came since stay.</param>
/// <param name="WithBan">The decision was a ban that had taken all comments of its author away.</param>
/// <param name="OfBranch">The decision had locked the replies below it, or unlocked them: nothing else is restored.</param>
public sealed record CommentDecisionUndone(
    Guid CommentId,
    string ArticleKey,
    Guid DecisionId,
    Guid Undone,
    CommentState State,
    CommentStatus Restored,
    bool WithBan,
    string By,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool OfBranch = false
) : KeyedEvent;

/// <summary>An author objected to the decision that keeps their comment from readers.</summary>
/// <param name="AppealId">The appeal's id.</param>
/// <param name="Appealed">The decision; null: a rule's.</param>
/// <param name="DecidedBy">The key of who took it; null: a rule.</param>
/// <param name="Text">What the author says against it, as plain text.</param>
public sealed record DecisionAppealed(
    Guid CommentId,
    string ArticleKey,
    Guid AppealId,
    Guid? Appealed,
    string? DecidedBy,
    string Text,
    string By,
    DateTimeOffset At
) : KeyedEvent;

/// <summary>Another moderator decided on an appeal.</summary>
/// <param name="AppealId">The appeal's id.</param>
/// <param name="Appealed">The decision that was appealed; null: a rule's.</param>
/// <param name="Uphold">The decision stands; otherwise the comment is published.</param>
/// <param name="Reason">For the author.</param>
/// <param name="State">The state that the comment has after it.</param>
public sealed record AppealDecided(
    Guid CommentId,
    string ArticleKey,
    Guid AppealId,
    Guid DecisionId,
    DecisionMeans Means,
    Guid? Appealed,
    bool Uphold,
    string Reason,
    CommentState State,
    CommentStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, ICommentDecision;
