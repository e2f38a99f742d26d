using ThreadStore.Comments;

namespace ThreadStore.History.Discounts;

/// <summary>A reaction that a comment would have less (-1), or more (+1): one that a discounted one had replaced.</summary>
readonly record struct ReactionChange(Guid Comment, PlacedReaction Reaction, int Change);

/// <summary>An event of one commenter's reaction to one comment.</summary>
/// <param name="Set">What it is from then on; null: it was taken back.</param>
/// <param name="Kind">What was set or taken back.</param>
/// <param name="Replaced">What was there, where a moderator has it count otherwise; else null.</param>
readonly record struct ReactionStep(
    PlacedReaction? Set,
    string Kind,
    bool IsDiscounted,
    PlacedReaction? Replaced = null
);

/// <summary>What is thought away.</summary>
/// <param name="Reactions">Of those that count for readers.</param>
/// <param name="Flags">The streams of flags.</param>
/// <param name="Flagged">The comments that these are on.</param>
sealed record Casts(
    IReadOnlyList<ReactionChange> Reactions,
    IReadOnlySet<Guid> Flags,
    IReadOnlySet<Guid> Flagged
)
{
    /// <summary>What one commenter's reaction to a comment is, and what it would be without those that are discounted.</summary>
    /// <returns>What the comment loses and gains by it.</returns>
    public static IEnumerable<ReactionChange> Of(Guid comment, IEnumerable<ReactionStep> steps)
    {
        var (real, would) = Fold(steps);
        if (real == would)
            yield break;
        if (real is { Shadowed: false })
            yield return new(comment, real, -1);
        if (would is { Shadowed: false })
            yield return new(comment, would, +1);
    }

    /// <inheritdoc cref="Of"/>
    public static (PlacedReaction? Real, PlacedReaction? Would) Fold(IEnumerable<ReactionStep> steps)
    {
        PlacedReaction? real = null;
        PlacedReaction? would = null;
        foreach (var step in steps)
        {
            real = step.Set;
            if (step.Replaced is { } replaced)
                // what is not there counts no otherwise
                would = would == replaced ? step.Set : would;
            else if (step.Set is null)
                // whoever takes back what they have not set changes nothing
                would = would?.Kind == step.Kind ? null : would;
            else if (!step.IsDiscounted)
                // set again, it stays as it was first set, unless only its author saw it
                would = would?.Kind == step.Kind && (step.Set.Shadowed || !would.Shadowed) ? would : step.Set;
        }
        return (real, would);
    }
}
