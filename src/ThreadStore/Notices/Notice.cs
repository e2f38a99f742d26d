using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Notices;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>Why somebody holds a comment to be illegal: the categories of the EU's transparency database in plain words,
/// and four that most notices about comments name.</summary>
public enum NoticeReason
{
    HateSpeech,
    Defamation,

    /// <summary>What is said is illegal or harmful in another way than these two.</summary>
    IllegalSpeech,
    Violence,

    /// <summary>Terrorism among it.</summary>
    PublicSecurity,

    /// <summary>Sexual abuse of children: for it nobody need say who they are (DSA, article 16 (2) (c)).</summary>
    ChildAbuse,
    ProtectionOfMinors,
    CyberViolence,
    CyberViolenceAgainstWomen,

    /// <summary>Data protection among it.</summary>
    Privacy,
    IntellectualProperty,
    Fraud,
    ConsumerInformation,
    UnsafeProducts,
    SelfHarm,

    /// <summary>Elections among it.</summary>
    CivicDiscourse,
    AnimalWelfare,

    /// <summary>For a reason that none of these is.</summary>
    Illegal,
    Other,
}

/// <summary>Finds the word that somebody meant: <c>Hate speech</c>, <c>hate-speech</c> and <c>HATE_SPEECH</c> are one.</summary>
public static class NoticeReasons
{
    static readonly Dictionary<string, NoticeReason> ByLetters = Words
        .All<NoticeReason>()
        .ToDictionary(LettersOf, Words.Parse<NoticeReason>);

    /// <summary>Null where it is none of them.</summary>
    public static NoticeReason? Of(string said) =>
        ByLetters.TryGetValue(LettersOf(said), out var reason) ? reason : null;

    static string LettersOf(string said) =>
        string.Concat(said.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}

/// <summary>Somebody gave notice that a comment is illegal (DSA, article 16). Who it was, where they said so, is in no event.</summary>
/// <param name="NoticeId">The notice's id.</param>
/// <param name="Reason">What for.</param>
/// <param name="Explanation">Why, in their own words; empty: it is kept no longer.</param>
/// <param name="By">The key of who gave it; null: they came without a token.</param>
public sealed record NoticeReceived(
    Guid NoticeId,
    Guid CommentId,
    string ArticleKey,
    NoticeReason Reason,
    string Explanation,
    string? By,
    DateTimeOffset At
) : KeyedEvent;

/// <summary>What became of a notice.</summary>
public enum NoticeOutcome
{
    /// <summary>The comment was taken away.</summary>
    Upheld,

    /// <summary>The comment stays.</summary>
    Dismissed,

    /// <summary>Its author deleted the comment, or was erased, before anybody decided: nothing is left to decide.</summary>
    Overtaken,
}

/// <summary>How notices end: by the decision about their comment.</summary>
/// <param name="By">The decision; where there was none, the comment's id.</param>
/// <param name="Ground">What the comment was rejected for; null: it was not, or no reason was given.</param>
public readonly record struct NoticeEnd(
    Guid By,
    NoticeOutcome Outcome,
    RejectReason? Ground,
    DateTimeOffset At
)
{
    /// <summary>What a decision does to the notices about its comment; null: they stay open, since it decides on nothing
    /// that they say, or leaves the comment waiting.</summary>
    public static NoticeEnd? Of(ICommentDecision decision, CommentState after) =>
        decision is IBranchDecision or CommentReleased || after == CommentState.Pending
            ? null
            : new(
                decision.DecisionId,
                after == CommentState.Published ? NoticeOutcome.Dismissed : NoticeOutcome.Upheld,
                (decision as CommentRejected)?.Reason,
                decision.At
            );

    /// <summary>What deleting a comment does to them.</summary>
    public static NoticeEnd Of(CommentDeleted deleted) =>
        deleted.DecisionId is { } decision
            ? new(decision, NoticeOutcome.Upheld, null, deleted.At)
            : new(deleted.CommentId, NoticeOutcome.Overtaken, null, deleted.At);
}

/// <summary>That a comment which was taken away on a notice is back, by a later decision: on its author's appeal, for instance. It
/// is a decision on what the notice is about, of which its sender is told (DSA, article 16 (5)).</summary>
/// <param name="By">That decision.</param>
public readonly record struct NoticeReversal(Guid By, DateTimeOffset At)
{
    /// <summary>What a decision does to notices that were upheld; null: nothing.</summary>
    /// <param name="before">The comment's state when it was taken.</param>
    public static NoticeReversal? Of(ICommentDecision decision, CommentState before, CommentState after) =>
        decision is not IBranchDecision && before != CommentState.Published && after == CommentState.Published
            ? new(decision.DecisionId, decision.At)
            : null;
}

/// <summary>A notice as it stands, and as its row holds it.</summary>
/// <param name="CommenterId">Who gave it; null: they came without a token.</param>
/// <param name="End">Null while nobody has decided.</param>
/// <param name="Reversal">Null: what was decided stands.</param>
public sealed record Notice(
    string Site,
    Guid Id,
    Guid CommentId,
    Guid ArticleId,
    Guid? CommenterId,
    NoticeReason Reason,
    string Explanation,
    DateTimeOffset At,
    NoticeEnd? End,
    NoticeReversal? Reversal = null
) : IAggregate<Notice>
{
    /// <summary>The decision that holds, and when it was taken; null: there is none.</summary>
    public (Guid By, DateTimeOffset At)? Decided =>
        Reversal is { } reversal ? (reversal.By, reversal.At)
        : End is { } end ? (end.By, end.At)
        : null;

    /// <summary>As a decision that ends notices leaves it.</summary>
    public Notice Ended(NoticeEnd end) => End is null ? this with { End = end } : this;

    /// <summary>As a decision that brings the comment back leaves it.</summary>
    public Notice Reversed(NoticeReversal reversal) =>
        End is { Outcome: NoticeOutcome.Upheld } && Reversal is null
            ? this with
            {
                Reversal = reversal,
            }
            : this;

    /// <summary>As it is when a decision is undone.</summary>
    public Notice Without(Guid decision) =>
        End?.By == decision ? this with { End = null, Reversal = null }
        : Reversal?.By == decision ? this with { Reversal = null }
        : this;

    /// <summary>As SQL over the row of a comment: somebody gave notice of it, and nobody has decided. What is about it is kept
    /// for as long.</summary>
    public const string IsOpenOnComment = "notices > 0";

    public static Notice After(Notice? before, string site, object @event) =>
        (before, @event) switch
        {
            (null, NoticeReceived e) => Received(site, e),
            (_, NoticeReceived) => throw Unforeseen.Place(before, @event),
            _ => throw Unforeseen.Event<Notice>(@event),
        };

    static Notice Received(string site, NoticeReceived e) =>
        new(
            site,
            e.NoticeId,
            e.CommentId,
            StreamId.Article(site, e.ArticleKey),
            e.By is null ? null : StreamId.Commenter(site, e.By),
            e.Reason,
            e.Explanation,
            e.At,
            End: null
        );
}
