using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;

namespace ThreadStore.Sites;

/// <summary>What the settings may be that say what an adopted model does.</summary>
static class LearnedRules
{
    public static Refusal? Refuse(LearnedSettings? learned) =>
        learned is { HoldAbove: { } hold, AdviseAbove: { } advise } && advise > hold
            ? Refusal.Validation(
                "learned",
                Flaw.Range(
                    "has an adviseAbove that is no higher than holdAbove.",
                    LearnedSettings.Least,
                    hold
                )
            )
            : null;

    /// <summary>Why a site's settings can't be changed so. Thresholds may be set before a model is adopted: an adoption
    /// brings its own.</summary>
    public static Refusal? Refuse(SiteSettings after, SiteSettings? before)
    {
        static Refusal ToAdopt(string member, string what) =>
            Refusal.Validation(member, Flaw.Of(what, "adopt"));
        const string itself = "is adopted by a request of its own, not with the settings.";
        return after.Learned?.Model is not null ? ToAdopt("learned.model", itself)
            : after.LearnedModel != before?.LearnedModel ? ToAdopt("learnedModel", itself)
            : null;
    }

    /// <summary>Why an adoption's thresholds are none.</summary>
    public static Refusal? Refuse(AdoptModel command) =>
        Refusal.All(Fault("holdAbove", command.HoldAbove), Fault("adviseAbove", command.AdviseAbove))
        ?? (
            command.AdviseAbove > command.HoldAbove
                ? Refusal.Validation(
                    "adviseAbove",
                    Flaw.Range("is no higher than holdAbove.", LearnedSettings.Least, command.HoldAbove)
                )
                : null
        );

    static Refusal? Fault(string member, double? threshold) =>
        threshold is null or (>= LearnedSettings.Least and <= LearnedSettings.Most)
            ? null
            : Refusal.Validation(
                member,
                Flaw.Range(
                    FormattableString.Invariant(
                        $"is from {LearnedSettings.Least} to {LearnedSettings.Most}."
                    ),
                    LearnedSettings.Least,
                    LearnedSettings.Most
                )
            );
}
