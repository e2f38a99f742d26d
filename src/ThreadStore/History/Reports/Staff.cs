namespace ThreadStore.History.Reports;

/// <summary>Who works for the site, as far as a comment says it.</summary>
static class Staff
{
    /// <summary>By which somebody is known to work for the site when they write.</summary>
    public static readonly IReadOnlySet<string> Badges = new HashSet<string>(StringComparer.Ordinal)
    {
        "staff",
        "moderator",
        "admin",
        "author",
        "editor",
        "journalist",
    };
}
