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

    public IEnumerable<ForeignRecord> Read(Stream file, FileHead head) =>
        ForeignFormats.ReadJson(
            new(file, inRow: true, MaxArticle),
            r => (IsPerson(r) ? Lost.Commenter : Lost.Article, r.Some("id")),
            r =>
                IsPerson(r)
                    ? [Person(r)]
                    :
                    [
                        .. ForeignFormats.Guard(0, Lost.Article, r.Some("id"), () => [Article(r)]),
                        .. Comments(r),
                    ]
        );

    static bool IsPerson(JsonElement record) => record.Has("display_name") && !record.Has("source");

    static IEnumerable<ForeignRecord> Comments(JsonElement article) =>
        ForeignFormats.Guard(
            0,
            Lost.Comment,
            article.Some("id"),
            () =>
                article
                    .Records("comments")
                    .SelectMany(c =>
                        ForeignFormats.Guard(
                            0,
                            Lost.Comment,
                            c.Some("id"),
                            () => [Comment(c, article.Some("id") ?? "")]
                        )
                    )
        );

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
            a.AnyTime("created"),
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
