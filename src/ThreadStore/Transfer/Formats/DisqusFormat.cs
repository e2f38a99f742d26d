using System.Xml;
using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>Disqus' XML export: all threads, then all posts.</summary>
public sealed class DisqusFormat : IForeignFormat
{
    static readonly HashSet<string> OfThread = ["@id", "link", "title", "createdAt", "isClosed", "isDeleted"];
    static readonly HashSet<string> OfPost =
    [
        "@id",
        "id",
        "message",
        "createdAt",
        "isDeleted",
        "isSpam",
        "author/",
        "author/email",
        "author/name",
        "author/username",
        "thread@id",
        "parent@id",
    ];

    public string Name => "disqus";

    public bool Fits(FileHead head) => head.IsXml && head.Text.Contains("<disqus", StringComparison.Ordinal);

    public IEnumerable<ForeignRecord> Read(Stream file, FileHead head) =>
        ForeignFormats.ReadXml(file, Records);

    static IEnumerable<ForeignRecord> Records(XmlReader xml)
    {
        xml.MoveToContent();
        if (xml.LocalName != "disqus")
            throw new XmlException("It is no export of Disqus.", null, (int)XmlRecord.LineOf(xml), 1);
        xml.Read();
        while (!xml.EOF)
        {
            if (xml.NodeType != XmlNodeType.Element)
                xml.Read();
            else if (xml.LocalName == "thread")
            {
                var record = XmlRecord.Read(xml, OfThread);
                foreach (
                    var read in ForeignFormats.Guard(
                        record.Line,
                        Lost.Article,
                        record["@id"],
                        () => [Thread(record)]
                    )
                )
                    yield return read;
            }
            else if (xml.LocalName == "post")
            {
                var record = XmlRecord.Read(xml, OfPost);
                var id = record["@id"] ?? record["id"];
                foreach (
                    var read in ForeignFormats.Guard(record.Line, Lost.Comment, id, () => [Post(record, id)])
                )
                    yield return read;
            }
            else
                xml.Skip();
        }
    }

    static ForeignArticle Thread(XmlRecord t)
    {
        var id = Fields.Id(t["@id"]);
        return new(
            id,
            id,
            t["link"],
            t["title"],
            Fields.AnyTime(t["createdAt"]),
            t["isClosed"] == "true",
            t["isDeleted"] == "true"
        );
    }

    static ForeignComment Post(XmlRecord p, string? id)
    {
        if (p.IsTooLarge)
            throw new UnreadableException("too-large", "it has a text of more than 1 MiB.");
        var isDeleted = p["isDeleted"] == "true";
        return new(
            Fields.Id(id),
            p["parent@id"],
            p["thread@id"] ?? throw new UnreadableException("no-article", "it names no thread."),
            new(p["author/username"], p["author/email"], p["author/name"]),
            Fields.Body(p.Raw("message")),
            BodyFormat.Html,
            Fields.Time(p["createdAt"]),
            isDeleted ? ForeignState.Deleted
                : p["isSpam"] == "true" ? ForeignState.Rejected
                : ForeignState.Approved,
            isDeleted ? null
                : p["isSpam"] == "true" ? "spam"
                : null
        );
    }
}
