using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Moderation.Learned;
using ThreadStore.Sites;

namespace ThreadStore.Moderation;

/// <summary>What a rule has against a comment.</summary>
/// <param name="State">What it asks for: pending or rejected.</param>
/// <param name="Match">What it stumbled over, for those who read the verdict; or null.</param>
public readonly record struct Objection(CommentState State, string? Match);

/// <summary>One rule of <see cref="Screening"/>. Pure: the same judgement for the same comment, whenever it is asked.</summary>
public abstract class ScreeningRule
{
    /// <summary>Stored with every verdict; never changes.</summary>
    public abstract string Name { get; }

    /// <summary>Raised when the rule's judgement changes, so that history stays comparable.</summary>
    public virtual int Version => 1;
}

/// <summary>A rule that needs to know nothing but what a comment says.</summary>
public abstract class TextRule : ScreeningRule
{
    /// <summary>Whether the site wants it to judge; where it does not, there is no verdict.</summary>
    public abstract bool IsAskedFor(SiteSettings settings);

    public abstract Objection? Judge(ScreenedText text, ScreeningSettings settings);
}

/// <summary>A rule about who writes, where, and after what.</summary>
public abstract class SituationRule : ScreeningRule
{
    /// <summary>Whether the site, or a moderator, wants it to judge; where not, there is no verdict.</summary>
    public abstract bool IsAskedFor(Situation situation);

    public abstract Objection? Judge(Situation situation);

    /// <summary>A verdict with what only this rule has to say.</summary>
    public virtual Verdict Complete(Verdict verdict, Situation situation) => verdict;

    /// <summary>Whether those whom a site trusts may be spared it; what moderators decided holds for them too.</summary>
    public virtual bool MayBeSkipped(Situation situation) => true;
}

/// <summary>All that rules may know of a comment beside its text.</summary>
/// <param name="Mode">How its article is moderated, where that is set apart from the site.</param>
/// <param name="Standing">The author's, at that time.</param>
/// <param name="PublishedComments">How many of the author's comments are published, as they are told.</param>
/// <param name="CommentsInLastMinute">By the author, before this one; 0 where the settings don't ask.</param>
/// <param name="RepeatsItself">The author wrote the same on another article within a day; false where the settings don't
/// ask.</param>
/// <param name="Before">For an edit: how its author takes the comment to have stood; null for a new comment.</param>
/// <param name="IsInShadow">It was kept from all others before this edit, or what it replies to is.</param>
public sealed record Situation(
    SiteSettings Settings,
    ModerationMode? Mode,
    Standing Standing,
    int PublishedComments,
    int CommentsInLastMinute,
    bool RepeatsItself,
    StateBefore? Before,
    bool IsInShadow = false
)
{
    /// <summary>The author has no account.</summary>
    public bool IsGuest { get; init; }

    /// <summary>The author is spared the rules that the setting <c>trustedSkip</c> names.</summary>
    public bool IsTrusted { get; init; }

    /// <summary>How many of the author's comments are rejected.</summary>
    public int RejectedComments { get; init; }

    /// <summary>What the site's model says of the text; null: it has none, or does not ask.</summary>
    public LearnedText? Learned { get; init; }

    /// <summary>Of the author's newest comments that were decided on, the share that was rejected; null: there is none, or
    /// the settings don't ask.</summary>
    public double? RejectionRate { get; init; }
}

/// <summary>What a learned model says of a text.</summary>
public sealed record LearnedText(LearnedModel Model, TextMargin Text);

/// <summary>How a comment stood before it was edited.</summary>
public sealed record StateBefore(CommentState State, RemovedBy? RemovedBy);
