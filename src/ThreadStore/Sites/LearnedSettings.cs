using System.Text.Json.Serialization;
using ThreadStore.Http;
using ThreadStore.Moderation.Learned;

namespace ThreadStore.Sites;

/// <summary>What a site does by its adopted model.</summary>
/// <param name="HoldAbove">Comments that score that much or more are held; null: none is.</param>
/// <param name="AdviseAbove">Writers of comments that score that much or more are asked to think again; null: nobody is.</param>
/// <param name="Model">For a what-if: the hash of the model to try; null: the adopted one.</param>
public sealed record LearnedSettings(
    double? HoldAbove = null,
    double? AdviseAbove = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model = null
)
{
    public LearnedSettings Adopted(ModelAdopted e) =>
        this with
        {
            HoldAbove = e.HoldAbove,
            AdviseAbove = e.AdviseAbove,
        };

    public static Problem? Refuse(LearnedSettings? learned) =>
        learned is null
            ? null
            : Problem.All(Fault("learned", learned.HoldAbove), Fault("learned", learned.AdviseAbove));

    /// <summary>Why a threshold is none.</summary>
    public static Problem? Fault(string member, double? threshold) =>
        threshold is null or (>= 0 and <= 1)
            ? null
            : Problem.Validation(member, Flaw.Range("has scores from 0 to 1.", 0, 1));
}
