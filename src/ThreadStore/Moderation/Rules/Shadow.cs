using ThreadStore.Commenters;
using ThreadStore.Comments;

namespace ThreadStore.Moderation.Rules;

/// <summary>
/// What a shadowed commenter writes is kept from all others, and shown to themselves as if it were not. What is in the
/// shadow stays there, edited or answered, when they are reinstated: that restores nothing.
/// </summary>
public sealed class Shadow : SituationRule
{
    public override string Name => HoldReason.Shadow;

    public override bool MayBeSkipped(Situation situation) => false;

    public override bool IsAskedFor(Situation situation) =>
        situation.Standing == Standing.Shadowed || situation.IsInShadow;

    public override Objection? Judge(Situation situation) => new(CommentState.Rejected, null);
}
