using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Commenters;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>Whatever decisions change about a commenter. Each event carries what it found, so that it can be undone.</summary>
/// <param name="Standing">Theirs.</param>
/// <param name="Until">When the standing ends by itself; null: not by itself.</param>
/// <param name="Reason">Why they have this standing, told to them; null: none was given.</param>
/// <param name="Warning">What they must acknowledge before they write again.</param>
/// <param name="Decision">The decision that stands.</param>
public sealed record CommenterStatus(
    Standing Standing,
    DateTimeOffset? Until,
    string? Reason,
    string? Warning,
    Guid? Decision
);

/// <summary>What a moderator decided about a commenter.</summary>
public interface ICommenterDecision
{
    string CommenterKey { get; }

    /// <summary>Made where the command came in; all that it did shares it.</summary>
    Guid DecisionId { get; }

    /// <summary>What it found.</summary>
    CommenterStatus Before { get; }
    string By { get; }
    DateTimeOffset At { get; }
}

/// <summary>A commenter may write no more, until a time or for good.</summary>
/// <param name="Reason">Told to them.</param>
/// <param name="Until">When it ends; null: never by itself.</param>
/// <param name="RejectsComments">Whether their comments were rejected with it, under the same decision.</param>
public sealed record CommenterBanned(
    string CommenterKey,
    Guid DecisionId,
    DecisionMeans Means,
    string Reason,
    DateTimeOffset? Until,
    bool RejectsComments,
    CommenterStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, ICommenterDecision;

/// <summary>A commenter may not write until a time.</summary>
/// <param name="Reason">Told to them.</param>
/// <param name="Until">When it ends.</param>
public sealed record CommenterSuspended(
    string CommenterKey,
    Guid DecisionId,
    DecisionMeans Means,
    string Reason,
    DateTimeOffset Until,
    CommenterStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, ICommenterDecision;

/// <summary>What a commenter writes is shown to nobody but themselves.</summary>
/// <param name="Reason">For moderators; null: none was given.</param>
public sealed record CommenterShadowed(
    string CommenterKey,
    Guid DecisionId,
    DecisionMeans Means,
    string? Reason,
    CommenterStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, ICommenterDecision;

/// <summary>A commenter must acknowledge a message before they write again; then their standing is what it was.</summary>
/// <param name="Message">What they must acknowledge, as plain text.</param>
public sealed record CommenterWarned(
    string CommenterKey,
    Guid DecisionId,
    DecisionMeans Means,
    string Message,
    CommenterStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, ICommenterDecision;

/// <summary>A commenter acknowledged the warning.</summary>
public sealed record WarningAcknowledged(string CommenterKey, string By, DateTimeOffset At);

/// <summary>All that a commenter writes is held.</summary>
/// <param name="Reason">Told to them; null: none was given.</param>
public sealed record CommenterPremoderated(
    string CommenterKey,
    Guid DecisionId,
    DecisionMeans Means,
    string? Reason,
    CommenterStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, ICommenterDecision;

/// <summary>A commenter is in good standing again; no comment of theirs is restored.</summary>
/// <param name="Reason">Why; null: none was given.</param>
public sealed record CommenterReinstated(
    string CommenterKey,
    Guid DecisionId,
    DecisionMeans Means,
    string? Reason,
    CommenterStatus Before,
    string By,
    DateTimeOffset At
) : KeyedEvent, ICommenterDecision;

/// <summary>A moderator wrote something down about a commenter, for other moderators.</summary>
/// <param name="DecisionId">Of the note itself; it decides nothing.</param>
/// <param name="Text">What they wrote, as plain text.</param>
public sealed record CommenterNoted(
    string CommenterKey,
    Guid DecisionId,
    string Text,
    string By,
    DateTimeOffset At
) : KeyedEvent;

/// <summary>
/// A moderator decided that what a commenter cast counts for nobody: their reactions and flags so far, not those to come.
/// Their standing stays.
/// </summary>
/// <param name="DecisionId">Shared by all who are discounted together, and by what counts otherwise for it.</param>
/// <param name="Reason">Why, for moderators.</param>
/// <param name="Article">Only on this article's comments; null: anywhere on the site.</param>
/// <param name="Since">Only what was cast from this time on; null: from the beginning.</param>
/// <param name="Until">Only what was cast before this time; null: up to now.</param>
public sealed record CommenterDiscounted(
    string CommenterKey,
    Guid DecisionId,
    string Reason,
    string? Article,
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    string By,
    DateTimeOffset At
) : KeyedEvent;

/// <summary>Discounting was taken back: what a commenter had cast counts again as it did.</summary>
/// <param name="DecisionId">Of the undoing.</param>
/// <param name="Undone">The discounting.</param>
public sealed record CommenterRecounted(
    string CommenterKey,
    Guid DecisionId,
    Guid Undone,
    string By,
    DateTimeOffset At
) : KeyedEvent;

/// <summary>A decision about a commenter was taken back: their standing is as it was before it.</summary>
/// <param name="DecisionId">Of the undoing.</param>
/// <param name="Undone">The decision that is undone.</param>
/// <param name="Restored">All that is restored.</param>
public sealed record CommenterDecisionUndone(
    string CommenterKey,
    Guid DecisionId,
    Guid Undone,
    CommenterStatus Restored,
    string By,
    DateTimeOffset At
) : KeyedEvent;
