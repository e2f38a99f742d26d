using System.Text.Json;
using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>Livefyre's NDJSON: an article a line, with its comments in it; people in a file of their own.</summary>
public sealed class LivefyreFormat : IForeignFormat
{
    /// <summary>An article's comments are all on its line.</summary>
    const int MaxArticle = 64 << 20;

    public string Name => "livefyre";

    public bool Fits(FileHead head) =>
        head.IsObject == true
        && (
            head.HasMember("source") && head.HasMember("id") && !head.HasMember("locator")
            || head.HasMember("display_name") && head.HasMember("id")
        );

    public IEnumerable<ForeignRecord> Read(Stream file, FileHead head)
    {
        foreach (var value in new JsonValues(file, inRow: true, MaxArticle).Read())
        {
            if (value.Fault is not null)
            {
                yield return ForeignFormats.Problem(value);
                continue;
            }
            var r = value.Value;
            var isPerson = r.Has("display_name") && !r.Has("source");
            foreach (
                var record in ForeignFormats.Guard(
                    value.Line,
                    isPerson ? Lost.Commenter : Lost.Article,
                    r.Some("id"),
                    () => [isPerson ? Person(r) : Article(r)]
                )
            )
                yield return record;
            foreach (var comment in r.Items("comments"))
            foreach (
                var record in ForeignFormats.Guard(
                    value.Line,
                    Lost.Comment,
                    comment.Some("id"),
                    () => [Comment(comment, r.Some("id") ?? "")]
                )
            )
                yield return record;
        }
    }

    static ForeignCommenter Person(JsonElement p) =>
        new(new(Fields.Id(p.Text("id")), null, p.Some("display_name")));

    static ForeignArticle Article(JsonElement a)
    {
        var id = Fields.Id(a.Text("id"));
        return new(
            id,
            id,
            a.Some("source"),
            a.Some("title"),
            a.Time("created"),
            a.Has("allow_comments") && !a.Flag("allow_comments"),
            // a list of articles beside it says the same of them again
            IsImplied: !a.Has("comments")
        );
    }

    static ForeignComment Comment(JsonElement c, string article) =>
        new(
            Fields.Id(c.Text("id")),
            Fields.SomeBut(c.Text("parent_id"), "0"),
            article,
            new(c.Some("author_id"), null, c.Some("imported_display_name")),
            Fields.Body(c.Text("body_html")),
            BodyFormat.Html,
            c.Time("created"),
            ForeignState.Approved,
            Score: c.Items("likes").Count() is > 0 and var likes ? likes : null
        );
}
