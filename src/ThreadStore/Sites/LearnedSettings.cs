using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using ThreadStore.Moderation.Learned;

namespace ThreadStore.Sites;

/// <summary>What a site does by its adopted model.</summary>
/// <param name="HoldAbove">Comments that score that much or more are held; null: none is.</param>
/// <param name="AdviseAbove">Writers of comments that score that much or more are asked to think again; null: nobody is.</param>
/// <param name="Model">For a what-if: the hash of the model to try; null: the adopted one.</param>
/// <param name="RetrainDays">A new model is learned when the newest is so many days old and moderators have decided on 50
/// texts since; it is adopted by a request, as any other. Null: only when somebody asks for one.</param>
public sealed record LearnedSettings(
    [property: Range(LearnedSettings.Least, LearnedSettings.Most)] double? HoldAbove = null,
    [property: Range(LearnedSettings.Least, LearnedSettings.Most)] double? AdviseAbove = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model = null,
    [property: Range(1, 365), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        int? RetrainDays = null
)
{
    /// <summary>Nothing scores less than 0: whoever held above that would hold all.</summary>
    public const double Least = 0.01;
    public const double Most = 1;

    public LearnedSettings Adopted(ModelAdopted e) =>
        this with
        {
            HoldAbove = e.HoldAbove,
            AdviseAbove = e.AdviseAbove,
        };
}
