using ThreadStore.Commenters;
using ThreadStore.Comments;

namespace ThreadStore.Moderation.Rules;

/// <summary>What a shadowed commenter writes is kept from all others, and shown to themselves as if it were published.</summary>
public sealed class Shadow : SituationRule
{
    public override string Name => HoldReason.Shadow;

    public override bool IsAskedFor(Situation situation) => situation.Standing == Standing.Shadowed;

    public override Objection? Judge(Situation situation) => new(CommentState.Rejected, null);
}
