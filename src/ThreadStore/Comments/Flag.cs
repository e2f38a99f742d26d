using System.Text.Json.Serialization;
using ThreadStore.Kernel;

namespace ThreadStore.Comments;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>Why a reader thinks that a moderator should look at a comment.</summary>
public enum FlagReason
{
    Spam,
    Offensive,
    Harassment,
    Misinformation,
    Illegal,
    OffTopic,
    Other,
}

/// <summary>A commenter asked the moderators to look at a comment.</summary>
/// <param name="Reason">What they think is wrong with it.</param>
/// <param name="Note">What they wrote with it; null: nothing, or it is kept no longer.</param>
/// <param name="Shadowed">They are shadowed: it counts for nobody.</param>
public sealed record CommentFlagged(
    Guid CommentId,
    string ArticleKey,
    FlagReason Reason,
    string? Note,
    string By,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Shadowed = false
) : KeyedEvent;

/// <summary>A moderator discounted a flag that nobody had decided on, or took that back.</summary>
/// <param name="CommenterKey">Whose flag it is.</param>
/// <param name="DecisionId">Of the discounting, or of the undoing; see <see cref="Commenters.CommenterDiscounted"/>.</param>
/// <param name="Shadowed">It counts for nobody from now on; otherwise it counts again.</param>
/// <param name="Cast">When it was raised.</param>
/// <param name="Left">Flags and notices on the comment that nobody has decided on and that count after it.</param>
/// <param name="Undone">The discounting that is taken back; null: this is one.</param>
public sealed record FlagRecounted(
    Guid CommentId,
    string ArticleKey,
    string CommenterKey,
    Guid DecisionId,
    bool Shadowed,
    DateTimeOffset Cast,
    int Left,
    string By,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Undone = null
);

/// <summary>What readers wrote with their flags on a comment is kept no longer, as the site's settings want it.</summary>
/// <param name="Before">Flags from before this time have no note any more, in their own events neither.</param>
public sealed record FlagNotesPurged(
    Guid CommentId,
    string ArticleKey,
    DateTimeOffset Before,
    string By,
    DateTimeOffset At
);

/// <summary>One commenter's flag on one comment as it stands, and as its row holds it.</summary>
/// <param name="SettledBy">The decision on the comment that settled it; null: none has.</param>
public sealed record Flag(
    string Site,
    Guid Id,
    Guid CommentId,
    Guid ArticleId,
    Guid CommenterId,
    FlagReason Reason,
    string? Note,
    DateTimeOffset At,
    Guid? SettledBy,
    bool IsShadowed
) : IAggregate<Flag>
{
    public static Flag After(Flag? before, string site, object @event) =>
        (before, @event) switch
        {
            (null, CommentFlagged e) => Raised(site, e),
            (_, CommentFlagged) or (null, FlagRecounted) => throw Unforeseen.Place(before, @event),
            (_, FlagRecounted e) => before with { IsShadowed = e.Shadowed },
            _ => throw Unforeseen.Event<Flag>(@event),
        };

    static Flag Raised(string site, CommentFlagged e) =>
        new(
            site,
            StreamId.Flag(e.CommentId, e.By),
            e.CommentId,
            StreamId.Article(site, e.ArticleKey),
            StreamId.Commenter(site, e.By),
            e.Reason,
            e.Note,
            e.At,
            SettledBy: null,
            e.Shadowed
        );
}
