using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using JasperFx.Core;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;

namespace ThreadStore.Sites;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>An administrator set a site up, or changed its settings; carries all settings as they then stood.</summary>
/// <param name="Site">The site's key.</param>
/// <param name="Settings">All of them, also those that did not change.</param>
public sealed record SiteConfigured(string Site, SiteSettings Settings, string By, DateTimeOffset At);

/// <summary>Whether comments are shown before or after a moderator has seen them.</summary>
public enum ModerationMode
{
    Post,
    Pre,
}

/// <summary>Where comments are sent to be judged by an outside classifier.</summary>
/// <param name="Secret">Signs what is sent there; a service's own key, where it is one. Kept encrypted beside the settings,
/// where <see cref="Mask"/> stands for it.</param>
/// <param name="Kind">Whose requests and answers it understands: <c>threadstore</c>, ours; <c>openai-moderation</c>;
/// <c>akismet</c>.</param>
public sealed record Classifier(string Url, string Secret, string Kind = Classifier.ThreadStore)
{
    public const string ThreadStore = "threadstore";
    public const string OpenAiModeration = "openai-moderation";
    public const string Akismet = "akismet";

    public static readonly IReadOnlyList<string> Kinds = [ThreadStore, OpenAiModeration, Akismet];

    /// <summary>Whoever has the address gets the secret itself, and not only what it signed.</summary>
    internal bool SendsSecret => Kind != ThreadStore;

    /// <summary>What those read in place of a secret who need not know it. Sent back, it leaves the secret as it is.</summary>
    public const string Mask = "********";

    /// <summary>The address too: it may hold a key, or tell of the publisher's own network.</summary>
    public Classifier ToMasked() => this with { Url = Mask, Secret = Mask };

    /// <summary>With what <paramref name="before"/> has in place of what is masked.</summary>
    public Classifier Unmasked(Classifier? before) =>
        this with
        {
            Url = Url == Mask ? before?.Url ?? Mask : Url,
            Secret = Secret == Mask ? before?.Secret ?? Mask : Secret,
        };
}

/// <summary>One publication's rules.</summary>
public sealed record SiteSettings
{
    /// <summary>Shown to people; the site's key until somebody names it.</summary>
    public string? Name { get; init; }

    /// <summary>A text search configuration of PostgreSQL.</summary>
    public string Language { get; init; } = "simple";

    /// <summary>The IANA zone of reports.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary><c>pre</c>: every comment is held until a moderator approves it.</summary>
    public ModerationMode ModerationMode { get; init; } = ModerationMode.Post;

    /// <summary>Words and phrases, without regard to case; a comment with one is rejected.</summary>
    public IReadOnlyList<string> BannedWords { get; init; } = [];

    /// <summary>Words and phrases, without regard to case; a comment with one is held.</summary>
    public IReadOnlyList<string> SuspectWords { get; init; } = [];

    /// <summary>Regular expressions (.NET, non-backtracking); a comment that matches one is rejected.</summary>
    public IReadOnlyList<string> BannedPatterns { get; init; } = [];

    /// <summary>Regular expressions (.NET, non-backtracking); a comment that matches one is held.</summary>
    public IReadOnlyList<string> SuspectPatterns { get; init; } = [];

    /// <summary>A comment with that many links or more is held; null: never.</summary>
    [Range(1, 1_000)]
    public int? LinksHeldForReview { get; init; }

    /// <summary>Comments are held until their author has that many published ones.</summary>
    [Range(0, 1_000)]
    public int NewCommentersHeldForReview { get; init; }

    /// <summary>Whether the same text on another article within a day is held.</summary>
    public bool RepeatedTextHeldForReview { get; init; }

    /// <summary>After that many comments in a minute, further ones are held; null: never.</summary>
    [Range(1, 1_000)]
    public int? FloodHeldForReview { get; init; }

    /// <summary>Writes a minute, in the long run, of a commenter in their first day; null: as of others.</summary>
    [Range(1, 10_000)]
    public int? NewcomerWritesPerMinute { get; init; } = 10;

    /// <summary>Writes in one go of a commenter in their first day.</summary>
    [Range(1, 10_000)]
    public int NewcomerWriteBurst { get; init; } = 20;

    /// <summary>With that many unsettled flags a comment goes back to the moderators; null: never.</summary>
    [Range(1, 1_000)]
    public int? FlagsHeldForReview { get; init; } = 5;

