using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Notices;

/// <summary>What was restricted, and how (DSA, article 17 (1)).</summary>
public enum RestrictionKind
{
    /// <summary>A comment was kept, or taken, from readers.</summary>
    Rejected,

    /// <summary>A comment was deleted by a moderator.</summary>
    Removed,

    /// <summary>Nobody may reply to a comment, nor below it.</summary>
    Locked,

    /// <summary>A commenter may not write until a time.</summary>
    Suspended,

    /// <summary>A commenter may not write, until a time or for good.</summary>
    Banned,

    /// <summary>What a commenter writes is shown to nobody else.</summary>
    Shadowed,

    /// <summary>All that a commenter writes is held first.</summary>
    Premoderated,
}

/// <summary>Who drew attention to what was restricted.</summary>
public enum RestrictionSource
{
    /// <summary>A notice of illegal content (DSA, article 16) was open.</summary>
    Notice,

    /// <summary>Readers had flagged it.</summary>
    Flags,

    /// <summary>Nobody: moderators or rules of the site found it.</summary>
    Own,
}

/// <summary>
/// A decision that restricts somebody, as the law wants it counted and stated. What only waits for a decision is restricted
/// by none; nor does a warning, nor an author's own doing. What a shadowed commenter writes is restricted with them, once.
/// </summary>
/// <param name="Ground">The word of the reason, or the name of the rule; <c>conduct</c>: a commenter's, in a moderator's own
/// words.</param>
/// <param name="ByRule">A rule, or a classifier, had objected to it before a person decided, or decided itself.</param>
/// <param name="Until">When it ends by itself; null: not by itself.</param>
public sealed record Restriction(
    RestrictionKind Kind,
    string Ground,
    DecisionMeans Means,
    bool ByRule,
    RestrictionSource Source,
    DateTimeOffset At,
    DateTimeOffset? Until = null
)
{
    public const string Conduct = "conduct";

    /// <summary>The events that <see cref="Of"/> and <see cref="Reversal"/> look at.</summary>
    public static readonly string[] Types =
    [
        "comment-posted",
        "comment-edited",
        "comment-rejected",
        "comment-deleted",
        "comment-locked",
        "comment-approved",
        "comment-restored",
        "appeal-decided",
        "comment-decision-undone",
        "commenter-suspended",
        "commenter-banned",
        "commenter-shadowed",
        "commenter-premoderated",
        "commenter-reinstated",
        "commenter-decision-undone",
    ];

    /// <param name="wasRejected">The comment that was edited was rejected before.</param>
    /// <returns>Null where nothing is restricted that was not before.</returns>
    public static Restriction? Of(object @event, bool wasRejected) =>
        @event switch
        {
            // what was imported was decided elsewhere
            CommentPosted { State: CommentState.Rejected, Source: null } e => Screened(
                e.Verdicts,
                e.PostedAt
            ),
            CommentEdited { State: CommentState.Rejected } e when !wasRejected => Screened(e.Verdicts, e.At),
            CommentRejected e when !IsAway(e.Before) => Decided(
                RestrictionKind.Rejected,
                e.Reason.Word(),
                e.Means,
                e.Before,
                e.At
            ),
            CommentDeleted { DecisionId: not null, Before: { } before } e when !IsAway(before) => Decided(
                RestrictionKind.Removed,
                RejectReason.Other.Word(),
                DecisionMeans.Person,
                before,
                e.At
            ),
            CommentLocked e => Decided(RestrictionKind.Locked, Conduct, e.Means, e.Before, e.At) with
            {
                Source = RestrictionSource.Own,
                ByRule = false,
            },
            CommenterSuspended e => About(RestrictionKind.Suspended, e.Means, e.At, e.Until),
            CommenterBanned e => About(RestrictionKind.Banned, e.Means, e.At, e.Until),
            CommenterShadowed e => About(RestrictionKind.Shadowed, e.Means, e.At),
            CommenterPremoderated e => About(RestrictionKind.Premoderated, e.Means, e.At),
            _ => null,
        };

    /// <summary>A rule that rejects decides by itself.</summary>
    static Restriction? Screened(IReadOnlyList<Verdict> verdicts, DateTimeOffset at) =>
        verdicts.FirstOrDefault(v => v.State == CommentState.Rejected && v.Rule != HoldReason.Shadow)
            is { Rule: { } rule }
            ? new(RestrictionKind.Rejected, rule, DecisionMeans.Rule, ByRule: true, RestrictionSource.Own, at)
            : null;

    static Restriction Decided(
        RestrictionKind kind,
        string ground,
        DecisionMeans means,
        CommentStatus before,
        DateTimeOffset at
    ) =>
        new(
            kind,
            ground,
            means,
            before.Reasons.Any(r =>
                r.Rule is not (HoldReason.Flags or HoldReason.Moderator or HoldReason.Shadow)
            ),
            before.Notices > 0 ? RestrictionSource.Notice
                : before.Flags > 0 ? RestrictionSource.Flags
                : RestrictionSource.Own,
            at
        );

    static Restriction About(
        RestrictionKind kind,
        DecisionMeans means,
        DateTimeOffset at,
        DateTimeOffset? until = null
    ) => new(kind, Conduct, means, ByRule: false, RestrictionSource.Own, at, until);

    /// <summary>A moderator had taken it away already.</summary>
    static bool IsAway(CommentStatus before) =>
        before is { State: CommentState.Rejected or CommentState.Deleted, RemovedBy: RemovedBy.Moderator };
}

/// <summary>A decision that ends a restriction.</summary>
/// <param name="What"><c>approved</c>, <c>restored</c>, <c>overturned</c> by an appeal, <c>reinstated</c>, or <c>undone</c>.</param>
/// <param name="Means">How it had been restricted; null: an undoing does not tell.</param>
public sealed record Reversal(string What, DecisionMeans? Means, DateTimeOffset At)
{
    public static Reversal? Of(object @event) =>
        @event switch
        {
            CommentApproved e when MeansOf(e.Before) is { } means => new("approved", means, e.At),
            CommentRestored e when MeansOf(e.Before) is { } means => new("restored", means, e.At),
            AppealDecided { Uphold: false } e when MeansOf(e.Before) is { } means => new(
                "overturned",
                means,
                e.At
            ),
            CommenterReinstated { Before.Standing: not (Standing.Good or Standing.Warned) } e => new(
                "reinstated",
                DecisionMeans.Person,
                e.At
            ),
            CommentDecisionUndone e => new("undone", null, e.At),
            CommenterDecisionUndone e => new("undone", null, e.At),
            _ => null,
        };

    /// <summary>Null: it was not restricted, or only with its shadowed author.</summary>
    static DecisionMeans? MeansOf(CommentStatus before) =>
        before.State is not (CommentState.Rejected or CommentState.Deleted) ? null
        : before.RemovedBy == RemovedBy.Moderator ? DecisionMeans.Person
        : before.RemovedBy == RemovedBy.Rule
        && HoldReasons.ToldOf(before.Reasons) is null or CommentState.Rejected
            ? DecisionMeans.Rule
        : null;
}
