using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Moderation;

namespace ThreadStore.Sites;

/// <summary>What the settings may be that say who may write.</summary>
static class IdentityRules
{
    const int MaxValues = 100;
    const int MaxBadges = 100;
    const int MaxLength = 200;

    static readonly string[] Skippable =
    [
        .. Screening
            .TextRules.Select(r => r.Name)
            .Concat(Screening.SituationRules.Select(r => r.Name))
            .Where(n => n is not (HoldReason.Shadow or HoldReason.HeldBefore)),
        .. Trusted.Settings.Values,
    ];

    public static Refusal? Refuse(SiteSettings s) =>
        Refusal.All(
            Challenge(s.Challenge),
            Entitlement(s.MayComment),
            Badges(s.Badges),
            Trust(s.Trust?.TrustedAfter),
            s.TrustedSkip.All(Skippable.Contains)
                ? null
                : Bad(
                    "trustedSkip",
                    Flaw.NoneOf($"names rules of {string.Join(", ", Skippable)}.", Skippable)
                )
        );

    static Refusal? Challenge(Challenge? challenge) =>
        challenge is null ? null
        : !Uri.TryCreate(challenge.Url, UriKind.Absolute, out var uri)
        || uri.Scheme is not ("http" or "https")
            ? Bad("challenge", Flaw.Of("has an http or https address as url.", "no-address"))
        : string.IsNullOrEmpty(challenge.Secret) ? Bad("challenge", Flaw.Of("has a secret.", "required"))
        : null;

    static Refusal? Entitlement(Entitlement? needed) =>
        needed is null ? null
        : string.IsNullOrEmpty(needed.Claim) || needed.Claim.Length > MaxLength
            ? Bad("mayComment", Flaw.Of("names a claim.", "required"))
        : needed.Values.Count is 0 or > MaxValues
            ? Bad("mayComment", Flaw.Count($"has 1 to {MaxValues} values.", 1, MaxValues))
        : needed.Values.All(v => !string.IsNullOrEmpty(v) && v.Length <= MaxLength) ? null
        : Bad("mayComment", Flaw.Length($"has values of 1 to {MaxLength} characters.", 1, MaxLength));

    static Refusal? Badges(IReadOnlyDictionary<string, Badge> badges) =>
        badges.Count > MaxBadges ? Bad("badges", Flaw.Count($"has {MaxBadges} at most.", 0, MaxBadges))
        : badges.All(b =>
            b.Key.Length is > 0 and <= MaxLength
            && b.Value is { Label: { Length: <= MaxLength } label }
            && !string.IsNullOrWhiteSpace(label)
        )
            ? null
        : Bad("badges", Flaw.Length($"has keys and labels of 1 to {MaxLength} characters.", 1, MaxLength));

    static Refusal? Trust(TrustedAfter? after) =>
        after is null or { Days: >= 0 and <= 36_500, Published: >= 0, MaxRejected: >= 0 }
            ? null
            : Bad("trust", Flaw.Of("has days, published and maxRejected that are 0 or more.", "range"));

    static Refusal Bad(string member, Flaw flaw) => Refusal.Validation(member, flaw);
}
