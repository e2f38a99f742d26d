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
    DateTimeOffset? StandingUntil
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
            StandingUntil: null
        );

    /// <summary>What they may do at a time: a standing may end by itself.</summary>
    public Standing StandingAt(DateTimeOffset now) => StandingUntil <= now ? Standing.Good : Standing;

    /// <summary>Whether they may write, react and flag; who was warned, once they have acknowledged it.</summary>
    public bool MayWrite(DateTimeOffset now) =>
        StandingAt(now) is not (Standing.Banned or Standing.Suspended or Standing.Warned);

    public Commenter Apply(CommenterRenamed e) => this with { Name = e.Name, Picture = e.Picture };
}
