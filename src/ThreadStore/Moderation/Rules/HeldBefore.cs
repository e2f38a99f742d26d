using ThreadStore.Comments;

namespace ThreadStore.Moderation.Rules;

/// <summary>
/// An edit frees nothing: what was held stays held until a moderator has seen it, and what a moderator rejected stays
/// rejected. A comment that rules alone rejected is held once its author has mended it.
/// </summary>
public sealed class HeldBefore : SituationRule
{
    public override string Name => HoldReason.HeldBefore;

    public override bool MayBeSkipped(Situation situation) => false;

    public override bool IsAskedFor(Situation situation) =>
        situation.Before is { State: CommentState.Pending or CommentState.Rejected };

    public override Objection? Judge(Situation situation) =>
        new(
            situation.Before is { State: CommentState.Rejected, RemovedBy: not RemovedBy.Rule }
                ? CommentState.Rejected
                : CommentState.Pending,
            null
        );
}
