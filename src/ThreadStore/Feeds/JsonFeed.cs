using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThreadStore.Feeds;

/// <summary>A feed as JSON Feed 1.1 has it (jsonfeed.org).</summary>
/// <param name="HomePageUrl">The page that it is about; left out where none is known.</param>
/// <param name="Language">BCP 47; left out where the site has none.</param>
public sealed record JsonFeed(
    string Version,
    string Title,
    [property: JsonPropertyName("home_page_url"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        string? HomePageUrl,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Language,
    IReadOnlyList<JsonFeedItem> Items
)
{
    public const string ContentType = "application/feed+json";

    public static byte[] Write(Feed feed) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonFeed(
                "https://jsonfeed.org/version/1.1",
                feed.Title,
                feed.Link,
                feed.Language,
                [.. feed.Entries.Select(JsonFeedItem.Of)]
            ),
            Kernel.Json.Options
        );
}

/// <summary>A published comment in a feed.</summary>
/// <param name="Id">A name for all time, <c>urn:uuid:</c> and the comment's id.</param>
/// <param name="Url">Its article's page, with <c>#comment-</c> and the comment's id.</param>
/// <param name="ContentHtml">Safe to show as it is.</param>
public sealed record JsonFeedItem(
    string Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url,
    string Title,
    [property: JsonPropertyName("content_html")] string ContentHtml,
    [property: JsonPropertyName("date_published")] DateTimeOffset DatePublished,
    [property: JsonPropertyName("date_modified"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        DateTimeOffset? DateModified,
    IReadOnlyList<JsonFeedAuthor> Authors,
    [property: JsonPropertyName("_thread")] JsonFeedThread Thread
)
{
    internal static JsonFeedItem Of(FeedEntry entry) =>
        new(
            Feed.NameOf(entry.Id),
            entry.Link,
            entry.Title,
            entry.Html,
            entry.PostedAt,
            entry.EditedAt,
            [new(entry.Author.Name, entry.Author.Picture)],
            new(entry.ParentId is { } parent ? Feed.NameOf(parent) : null, entry.ReplyCount)
        );
}

/// <summary>Who wrote it.</summary>
/// <param name="Avatar">The address of a picture; left out where there is none.</param>
public sealed record JsonFeedAuthor(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Avatar
);

/// <summary>Where a comment stands in its discussion, which JSON Feed itself has no words for.</summary>
/// <param name="InReplyTo">The id of the comment that it replies to; left out where it replies to none.</param>
/// <param name="Replies">How many direct replies it has.</param>
public sealed record JsonFeedThread(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? InReplyTo,
    int Replies
);
