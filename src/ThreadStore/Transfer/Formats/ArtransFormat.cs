using System.Text.Json;
using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>Artalk's interchange format, by which Waline, Twikoo, Valine and Typecho leave: one JSON array of comments.</summary>
public sealed class ArtransFormat : IForeignFormat
{
    public string Name => "artrans";

    public bool Fits(FileHead head) => head.IsObject == false && head.ItemHas("page_key");

    public IEnumerable<ForeignRecord> Read(Stream file, FileHead head) =>
        ForeignFormats.ReadJson(new(file, inRow: false), c => (Lost.Comment, c.Some("id")), Read);

    static IEnumerable<ForeignRecord> Read(JsonElement c)
    {
        var id = Fields.Id(c.Text("id"));
        var page = c.Some("page_key") ?? throw new UnreadableException("no-article", "it names no page.");
        yield return new ForeignArticle(
            page,
            page,
            c.Some("page_url") ?? page,
            c.Some("page_title"),
            IsImplied: true
        );
        var body = Fields.Body(c.Text("content"));
        var (up, down) = (c.Number("vote_up"), c.Number("vote_down"));
        yield return new ForeignComment(
            id,
            Fields.SomeBut(c.Text("rid"), "0"),
            page,
            new(null, c.Some("email"), c.Some("nick")),
            body,
            ForeignFormats.Sniff(body) == BodyFormat.Html ? BodyFormat.HtmlLines : BodyFormat.Markdown,
            c.Time("created_at"),
            c.Flag("is_pending") ? ForeignState.Pending : ForeignState.Approved,
            Score: up is null && down is null ? null : (up ?? 0) - (down ?? 0),
            IsFeatured: c.Flag("is_pinned")
        );
    }
}
