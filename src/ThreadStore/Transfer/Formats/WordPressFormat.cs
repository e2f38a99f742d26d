using System.Text.RegularExpressions;
using System.Xml;
using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>WordPress' export (WXR 1.0 to 1.2): comments stand within their article.</summary>
public sealed partial class WordPressFormat : IForeignFormat
{
    static readonly HashSet<string> OfComment =
    [
        "comment_id",
        "comment_author",
        "comment_author_email",
        "comment_date",
        "comment_date_gmt",
        "comment_content",
        "comment_approved",
        "comment_type",
        "comment_parent",
        "comment_user_id",
    ];
    static readonly HashSet<string> OfItem =
    [
        "title",
        "link",
        "guid",
        "post_id",
        "post_date",
        "post_date_gmt",
        "comment_status",
        "status",
        "post_type",
    ];

    /// <summary>What WordPress keeps like an article but no reader sees as one, unless somebody commented on it.</summary>
    static readonly HashSet<string> NoArticles =
    [
        "attachment",
        "nav_menu_item",
        "revision",
        "custom_css",
        "customize_changeset",
        "oembed_cache",
        "user_request",
        "wp_block",
        "wp_template",
        "wp_template_part",
        "wp_global_styles",
        "wp_navigation",
        "wp_font_family",
        "wp_font_face",
    ];

    public string Name => "wordpress";

    public bool Fits(FileHead head) => head.IsXml && Namespace().IsMatch(head.Text);

    // the official test data say https
    [GeneratedRegex(@"[""']https?://wordpress\.org/export/1\.\d/[""']")]
    private static partial Regex Namespace();

    public IEnumerable<ForeignRecord> Read(Stream file, FileHead head) =>
        ForeignFormats.ReadXml(file, Records);

    static IEnumerable<ForeignRecord> Records(XmlReader xml)
    {
        xml.MoveToContent();
        if (xml.LocalName != "rss")
            throw new XmlException("It is no export of WordPress.", null, (int)XmlRecord.LineOf(xml), 1);
        var number = 0;
        while (!xml.EOF)
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "item")
                foreach (var record in Item(xml, $"item {++number}"))
                    yield return record;
            else
                xml.Read();
        }
    }

    /// <param name="reference">Its id may come after its comments.</param>
    static IEnumerable<ForeignRecord> Item(XmlReader xml, string reference)
    {
        var (line, depth) = (XmlRecord.LineOf(xml), xml.Depth);
        var (fields, comments) = (new Dictionary<string, string>(), 0L);
        if (xml.IsEmptyElement)
        {
            xml.Read();
            yield break;
        }
        xml.Read();
        while (xml.Depth > depth)
        {
            if (xml.NodeType != XmlNodeType.Element)
                xml.Read();
            else if (xml.LocalName == "comment" && xml.Prefix.Length > 0)
            {
                comments++;
                var record = XmlRecord.Read(xml, OfComment);
                foreach (
                    var read in ForeignFormats.Guard(
                        record.Line,
                        Lost.Comment,
                        record["comment_id"],
                        () => [Comment(record, reference)]
                    )
                )
                    yield return read;
            }
            else if (OfItem.Contains(xml.LocalName) && (xml.Prefix is "" or "wp"))
            {
                var name = xml.LocalName;
                fields.TryAdd(name, XmlRecord.TextOf(xml, out _));
            }
            else
                xml.Skip();
        }
        xml.Read();
        if (comments == 0 && (Field(fields, "post_type") is not { } type || NoArticles.Contains(type)))
            yield break;
        foreach (
            var read in ForeignFormats.Guard(
                line,
                Lost.Article,
                Field(fields, "post_id"),
                () => [Article(fields, reference)]
            )
        )
            yield return read;
    }

    static string? Field(Dictionary<string, string> fields, string name) =>
        Fields.Some(fields.GetValueOrDefault(name));

    static ForeignArticle Article(Dictionary<string, string> fields, string reference) =>
        new(
            reference,
            Fields.Id(Field(fields, "post_id") ?? Field(fields, "link") ?? Field(fields, "guid")),
            Field(fields, "link"),
            Field(fields, "title"),
            Fields.AnyTime(Field(fields, "post_date_gmt")) ?? Fields.AnyTime(Field(fields, "post_date")),
            Field(fields, "comment_status") == "closed",
            Field(fields, "status") is "private" or "trash" or "draft" or "pending" or "auto-draft"
        );

    static ForeignRecord Comment(XmlRecord c, string article)
    {
        if (c.IsTooLarge)
            throw new UnreadableException("too-large", "it has a text of more than 1 MiB.");
        if (c["comment_type"] is ("pingback" or "trackback") and var kind)
            return new ForeignSkip(kind);
        var approved = c["comment_approved"];
        return new ForeignComment(
            Fields.Id(c["comment_id"]),
            Fields.SomeBut(c["comment_parent"], "0"),
            article,
            new(Fields.SomeBut(c["comment_user_id"], "0"), c["comment_author_email"], c["comment_author"]),
            Fields.Body(c.Raw("comment_content")),
            BodyFormat.HtmlLines,
            Fields.Time(c["comment_date_gmt"]) ?? Fields.Time(c["comment_date"]),
            approved switch
            {
                "0" or "hold" => ForeignState.Pending,
                "spam" => ForeignState.Rejected,
                "trash" or "post-trashed" => ForeignState.Deleted,
                _ => ForeignState.Approved,
            },
            approved == "spam" ? "spam" : null
        );
    }
}
