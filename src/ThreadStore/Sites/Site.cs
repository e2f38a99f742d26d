namespace ThreadStore.Sites;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>An administrator set a site up, or changed its settings; carries all settings as they then stood.</summary>
public sealed record SiteConfigured(string Site, SiteSettings Settings, string By, DateTimeOffset At);

/// <summary>Whether comments are shown before or after a moderator has seen them.</summary>
public enum ModerationMode
{
    Post,
    Pre,
}

/// <summary>Where comments are sent to be judged by an outside classifier.</summary>
public sealed record Classifier(string Url, string Secret);

/// <summary>One publication's rules. Members are described in the contract, section 5.</summary>
public sealed record SiteSettings
{
    /// <summary>Shown to people; the site's key until somebody names it.</summary>
    public string? Name { get; init; }

    /// <summary>A text search configuration of PostgreSQL.</summary>
    public string Language { get; init; } = "simple";

    /// <summary>The IANA zone of reports.</summary>
    public string TimeZone { get; init; } = "UTC";

    public ModerationMode ModerationMode { get; init; } = ModerationMode.Post;
    public IReadOnlyList<string> BannedWords { get; init; } = [];
    public IReadOnlyList<string> SuspectWords { get; init; } = [];
    public IReadOnlyList<string> BannedPatterns { get; init; } = [];
    public IReadOnlyList<string> SuspectPatterns { get; init; } = [];
    public int? LinksHeldForReview { get; init; }
    public int NewCommentersHeldForReview { get; init; }
    public bool RepeatedTextHeldForReview { get; init; }
    public int? FloodHeldForReview { get; init; }
    public int? FlagsHeldForReview { get; init; } = 5;

    /// <summary>In Unicode code points.</summary>
    public int MaxCommentLength { get; init; } = 10_000;

    /// <summary>The greatest depth that a reply may have; a comment on the article has depth 0.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>How long authors may edit, in minutes; 0: not at all.</summary>
    public int EditWindowMinutes { get; init; } = 15;

    /// <summary>Days after publication at which a discussion closes by itself; null: never.</summary>
    public int? CloseAfterDays { get; init; }

    /// <summary>Kinds of reaction and their weights: 1, 0 or -1.</summary>
    public IReadOnlyDictionary<string, int> Reactions
    {
        get;
        // sorted, since PostgreSQL does not keep the order of what it stores as jsonb
        init => field = new SortedDictionary<string, int>(value.ToDictionary(), StringComparer.Ordinal);
    } = new SortedDictionary<string, int>(StringComparer.Ordinal) { ["dislike"] = -1, ["like"] = 1 };

    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Days for which notes of flags and webhook deliveries are kept; null: for good.</summary>
    public int? RetentionDays { get; init; }

    public Classifier? Classifier { get; init; }
}

/// <summary>A site as it stands, and as its row holds it.</summary>
/// <param name="Version">Counts the changes of its settings.</param>
public sealed record Site(string Key, SiteSettings Settings, DateTimeOffset CreatedAt, int Version)
{
    public static Site Create(SiteConfigured e) => new(e.Site, e.Settings, e.At, 1);

    public Site Apply(SiteConfigured e) => this with { Settings = e.Settings, Version = Version + 1 };
}
