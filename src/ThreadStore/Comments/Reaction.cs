using System.Text.Json.Serialization;
using ThreadStore.Kernel;

namespace ThreadStore.Comments;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>A commenter reacted to a comment, or changed the kind of their reaction.</summary>
/// <param name="Kind">One of those that the site knew then, such as <c>like</c>.</param>
/// <param name="Weight">What the kind weighed on the site then: 1, 0 or -1.</param>
/// <param name="Previous">The reaction that this one replaces, or null.</param>
/// <param name="Shadowed">Its author is shadowed: it counts for nobody else.</param>
public sealed record ReactionSet(
    Guid CommentId,
    string ArticleKey,
    string Kind,
    int Weight,
    PlacedReaction? Previous,
    string By,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Shadowed = false
);

/// <summary>A commenter took their reaction back.</summary>
/// <param name="Previous">The reaction that is gone.</param>
public sealed record ReactionRemoved(
    Guid CommentId,
    string ArticleKey,
    PlacedReaction Previous,
    string By,
    DateTimeOffset At
);

/// <summary>A moderator discounted what somebody cast on a comment, or took that back: it counts otherwise from then on.</summary>
/// <param name="CommenterKey">Whose reaction it is.</param>
/// <param name="DecisionId">Of the discounting, or of the undoing; see <see cref="Commenters.CommenterDiscounted"/>.</param>
/// <param name="Previous">As it counted.</param>
/// <param name="Placed">As it counts; what is discounted is <c>shadowed</c>: it counts for nobody else.</param>
/// <param name="Casts">When each of theirs on the comment was cast that is discounted, or counts again.</param>
/// <param name="Undone">The discounting that is taken back; null: this is one.</param>
public sealed record ReactionRecounted(
    Guid CommentId,
    string ArticleKey,
    string CommenterKey,
    Guid DecisionId,
    PlacedReaction Previous,
    PlacedReaction Placed,
    IReadOnlyList<DateTimeOffset> Casts,
    string By,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Undone = null
);

/// <summary>A kind of reaction and what it weighed when it was set.</summary>
/// <param name="Kind">Such as <c>like</c>.</param>
/// <param name="Weight">1, 0 or -1.</param>
/// <param name="Shadowed">Only whoever set it sees it: it counts for nobody else.</param>
public sealed record PlacedReaction(
    string Kind,
    int Weight,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Shadowed = false
);

/// <summary>One commenter's reaction to one comment as it stands, and as its row holds it.</summary>
/// <param name="Placed">Null once it was taken back.</param>
/// <param name="PlacedAt">When; null once it was taken back.</param>
public sealed record Reaction(
    string Site,
    Guid Id,
    Guid CommentId,
    Guid ArticleId,
    Guid CommenterId,
    PlacedReaction? Placed,
    DateTimeOffset? PlacedAt
) : IAggregate<Reaction>
{
    public static Reaction After(Reaction? before, string site, object @event) =>
        (before, @event) switch
        {
            (_, ReactionSet e) => Set(site, e),
            (null, ReactionRemoved or ReactionRecounted) => throw Unforeseen.Place(before, @event),
            (_, ReactionRemoved) => before with { Placed = null, PlacedAt = null },
            (_, ReactionRecounted e) => before with { Placed = e.Placed },
            _ => throw Unforeseen.Event<Reaction>(@event),
        };

    static Reaction Set(string site, ReactionSet e) =>
        new(
            site,
            StreamId.Reaction(e.CommentId, e.By),
            e.CommentId,
            StreamId.Article(site, e.ArticleKey),
            StreamId.Commenter(site, e.By),
            new(e.Kind, e.Weight, e.Shadowed),
            e.At
        );
}
