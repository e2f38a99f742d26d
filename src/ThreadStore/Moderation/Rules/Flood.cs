using ThreadStore.Comments;

namespace ThreadStore.Moderation.Rules;

/// <summary>After <c>floodHeldForReview</c> comments in a minute, further ones are held. An edit is no further comment.</summary>
public sealed class Flood : SituationRule
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public override string Name => "flood";

    public override bool IsAskedFor(Situation situation) =>
        situation.Settings.FloodHeldForReview is not null && situation.Before is null;

    public override Objection? Judge(Situation situation) =>
        situation.CommentsInLastMinute >= situation.Settings.FloodHeldForReview
            ? new(CommentState.Pending, null)
            : null;
}
