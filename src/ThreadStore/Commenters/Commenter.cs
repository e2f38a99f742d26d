using ThreadStore.Comments;
using ThreadStore.Storage;

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
public sealed record CommenterJoined(
    string CommenterKey,
    string Name,
    string? Picture,
    string By,
    DateTimeOffset At,
    ForeignSource? Source
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
)
{
    public static Commenter Create(string site, CommenterJoined e) =>
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

    public Commenter Apply(CommenterRenamed e) => this with { Name = e.Name, Picture = e.Picture };

    public Commenter Apply(ICommenterDecision e) =>
        e switch
        {
            CommenterBanned b => Stands(e, Standing.Banned, b.Reason, b.Until),
            CommenterSuspended s => Stands(e, Standing.Suspended, s.Reason, s.Until),
            CommenterShadowed s => Stands(e, Standing.Shadowed, s.Reason),
            CommenterPremoderated p => Stands(e, Standing.Premoderated, p.Reason),
            CommenterReinstated => Stands(e, Standing.Good, null),
            CommenterWarned w => this with { Warning = w.Message, Decision = e.DecisionId },
            _ => throw new NotSupportedException($"{e.GetType().Name} changes no standing."),
        };

    /// <summary>What follows on it has nothing to undo any more.</summary>
    public Commenter Apply(WarningAcknowledged _) => this with { Warning = null, Decision = null };

    public Commenter Apply(CommenterDecisionUndone e) =>
        this with
        {
            Standing = e.Restored.Standing,
            StandingUntil = e.Restored.Until,
            StandingReason = e.Restored.Reason,
            Warning = e.Restored.Warning,
            Decision = e.Restored.Decision,
        };

    /// <summary>Whether a decision for this standing would change nothing.</summary>
    public bool Is(Standing standing, DateTimeOffset? until = null) =>
        Standing == standing && StandingUntil == until && Warning is null;

    /// <summary>What a decision finds, and what undoing it restores.</summary>
    public CommenterStatus Status => new(Standing, StandingUntil, StandingReason, Warning, Decision);

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
