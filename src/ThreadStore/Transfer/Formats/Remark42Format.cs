using System.Text.Json;
using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>Remark42's backup: JSON values in a row, a header and then the comments.</summary>
public sealed class Remark42Format : IForeignFormat
{
    public string Name => "remark42";

    public bool Fits(FileHead head) =>
        head.IsObject == true
        && (
            head.HasMember("version")
                && !head.HasMember("comments")
                && !head.HasMember("commenters")
                && !head.HasMember("pages")
            || head.HasMember("locator") && head.HasMember("pid")
        );

    public IEnumerable<ForeignRecord> Read(Stream file, FileHead head) =>
        ForeignFormats.ReadJson(
            new(file, inRow: true),
            r => (IsComment(r) ? Lost.Comment : Lost.Nothing, r.Some("id")),
            r => IsComment(r) ? Comment(r) : Header(r)
        );

    static bool IsComment(JsonElement record) => record.Has("locator") || record.Has("id");

    static IEnumerable<ForeignRecord> Header(JsonElement header)
    {
        // absent in the oldest
        if (header.Text("version") is not (null or "0" or "1") and var version)
        {
            yield return new ForeignProblem(
                null,
                "version",
                $"this is version {Fields.Shown(version)} of the format; known is 1.",
                Lost.Rest
            );
            yield break;
        }
        foreach (var user in header.Records("users"))
            if (user.Some("id") is { } id && user.Member("blocked") is { } blocked && blocked.Flag("status"))
                foreach (
                    var record in ForeignFormats.Guard(0, Lost.Commenter, id, () => [Blocked(id, blocked)])
                )
                    yield return record;
        foreach (var post in header.Records("posts"))
            if (post.Some("url") is { } url && post.Flag("read_only"))
                yield return new ForeignArticle(url, url, url, null, IsClosed: true, IsImplied: true);
    }

    static ForeignCommenter Blocked(string id, JsonElement blocked) =>
        new(new(id, null, null), IsBlocked: true, BlockedUntil: Until(blocked));

    /// <summary>Null: for good, as is what ends after all that people have calendars for.</summary>
    static DateTimeOffset? Until(JsonElement blocked) =>
        blocked.AnyTime("until") is { Year: > FeedFacts.LastYear } ? null : blocked.Time("until");

    static List<ForeignRecord> Comment(JsonElement c)
    {
        var id = Fields.Id(c.Text("id"));
        var url =
            c.Member("locator")?.Some("url")
            ?? throw new UnreadableException("no-article", "it names no page.");
        var user = c.Member("user") ?? default;
        var posted = c.Time("time");
        var markdown = Fields.Some(c.Text("orig"));
        var body = Fields.Body(markdown is null ? c.Text("text") : c.Text("orig"));
        var isDeleted = c.Flag("delete");
        var edited = c.Member("edit")?.Time("time");
        var votes = c.Members("votes").ToList();
        var score = c.Number("score");
        var records = new List<ForeignRecord>
        {
            new ForeignArticle(url, url, url, c.Some("title"), IsImplied: true),
            new ForeignComment(
                id,
                Fields.Some(c.Text("pid")),
                url,
                new(
                    user.Some("id"),
                    null,
                    user.Some("name"),
                    user.Some("picture"),
                    user.Flag("admin") ? "admin" : null
                ),
                body,
                markdown is null ? BodyFormat.Html : BodyFormat.Markdown,
                posted,
                isDeleted ? ForeignState.Deleted : ForeignState.Approved,
                Later: edited is { } at && !isDeleted ? [new(body, at)] : null,
                Score: votes.Count == 0 && score is not 0 ? score : null,
                IsFeatured: c.Flag("pin")
            ),
        };
        foreach (var vote in votes)
            if (vote.Value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                records.Add(
                    new ForeignReaction(
                        id,
                        new(Fields.Id(vote.Name), null, null),
                        vote.Value.GetBoolean(),
                        posted
                    )
                );
        return records;
    }
}