    /// <summary>In Unicode code points.</summary>
    [Range(1, 200_000)]
    public int MaxCommentLength { get; init; } = 10_000;

    /// <summary>The greatest depth that a reply may have; a comment on the article has depth 0.</summary>
    [Range(0, 1_000)]
    public int MaxDepth { get; init; } = 32;

    /// <summary>How long authors may edit, in minutes; 0: not at all.</summary>
    [Range(0, 525_600)]
    public int EditWindowMinutes { get; init; } = 15;

    /// <summary>Days after publication at which a discussion closes by itself; null: never.</summary>
    [Range(1, 36_500)]
    public int? CloseAfterDays { get; init; }

    /// <summary>Kinds of reaction and their weights: 1, 0 or -1.</summary>
    public IReadOnlyDictionary<string, int> Reactions
    {
        get;
        // sorted, since PostgreSQL does not keep the order of what it stores as jsonb
        init => field = new SortedDictionary<string, int>(value.ToDictionary(), StringComparer.Ordinal);
    } = new SortedDictionary<string, int>(StringComparer.Ordinal) { ["dislike"] = -1, ["like"] = 1 };

    /// <summary>Web origins, such as https://news.example, whose pages may call with a token.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Days for which notes of flags and webhook deliveries are kept; null: for good.</summary>
    [Range(1, 36_500)]
    public int? RetentionDays { get; init; }

    /// <summary>For how long what people wrote is kept; what is set replaces all of it.</summary>
    public RetentionSettings Retention { get; init; } = new();

    /// <summary>Null: none.</summary>
    public Classifier? Classifier { get; init; }

    /// <summary>What the adopted model does, which learned from the site's own moderators; null: nothing.</summary>
    public LearnedSettings? Learned { get; init; }

    /// <summary>The hash of the adopted model, which is adopted by a request of its own; null: none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LearnedModel { get; init; }

    /// <summary>Whether people without an account may write.</summary>
    public GuestMode Guests { get; init; }

    /// <summary>What guests must pass; null: nothing.</summary>
    public Challenge? Challenge { get; init; }

    /// <summary>Who may comment; null: everybody with a token.</summary>
    public Entitlement? MayComment { get; init; }

    /// <summary>What tokens' badges are called, by their keys; others are not shown.</summary>
    public IReadOnlyDictionary<string, Badge> Badges
    {
        get;
        init => field = new SortedDictionary<string, Badge>(value.ToDictionary(), StringComparer.Ordinal);
    } = new SortedDictionary<string, Badge>(StringComparer.Ordinal);

    /// <summary>Whose share of rejected comments among the last 20 that were decided on is that high, is held; null: nobody.</summary>
    [Range(0.01, 1.0)]
    public double? RejectionRateHeldForReview { get; init; }

    /// <summary>Whom the site trusts; null: nobody.</summary>
    public TrustSettings? Trust { get; init; }

    /// <summary>Rules of screening that the trusted are spared, by the names that verdicts have.</summary>
    public IReadOnlyList<string> TrustedSkip { get; init; } = [];
}

/// <summary>A site as it stands, and as its row holds it.</summary>
/// <param name="Version">Counts the changes of its settings; so Marten, for which it would be the number of the stream's
/// events, is to leave it alone.</param>
public sealed record Site(
    string Key,
    SiteSettings Settings,
    DateTimeOffset CreatedAt,
    [property: JasperFxIgnore] int Version
) : IAggregate<Site>
{
    /// <summary>Its stream's; Marten sets it where it makes a site of its stream.</summary>
    public Guid Id { get; init; } = StreamId.Site(Key);

    public static Site After(Site? before, string site, object @event) =>
        (before, @event) switch
        {
            (null, SiteConfigured e) => new(e.Site, e.Settings, e.At, 1),
            (not null, ModelAdopted e) => before with
            {
                Settings = before.Settings with
                {
                    Learned = (before.Settings.Learned ?? new()).Adopted(e),
                    LearnedModel = e.Hash,
                },
                Version = before.Version + 1,
            },
            (_, SiteConfigured e) => before with { Settings = e.Settings, Version = before.Version + 1 },
            (not null, IIdentityEvent) => before,
            _ => throw Unforeseen.Event<Site>(@event),
        };
}
