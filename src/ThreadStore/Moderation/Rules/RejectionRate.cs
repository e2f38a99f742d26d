using System.Globalization;
using ThreadStore.Comments;

namespace ThreadStore.Moderation.Rules;

/// <summary>Whose share of rejected comments among the last decided reaches <c>rejectionRateHeldForReview</c> is held.</summary>
public sealed class RejectionRate : SituationRule
{
    /// <summary>How many of somebody's newest decided comments are looked at.</summary>
    public const int Comments = 20;

    public override string Name => "rejectionRate";

    public override bool IsAskedFor(Situation situation) =>
        situation.Settings.RejectionRateHeldForReview is not null;

    public override Objection? Judge(Situation situation) =>
        situation.RejectionRate >= situation.Settings.RejectionRateHeldForReview
            ? new(
                CommentState.Pending,
                situation.RejectionRate?.ToString("0.##", CultureInfo.InvariantCulture)
            )
            : null;
}
