using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Transfer.Formats;

/// <summary>
/// For whoever writes an exporter of their own: NDJSON of articles, commenters, comments and reactions in any order, after
/// a header that says so. What <c>threadstore export</c> writes is the history itself, and is read by another.
/// </summary>
public sealed class NeutralFormat : IForeignFormat
{
    const string Header = "threadstore-ndjson";

    public string Name => ImportFeed.Format;

    public bool Fits(FileHead head) => IsNeutral(head);

    public static bool IsNeutral(FileHead head) =>
        head.IsObject == true
        && head.HasMember("type")
        && head.HasMember("format")
        && head.Text.Contains($"\"{Header}\"", StringComparison.Ordinal);

    public IEnumerable<ForeignRecord> Read(Stream file, FileHead head) =>
        ForeignFormats.ReadJson(
            new(file, inRow: true),
            r => (LostOf(r.Text("type")), r.Some("externalId") ?? r.Some("key")),
            r => Read(r.Text("type"), r)
        );

    static Lost LostOf(string? type) =>
        type switch
        {
            "article" => Lost.Article,
            "commenter" => Lost.Commenter,
            "reaction" => Lost.Reaction,
            "header" => Lost.Rest,
            _ => Lost.Comment,
        };

    static IEnumerable<ForeignRecord> Read(string? type, JsonElement r) =>
        type switch
        {
            "header" when r.Text("version") == "1" => [],
            "header" => throw new UnreadableException("version", "its version is not 1."),
            "article" => [Article(r)],
            "commenter" => [Commenter(r)],
            "comment" => [Comment(r)],
            "reaction" => [Reaction(r)],
            _ => throw new UnreadableException(
                "malformed",
                "its type is none of header, article, commenter, comment, reaction."
            ),
        };

    static ForeignArticle Article(JsonElement a)
    {
        var key = Fields.Id(a.Text("key"));
        return new(key, key, a.Some("url"), a.Some("title"), a.AnyTime("publishedAt"));
    }

    static ForeignCommenter Commenter(JsonElement c) =>
        new(
            new(Fields.Id(c.Text("externalId")), null, c.Some("name"), c.Some("picture")),
            c.Time("joinedAt")
        );

    static ForeignComment Comment(JsonElement c) =>
        new(
            Fields.Id(c.Text("externalId")),
            c.Some("parent"),
            c.Some("article") ?? throw new UnreadableException("no-article", "it names no article."),
            new(c.Some("author"), null, null),
            Fields.Body(c.Text("body")),
            c.Text("bodyFormat") is { } format
                ? Words.TryParse<BodyFormat>(format)
                    ?? throw new UnreadableException("malformed", "its bodyFormat is markdown, text or html.")
                : BodyFormat.Markdown,
            c.Time("createdAt"),
            c.Text("status") switch
            {
                null or "approved" => ForeignState.Approved,
                "pending" => ForeignState.Pending,
                "rejected" or "spam" => ForeignState.Rejected,
                "deleted" => ForeignState.Deleted,
                _ => throw new UnreadableException(
                    "malformed",
                    "its status is approved, pending, rejected, spam or deleted."
                ),
            },
            c.Text("status") is "spam" ? "spam" : null
        );

    static ForeignReaction Reaction(JsonElement r) =>
        new(
            Fields.Id(r.Text("comment")),
            new(Fields.Id(r.Text("commenter")), null, null),
            r.Text("kind") switch
            {
                "up" or "like" => true,
                "down" or "dislike" => false,
                _ => throw new UnreadableException("malformed", "its kind is up or down."),
            },
            r.Time("createdAt")
        );
}
