using System.IO.Hashing;
using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Sites;

namespace ThreadStore.Articles;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>What the publisher says of an article.</summary>
/// <param name="Title">The headline, as plain text.</param>
/// <param name="Url">The page's address; null: not told.</param>
/// <param name="Section">The part of the site that it is in; null: not told.</param>
/// <param name="Author">Who wrote it, as the page names them; null: not told.</param>
/// <param name="Tags">What it is about, in the publisher's words; null: not told.</param>
/// <param name="PublishedAt">When the publisher published it; null: not told.</param>
/// <param name="Body">Its paragraphs, as plain text.</param>
public sealed record ArticleContent(
    string Title,
    string? Url,
    string? Section,
    string? Author,
    IReadOnlyList<string>? Tags,
    DateTimeOffset? PublishedAt,
    IReadOnlyList<string>? Body
)
{
    /// <summary>Equal for equal contents.</summary>
    public string Hash() =>
        Convert.ToHexStringLower(XxHash128.Hash(JsonSerializer.SerializeToUtf8Bytes(this, Json.Options)));
}

/// <summary>What happened to an article as such.</summary>
public interface IArticleEvent
{
    string ArticleKey { get; }
}

/// <summary>A publisher told of an article; its discussion is open.</summary>
/// <param name="Content">What they say of it.</param>
/// <param name="At">When it was told to us; when it was published stands in <paramref name="Content"/>.</param>
public sealed record ArticleRegistered(
    string ArticleKey,
    ArticleContent Content,
    string By,
    DateTimeOffset At,
    ForeignSource? Source
) : IArticleEvent;

/// <summary>A publisher replaced what they say of an article.</summary>
/// <param name="Content">All that they say of it from now on.</param>
public sealed record ArticleRevised(string ArticleKey, ArticleContent Content, string By, DateTimeOffset At)
    : IArticleEvent;

/// <summary>A publisher took an article away from readers, and its thread with it.</summary>
public sealed record ArticleWithdrawn(string ArticleKey, string By, DateTimeOffset At) : IArticleEvent;

/// <summary>A publisher gave a withdrawn article back to readers.</summary>
public sealed record ArticlePublished(string ArticleKey, string By, DateTimeOffset At) : IArticleEvent;

/// <summary>Nobody may comment from now on.</summary>
public sealed record DiscussionClosed(string ArticleKey, string By, DateTimeOffset At) : IArticleEvent;

/// <summary>Readers may comment again.</summary>
public sealed record DiscussionOpened(string ArticleKey, string By, DateTimeOffset At) : IArticleEvent;

/// <summary>A moderator set how this article is moderated.</summary>
/// <param name="Mode">From now on; null: as its site is.</param>
/// <param name="SlowModeSeconds">The least time between two comments of one commenter there; null: none.</param>
public sealed record ArticleModerationSet(
    string ArticleKey,
    ModerationMode? Mode,
    string By,
    DateTimeOffset At,
    int? SlowModeSeconds = null
) : IArticleEvent;

