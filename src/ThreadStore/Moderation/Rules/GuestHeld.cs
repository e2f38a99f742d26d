using ThreadStore.Comments;
using ThreadStore.Sites;

namespace ThreadStore.Moderation.Rules;

/// <summary>What guests write is held where the setting <c>guests</c> says so.</summary>
public sealed class GuestHeld : SituationRule
{
    public override string Name => "guest";

    public override bool IsAskedFor(Situation situation) =>
        situation.IsGuest && situation.Settings.Guests == GuestMode.Held;

    public override Objection? Judge(Situation situation) => new(CommentState.Pending, null);
}
