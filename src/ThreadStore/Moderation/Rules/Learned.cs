using ThreadStore.Comments;

namespace ThreadStore.Moderation.Rules;

/// <summary>
/// What is like what the site's own moderators rejected is held, by the model that the site adopted. It rejects nothing by
/// itself: people do.
/// </summary>
public sealed class Learned : SituationRule
{
    public override string Name => HoldReason.Learned;

    public override bool IsAskedFor(Situation situation) => situation.Learned is not null;

    public override Objection? Judge(Situation situation) =>
        Score(situation) >= situation.Settings.Learned?.HoldAbove
            ? new(CommentState.Pending, Words(situation))
            : null;

    /// <summary>With the score, whatever it is, so that what the model is worth can be told later.</summary>
    public override Verdict Complete(Verdict verdict, Situation situation)
    {
        var score = Score(situation);
        return verdict with
        {
            Model = situation.Learned?.Model.Hash,
            Score = score is { } s ? Math.Round(s, 4) : null,
            Match =
                score >= situation.Settings.Learned?.AdviseAbove
                    ? verdict.Match ?? Words(situation)
                    : verdict.Match,
        };
    }

    static double? Score(Situation situation) =>
        situation.Learned is { } learned
            ? learned.Model.Score(learned.Text, CommentFactsOf(situation))
            : null;

    static Moderation.Learned.Facts CommentFactsOf(Situation situation) =>
        Moderation.Learned.CommentFacts.OfAuthor(situation.PublishedComments, situation.RejectedComments);

    /// <summary>The score, and what of the text weighs most.</summary>
    static string? Words(Situation situation) =>
        situation.Learned is { Text.Words: { Count: > 0 } words } ? string.Join(", ", words) : null;
}
