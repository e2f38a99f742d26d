using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Commenters;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>How a commenter stands with the moderators.</summary>
public enum Standing
{
    Good,
    Warned,
    Premoderated,
    Suspended,
    Banned,
    Shadowed,
}

/// <summary>A person acted on a site for the first time.</summary>
/// <param name="Badges">What they were where they were imported from, such as <c>moderator</c>; null: nothing is told.</param>
public sealed record CommenterJoined(
    string CommenterKey,
    string Name,
    string? Picture,
    string By,
    DateTimeOffset At,
    ForeignSource? Source,
    IReadOnlyList<string>? Badges = null
);

/// <summary>A commenter's token showed another name or picture than before.</summary>
public sealed record CommenterRenamed(
    string CommenterKey,
    string Name,
    string? Picture,
    string By,
    DateTimeOffset At
);

/// <summary>A commenter as they stand, and as their row holds it.</summary>
/// <param name="CommentCount">Their published comments.</param>
/// <param name="ReactionsReceived">Reactions of any kind to their comments.</param>
/// <param name="StandingUntil">When the standing ends by itself; null: not by itself.</param>
/// <param name="StandingReason">Why they have it, told to them.</param>
/// <param name="Warning">What they must acknowledge before they write again.</param>
/// <param name="Decision">The moderator's decision that stands.</param>
/// <param name="RejectedCount">Their comments that are rejected.</param>
/// <param name="ShadowedCount">Those among them that they take for published.</param>
public sealed record Commenter(
    string Site,
    Guid Id,
    string Key,
    string Name,
    string? Picture,
    DateTimeOffset JoinedAt,
    int CommentCount,
    int ReactionsReceived,
    Standing Standing,
    DateTimeOffset? StandingUntil,
    string? StandingReason,
    string? Warning,
    Guid? Decision,
    int RejectedCount,
    int ShadowedCount
) : IAggregate<Commenter>
{
    public static Commenter After(Commenter? before, string site, object @event) =>
        (before, @event) switch
        {
            (null, CommenterJoined e) => Joined(site, e),
            (null, _) or (_, CommenterJoined) => throw Unforeseen.Place(before, @event),
            (_, CommenterRenamed e) => before with { Name = e.Name, Picture = e.Picture },
            (_, CommenterBanned e) => before.Stands(e, Standing.Banned, e.Reason, e.Until),
            (_, CommenterSuspended e) => before.Stands(e, Standing.Suspended, e.Reason, e.Until),
            (_, CommenterShadowed e) => before.Stands(e, Standing.Shadowed, e.Reason),
            (_, CommenterPremoderated e) => before.Stands(e, Standing.Premoderated, e.Reason),
            (_, CommenterReinstated e) => before.Stands(e, Standing.Good, null),
            (_, CommenterWarned e) => before with { Warning = e.Message, Decision = e.DecisionId },
            // what follows on it has nothing to undo any more
            (_, WarningAcknowledged) => before with { Warning = null, Decision = null },
            (_, CommenterDecisionUndone e) => before.StandsAgain(e.Restored),
            (_, CommenterNoted or CommenterDiscounted or CommenterRecounted) => before,
            _ => throw Unforeseen.Event<Commenter>(@event),
        };

    static Commenter Joined(string site, CommenterJoined e) =>
        new(
            site,
            StreamId.Commenter(site, e.CommenterKey),
            e.CommenterKey,
            e.Name,
            e.Picture,
            e.At,
            CommentCount: 0,
            ReactionsReceived: 0,
            Standing.Good,
            StandingUntil: null,
            StandingReason: null,
            Warning: null,
            Decision: null,
            RejectedCount: 0,
            ShadowedCount: 0
        );

    /// <summary>Whether they may write, react and flag; who was warned, once they have acknowledged it.</summary>
    public bool MayWrite(DateTimeOffset now) =>
        StandingAt(now) is not (Standing.Banned or Standing.Suspended or Standing.Warned);

    /// <summary>Their standing at a time: what has ended by itself is over, and a warning comes before what lets them write.</summary>
    public Standing StandingAt(DateTimeOffset now)
    {
        var standing = StandingUntil <= now ? Standing.Good : Standing;
        return Warning is not null && standing is not (Standing.Banned or Standing.Suspended)
            ? Standing.Warned
            : standing;
    }

    /// <summary>What they are told themselves: whoever is shadowed must not find out.</summary>
    public Standing ToldStandingAt(DateTimeOffset now) =>
        StandingAt(now) is not Standing.Shadowed and var standing ? standing : Standing.Good;

    /// <inheritdoc cref="ToldStandingAt"/>
    public int ToldCommentCount => CommentCount + ShadowedCount;

    /// <summary>Whether a decision for this standing would change nothing.</summary>
    public bool Is(Standing standing, DateTimeOffset? until = null) =>
        Standing == standing && StandingUntil == until && Warning is null;

    /// <summary>What a decision finds, and what undoing it restores.</summary>
    public CommenterStatus Status => new(Standing, StandingUntil, StandingReason, Warning, Decision);

    Commenter StandsAgain(CommenterStatus restored) =>
        this with
        {
            Standing = restored.Standing,
            StandingUntil = restored.Until,
            StandingReason = restored.Reason,
            Warning = restored.Warning,
            Decision = restored.Decision,
        };

    Commenter Stands(ICommenterDecision e, Standing standing, string? reason, DateTimeOffset? until = null) =>
        this with
        {
            Standing = standing,
            StandingUntil = until,
            StandingReason = reason,
            Warning = null,
            Decision = e.DecisionId,
        };
}
