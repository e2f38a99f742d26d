using System.Globalization;
using System.Text.Json;
using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>Coral's collections as mongoexport writes them.</summary>
static class CoralJson
{
    const string Featured = "FEATURED";

    public static ForeignArticle Story(JsonElement s)
    {
        var id = Fields.Id(s.Text("id"));
        var told = s.Member("metadata") ?? default;
        return new(
            id,
            id,
            s.Some("url"),
            told.Some("title"),
            AnyTime(told, "publishedAt") ?? AnyTime(s, "createdAt"),
            IsClosed: AnyTime(s, "closedAt") is not null
        );
    }

    public static ForeignArticle Asset(JsonElement a)
    {
        var id = Fields.Id(a.Text("id"));
        return new(
            id,
            id,
            a.Some("url"),
            a.Some("title"),
            AnyTime(a, "publication_date") ?? AnyTime(a, "created_at"),
            IsClosed: AnyTime(a, "closedAt") is not null
        );
    }

    public static ForeignCommenter User(JsonElement u)
    {
        var status = u.Member("status") ?? default;
        var ban = status.Member("ban") ?? default;
        var banned = status.Member("banned") ?? default;
        return new(
            new(
                Fields.Id(u.Text("id")),
                null,
                u.Some("username") ?? u.Some("displayName"),
                u.Some("avatar"),
                // Talk 4 had several
                ForeignPerson.Staff([u.Some("role"), .. u.Items("roles").Select(r => r.ToString())])
            ),
            Time(u, "createdAt") ?? Time(u, "created_at"),
            IsBlocked: ban.Flag("active") || banned.Flag("status")
        );
    }

    public static IEnumerable<ForeignRecord> Comment(JsonElement c)
    {
        var texts = c.Records("revisions")
            .Select(r => new ForeignText(Fields.Body(r.Text("body")), Time(r, "createdAt")));
        var counts = c.Member("actionCounts") ?? default;
        yield return Comment(
            c,
            c.Some("parentID"),
            c.Some("storyID"),
            c.Some("authorID"),
            [.. texts],
            Time(c, "createdAt"),
            AnyTime(c, "deletedAt") is not null,
            [.. c.Items("tags").Select(t => t.Text("type"))],
            counts.Number("REACTION")
        );
        if (counts.Number("FLAG") > 0)
            yield return new ForeignSkip("flags-without-people");
    }

    public static IEnumerable<ForeignRecord> OldComment(JsonElement c)
    {
        List<ForeignText> texts =
        [
            .. c.Records("body_history")
                .Select(b => new ForeignText(Fields.Body(b.Text("body")), Time(b, "created_at"))),
        ];
        var body = Fields.Body(c.Text("body"));
        if (texts.Count == 0 || texts[^1].Body != body)
            texts.Add(new(body, Time(c, "updated_at")));
        yield return Comment(
            c,
            c.Some("parent_id"),
            c.Some("asset_id"),
            c.Some("author_id"),
            texts,
            Time(c, "created_at"),
            AnyTime(c, "deleted_at") is not null,
            [.. c.Items("tags").Select(t => t.Member("tag")?.Text("name"))],
            null
        );
    }

    static ForeignComment Comment(
        JsonElement c,
        string? parent,
        string? story,
        string? author,
        List<ForeignText> texts,
        DateTimeOffset? posted,
        bool isDeleted,
        List<string?> tags,
        int? score
    )
    {
        var status = c.Some("status") ?? "NONE";
        return new(
            Fields.Id(c.Text("id")),
            parent,
            story ?? throw new UnreadableException("no-article", "it names no story."),
            new(author, null, null, Role: ForeignPerson.Staff(tags)),
            texts.Count == 0 ? "" : texts[0].Body,
            BodyFormat.HtmlLines,
            posted,
            isDeleted ? ForeignState.Deleted
                : status is "PREMOD" or "SYSTEM_WITHHELD" ? ForeignState.Pending
                : status == "REJECTED" ? ForeignState.Rejected
                : ForeignState.Approved,
            isDeleted || status is "APPROVED" or "ACCEPTED" ? null : status,
            Later: texts.Count > 1 && !isDeleted ? texts[1..] : null,
            Score: score is 0 ? null : score,
            IsFeatured: tags.Contains(Featured)
        );
    }

    public static IEnumerable<ForeignRecord> Action(JsonElement a) =>
        Action(
            a.Some("commentID"),
            a.Some("userID"),
            a.Text("actionType"),
            a.Text("reason"),
            a.Some("additionalDetails"),
            Time(a, "createdAt")
        );

    public static IEnumerable<ForeignRecord> OldAction(JsonElement a) =>
        a.Text("item_type") is not (null or "COMMENTS" or "comments")
            ? []
            : Action(
                a.Some("item_id"),
                a.Some("user_id"),
                a.Text("action_type"),
                a.Text("group_id"),
                a.Member("metadata")?.Some("message"),
                Time(a, "created_at")
            );

    static IEnumerable<ForeignRecord> Action(
        string? comment,
        string? user,
        string? type,
        string? reason,
        string? note,
        DateTimeOffset? at
    )
    {
        if (comment is null)
            throw new UnreadableException("no-id", "it names no comment.");
        if (user is null)
            yield return new ForeignSkip("flags-without-people");
        else if (type is "FLAG" or "DONTAGREE" or "DONT_AGREE")
            yield return new ForeignFlag(
                comment,
                new(user, null, null),
                ReasonOf(type, reason ?? ""),
                note,
                at
            );
        else
            yield return new ForeignReaction(comment, new(user, null, null), IsUp: true, at);
    }

    static FlagReason ReasonOf(string type, string reason) =>
        type != "FLAG" ? FlagReason.Other
        : reason.Contains("SPAM", StringComparison.OrdinalIgnoreCase) ? FlagReason.Spam
        : reason.Contains("OFFENSIVE", StringComparison.OrdinalIgnoreCase)
        || reason.Contains("TOXIC", StringComparison.OrdinalIgnoreCase)
            ? FlagReason.Offensive
        : reason.Contains("ABUSIVE", StringComparison.OrdinalIgnoreCase) ? FlagReason.Harassment
        : FlagReason.Other;

    /// <summary>A text, or Mongo's own way to write one.</summary>
    static DateTimeOffset? Time(JsonElement record, string name) =>
        Time(record, name, Fields.Time, Fields.Unix);

    /// <summary>Of any year: when a page was published, or where it only counts that there is one.</summary>
    static DateTimeOffset? AnyTime(JsonElement record, string name) =>
        Time(record, name, Fields.AnyTime, Fields.AnyUnix);

    static DateTimeOffset? Time(
        JsonElement record,
        string name,
        Func<string?, DateTimeOffset?> ofText,
        Func<double, DateTimeOffset> ofSeconds
    )
    {
        if (record.Member(name) is not { ValueKind: JsonValueKind.Object } date)
            return ofText(record.Text(name));
        if (date.Member("$date") is not { } value)
            return null;
        var milliseconds = value.ValueKind == JsonValueKind.Object ? value.Text("$numberLong") : null;
        if (value.ValueKind == JsonValueKind.Number)
            milliseconds = value.GetRawText();
        return milliseconds is null ? ofText(date.Text("$date"))
            : double.TryParse(milliseconds, CultureInfo.InvariantCulture, out var ms) ? ofSeconds(ms / 1000)
            : throw new UnreadableException("bad-date", $"'{Fields.Shown(milliseconds)}' is no time.");
    }
}
