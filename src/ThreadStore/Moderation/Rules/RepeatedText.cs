using ThreadStore.Comments;

namespace ThreadStore.Moderation.Rules;

/// <summary>The same text by the same author on another article within a day is held, where
/// <c>repeatedTextHeldForReview</c> says so.</summary>
public sealed class RepeatedText : SituationRule
{
    public static readonly TimeSpan Window = TimeSpan.FromDays(1);

    public override string Name => "repeatedText";

    public override bool IsAskedFor(Situation situation) => situation.Settings.RepeatedTextHeldForReview;

    public override Objection? Judge(Situation situation) =>
        situation.RepeatsItself ? new(CommentState.Pending, null) : null;
}
