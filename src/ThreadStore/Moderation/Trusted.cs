using ThreadStore.Commenters;
using ThreadStore.Sites;

namespace ThreadStore.Moderation;

/// <summary>Who is trusted, by the setting <c>trust</c>, and what they are spared.</summary>
public static class Trusted
{
    /// <summary>What the settings are called that ask for rules: people who configure a site know those.</summary>
    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>
    {
        ["bannedWord"] = "bannedWords",
        ["suspectWord"] = "suspectWords",
        ["bannedPattern"] = "bannedPatterns",
        ["suspectPattern"] = "suspectPatterns",
        ["links"] = "linksHeldForReview",
        ["newCommenter"] = "newCommentersHeldForReview",
        ["repeatedText"] = "repeatedTextHeldForReview",
        ["flood"] = "floodHeldForReview",
        ["rejectionRate"] = "rejectionRateHeldForReview",
        ["premoderation"] = "moderationMode",
        ["guest"] = "guests",
    };

    /// <param name="skipped">The setting <c>trustedSkip</c>: names of rules, or of the settings that ask for them.</param>
    public static bool Skips(IReadOnlyList<string> skipped, string rule) =>
        skipped.Contains(rule) || (Settings.TryGetValue(rule, out var setting) && skipped.Contains(setting));

    public static bool Is(SiteSettings settings, Commenter author, DateTimeOffset now) =>
        Is(settings, author.JoinedAt, author.ToldCommentCount, author.RejectedCount, now);

    public static bool Is(
        SiteSettings settings,
        DateTimeOffset joinedAt,
        int published,
        int rejected,
        DateTimeOffset now
    ) =>
        settings.Trust?.TrustedAfter is { } after
        && now - joinedAt >= TimeSpan.FromDays(after.Days)
        && published >= after.Published
        && rejected <= after.MaxRejected;
}
