using System.Text.Json;
using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>Commento v1, Comentario v1 (the same, with other words for its pages) and v3: one JSON document.</summary>
public sealed class CommentoFormat : IForeignFormat
{
    /// <summary>What Commento writes for who is not signed in.</summary>
    const string Anonymous = "anonymous";

    public string Name => "commento";

    public bool Fits(FileHead head) =>
        head.IsObject == true
        && !head.HasMember("users")
        && !head.HasMember("posts")
        && !head.HasMember("id")
        && (head.HasMember("version") || head.HasMember("commenters") || head.HasMember("pages"));

    public IEnumerable<ForeignRecord> Read(Stream file, FileHead head)
    {
        string? version = null;
        foreach (var value in new JsonValues(file, inRow: false).Read())
        {
            if (value.Fault is not null)
                yield return ForeignFormats.Problem(value);
            else if (value.Member == "version")
            {
                version = value.Value.ToString();
                if (version is not ("1" or "3"))
                    yield return Unknown(version, value.Line);
            }
            else
                foreach (var record in Read(value))
                    yield return record;
        }
        if (version is null)
            yield return Unknown("none", 1);
    }

    static ForeignProblem Unknown(string version, long line) =>
        new(
            null,
            "version",
            $"this is version {Fields.Shown(version)} of the format; known are 1 and 3.",
            Lost.Rest
        )
        {
            Line = line,
        };

    static IEnumerable<ForeignRecord> Read(JsonValue value)
    {
        var r = value.Value;
        var id = r.Some("commentHex") ?? r.Some("commenterHex") ?? r.Some("id");
        var lost = value.Member switch
        {
            "comments" => Lost.Comment,
            "commenters" => Lost.Commenter,
            "pages" => Lost.Article,
            _ => Lost.Nothing,
        };
        return ForeignFormats.Guard(
            value.Line,
            lost,
            id,
            () =>
                lost switch
                {
                    Lost.Comment when r.Has("commentHex") => First(r),
                    Lost.Comment => [Third(r)],
                    Lost.Commenter => [Commenter(r)],
                    Lost.Article => [Page(r)],
                    _ => [],
                }
        );
    }

    static IEnumerable<ForeignRecord> First(JsonElement c)
    {
        var id = Fields.Id(c.Text("commentHex"));
        var host = c.Some("domain") ?? c.Some("host") ?? "";
        var path = c.Some("url") ?? c.Some("path") ?? "/";
        var isWhole = path.Contains("://", StringComparison.Ordinal);
        var key = isWhole ? path : $"{host}{(path.StartsWith('/') ? "" : "/")}{path}";
        yield return new ForeignArticle(
            key,
            key,
            isWhole || host.Length == 0 ? path : $"https://{key}",
            null,
            IsImplied: true
        );
        var state = c.Some("state");
        var isDeleted = c.Flag("deleted");
        yield return new ForeignComment(
            id,
            Fields.SomeBut(c.Text("parentHex"), "root"),
            key,
            Person(c.Some("commenterHex"), null),
            Fields.Body(c.Text("markdown") is { Length: > 0 } markdown ? markdown : c.Text("html")),
            c.Text("markdown") is { Length: > 0 } ? BodyFormat.Markdown : BodyFormat.Html,
            c.Time("creationDate"),
            isDeleted ? ForeignState.Deleted
                : state == "unapproved" ? ForeignState.Pending
                : state == "flagged" ? ForeignState.Rejected
                : ForeignState.Approved,
            isDeleted || state == "approved" ? null : state,
            Score: c.Number("score")
        );
    }

    static ForeignComment Third(JsonElement c)
    {
        var isDeleted = c.Flag("isDeleted");
        var isPending = c.Flag("isPending");
        var isApproved = c.Flag("isApproved");
        return new(
            Fields.Id(c.Text("id")),
            Fields.SomeBut(c.Text("parentId"), ""),
            c.Some("pageId") ?? throw new UnreadableException("no-article", "it names no page."),
            Person(c.Some("userCreated"), c.Some("authorName")),
            Fields.Body(c.Text("markdown") is { Length: > 0 } markdown ? markdown : c.Text("html")),
            c.Text("markdown") is { Length: > 0 } ? BodyFormat.Markdown : BodyFormat.Html,
            c.Time("createdTime"),
            isDeleted ? ForeignState.Deleted
                : isPending ? ForeignState.Pending
                : isApproved ? ForeignState.Approved
                : ForeignState.Rejected,
            isDeleted || isPending || isApproved ? null : "rejected",
            Score: c.Number("score"),
            IsFeatured: c.Flag("isSticky")
        );
    }

    static ForeignPerson Person(string? id, string? name) =>
        // Comentario writes zeros
        id is null or Anonymous
        || id.AsSpan().TrimStart("0-").IsEmpty
            ? new(null, null, Fields.SomeBut(name, "Anonymous"))
            : new(id, null, name);

    static ForeignCommenter Commenter(JsonElement c) =>
        new(
            new(
                Fields.Id(c.Text("commenterHex") ?? c.Text("id")),
                null,
                c.Some("name"),
                Fields.SomeBut(c.Text("photo"), "undefined"),
                c.Flag("isModerator") ? "moderator" : null
            ),
            c.Time("joinDate") ?? c.Time("createdTime"),
            IsBlocked: c.Flag("banned")
        );

    static ForeignArticle Page(JsonElement p)
    {
        var id = Fields.Id(p.Text("id"));
        return new(id, id, p.Some("path"), p.Some("title"), p.AnyTime("createdTime"), p.Flag("isReadonly"));
    }
}