/// <summary>An article as it stands, and as its row holds it.</summary>
/// <param name="Content">Null where it was not loaded: an article may be megabytes, and a comment needs none of it.</param>
/// <param name="ContentHash">Tells whether two contents are equal without loading them.</param>
/// <param name="Urls">Every address that it has or had, as <see cref="WebAddress.Key"/> has it.</param>
/// <param name="OpenedAt">When somebody opened its discussion last; null: nobody had to.</param>
/// <param name="CommentCount">Comments with a body that a walk of its thread meets.</param>
/// <param name="LastCommentAt">When the newest of them was written.</param>
/// <param name="MovedTo">The article that its key leads to since it was renamed or merged; its own id: a key that was given
/// back, and leads nowhere. Null: it is where it was.</param>
/// <param name="SlowModeSeconds">The least time between two comments of one commenter there; null: none.</param>
/// <param name="LockedBranches">Its comments, whatever their state, below which nobody may reply.</param>
public sealed record Article(
    string Site,
    Guid Id,
    string Key,
    ArticleContent? Content,
    string ContentHash,
    IReadOnlyList<string> Urls,
    DateTimeOffset? PublishedAt,
    DateTimeOffset RegisteredAt,
    bool IsWithdrawn,
    bool IsClosed,
    DateTimeOffset? OpenedAt,
    ModerationMode? Moderation,
    int CommentCount,
    DateTimeOffset? LastCommentAt,
    int Version,
    Guid? MovedTo = null,
    int? SlowModeSeconds = null,
    int LockedBranches = 0
) : IAggregate<Article>
{
    public static Article After(Article? before, string site, object @event) =>
        (before, @event) switch
        {
            (null or { IsVacant: true }, ArticleRegistered e) => Registered(site, e, before?.Version ?? 0),
            (null or { IsHere: false }, ArticleRenamed e) => Renamed(site, e, before?.Version ?? 0),
            // its own stream does not tell that it had left this key
            (not null, ArticleRenamed { WasItsOwn: true } e) => Renamed(site, e, before.Version),
            (null, _) or (_, ArticleRegistered or ArticleRenamed) => throw Unforeseen.Place(before, @event),
            (_, ArticleRevised e) => before.Revised(e),
            (_, ArticleWithdrawn) => before.Changed() with { IsWithdrawn = true },
            (_, ArticlePublished) => before.Changed() with { IsWithdrawn = false },
            (_, DiscussionClosed) => before.Changed() with { IsClosed = true },
            (_, DiscussionOpened e) => before.Changed() with { IsClosed = false, OpenedAt = e.At },
            (_, ArticleModerationSet e) => before.Changed() with
            {
                Moderation = e.Mode,
                SlowModeSeconds = e.SlowModeSeconds,
            },
            (_, ArticleMerged e) => before.Changed() with { Urls = [.. before.Urls.Union(e.Urls)] },
            (_, ArticleMoveUndone e) => before.Changed() with
            {
                Urls = [.. before.Urls.Except(e.Urls)],
                MovedTo = e.LeavesTo(site),
            },
            _ => throw Unforeseen.Event<Article>(@event),
        };

    /// <param name="version">Of the stream, where somebody had the key before.</param>
    static Article Registered(string site, ArticleRegistered e, int version) =>
        new(
            site,
            StreamId.Article(site, e.ArticleKey),
            e.ArticleKey,
            e.Content,
            e.Content.Hash(),
            e.Content.Url is { } url ? [WebAddress.Key(url)] : [],
            e.Content.PublishedAt,
            e.At,
            IsWithdrawn: false,
            IsClosed: false,
            OpenedAt: null,
            Moderation: null,
            CommentCount: 0,
            LastCommentAt: null,
            Version: version + 1
        );

    /// <summary>All that the article was under its old key.</summary>
    static Article Renamed(string site, ArticleRenamed e, int version) =>
        new(
            site,
            StreamId.Article(site, e.ArticleKey),
            e.ArticleKey,
            e.Content,
            e.Content.Hash(),
            e.Urls,
            e.Content.PublishedAt,
            e.RegisteredAt,
            e.IsWithdrawn,
            e.IsClosed,
            e.OpenedAt,
            e.Moderation,
            CommentCount: 0,
            LastCommentAt: null,
            version + 1,
            SlowModeSeconds: e.SlowModeSeconds
        );

    /// <summary>Nobody has moved it elsewhere.</summary>
    public bool IsHere => MovedTo is null;

    /// <summary>Its key is free, as if there had never been an article of that key.</summary>
    public bool IsVacant => MovedTo == Id;

    Article Revised(ArticleRevised e) =>
        Changed() with
        {
            Content = e.Content,
            ContentHash = e.Content.Hash(),
            Urls =
                e.Content.Url is { } url && WebAddress.Key(url) is var key && !Urls.Contains(key)
                    ? [.. Urls, key]
                    : Urls,
            PublishedAt = e.Content.PublishedAt,
        };

    Article Changed() => this with { Version = Version + 1 };

    /// <summary>When the discussion ends, or ended, by itself, under the site's settings; null: never.</summary>
    /// <remarks>Who opens it after that has thought about it: from then on it ends when somebody ends it.</remarks>
    public static DateTimeOffset? ClosesAt(
        SiteSettings settings,
        DateTimeOffset? published,
        DateTimeOffset registered,
        DateTimeOffset? opened
    ) =>
        settings.CloseAfterDays is { } days
        && After(published ?? registered, TimeSpan.FromDays(days)) is var end
        && !(opened >= end)
            ? end
            : null;

    /// <summary>Some publishers date a page 9999-12-31; the calendar ends there.</summary>
    static DateTimeOffset After(DateTimeOffset time, TimeSpan span) =>
        DateTimeOffset.MaxValue - time < span ? DateTimeOffset.MaxValue.ToMicroseconds() : time + span;

    /// <summary>Whether readers may still write at <paramref name="now"/>.</summary>
    public bool TakesComments(SiteSettings settings, DateTimeOffset now) =>
        !IsClosed && !(ClosesAt(settings, PublishedAt, RegisteredAt, OpenedAt) <= now);
}
