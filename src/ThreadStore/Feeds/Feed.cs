using ThreadStore.Comments;

namespace ThreadStore.Feeds;

/// <summary>What somebody subscribes to: the newest comments on an article, of a site, or by a person.</summary>
/// <param name="Id">Of the stream of events that it is about.</param>
/// <param name="Link">The page that it is about, or null.</param>
/// <param name="Language">BCP 47, or null.</param>
/// <param name="Since">When what it is about began: it was changed then, where nothing is in it.</param>
/// <param name="ToSite">The relative address of the site, from where the feed is.</param>
public sealed record Feed(
    Guid Id,
    string Title,
    string? Link,
    string? Language,
    DateTimeOffset Since,
    string ToSite,
    IReadOnlyList<FeedEntry> Entries
)
{
    /// <summary>How many comments a feed holds.</summary>
    public const int Length = 50;

    public DateTimeOffset UpdatedAt => Entries.Select(e => e.UpdatedAt).Append(Since).Max();

    /// <summary>A name for all time, of a comment as of what a feed is about.</summary>
    public static string NameOf(Guid id) => $"urn:uuid:{id}";
}

/// <summary>How a feed is written.</summary>
sealed record FeedForm(string ContentType, Func<Feed, byte[]> Write)
{
    public static readonly FeedForm Atom = new(AtomFeed.ContentType, AtomFeed.Write);
    public static readonly FeedForm Json = new(JsonFeed.ContentType, JsonFeed.Write);
}

/// <summary>A published comment as a feed shows it.</summary>
/// <param name="Html">Safe to show as it is.</param>
/// <param name="Page">The address of its article's page, or null.</param>
public sealed record FeedEntry(
    Guid Id,
    Guid? ParentId,
    Author Author,
    string Html,
    string ArticleTitle,
    string? Page,
    DateTimeOffset PostedAt,
    DateTimeOffset? EditedAt,
    int ReplyCount
)
{
    public DateTimeOffset UpdatedAt => EditedAt ?? PostedAt;

    /// <summary>Readers' programs show it as a heading: who, and about what.</summary>
    public string Title => $"{Author.Name}: {ArticleTitle}";

    public string? Link => LinkTo(Id);

    /// <summary>The page with a mark for one comment, which front ends may scroll to.</summary>
    public string? LinkTo(Guid comment) => Page is null ? null : $"{Page.Split('#')[0]}#comment-{comment}";
}
