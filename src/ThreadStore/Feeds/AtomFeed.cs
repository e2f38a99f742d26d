using System.Globalization;
using System.ServiceModel.Syndication;
using System.Text;
using System.Xml;
using XmlText = ThreadStore.Kernel.XmlText;

namespace ThreadStore.Feeds;

/// <summary>
/// Atom (RFC 4287) with threads (RFC 4685): to which comment one replies, how many replies it has, and where they are.
/// Addresses of our own are relative to the feed's, so that it is the same for all who read it, by whatever name.
/// </summary>
static class AtomFeed
{
    public const string ContentType = "application/atom+xml";
    const string Threads = "http://purl.org/syndication/thread/1.0";

    public static byte[] Write(Feed feed)
    {
        var atom = new SyndicationFeed(feed.Entries.Select(e => Entry(e, feed.ToSite)))
        {
            Id = Feed.NameOf(feed.Id),
            Title = Text(feed.Title),
            LastUpdatedTime = feed.UpdatedAt,
            Language = feed.Language,
        };
        atom.AttributeExtensions[new("thr", XNamespaces)] = Threads;
        atom.Links.Add(Link("comments.atom", "self", ContentType));
        if (feed.Link is { } page)
            atom.Links.Add(Link(page, "alternate", "text/html"));
        using var bytes = new MemoryStream();
        using (
            var xml = XmlWriter.Create(
                bytes,
                // what may not stand in XML is left out by XmlText
                new() { Encoding = new UTF8Encoding(false), CheckCharacters = false }
            )
        )
            new Atom10FeedFormatter(atom).WriteTo(xml);
        return bytes.ToArray();
    }

    const string XNamespaces = "http://www.w3.org/2000/xmlns/";

    static SyndicationItem Entry(FeedEntry entry, string toSite)
    {
        var item = new SyndicationItem
        {
            Id = Feed.NameOf(entry.Id),
            Title = Text(entry.Title),
            Content = new TextSyndicationContent(XmlText.Clean(entry.Html), TextSyndicationContentKind.Html),
            PublishDate = entry.PostedAt,
            LastUpdatedTime = entry.UpdatedAt,
        };
        item.Authors.Add(new SyndicationPerson { Name = XmlText.Clean(entry.Author.Name) });
        if (entry.Link is { } link)
            item.Links.Add(Link(link, "alternate", "text/html"));
        var replies = Link($"{toSite}comments/{entry.Id}/replies", "replies", "application/json");
        var count = entry.ReplyCount.ToString(CultureInfo.InvariantCulture);
        replies.AttributeExtensions[new("count", Threads)] = count;
        item.Links.Add(replies);
        item.ElementExtensions.Add(Element("total", xml => xml.WriteString(count)));
        if (entry.ParentId is { } parent)
            item.ElementExtensions.Add(
                Element(
                    "in-reply-to",
                    xml =>
                    {
                        xml.WriteAttributeString("ref", Feed.NameOf(parent));
                        if (entry.LinkTo(parent) is not { } place)
                            return;
                        xml.WriteAttributeString("href", XmlText.Clean(place));
                        xml.WriteAttributeString("type", "text/html");
                    }
                )
            );
        return item;
    }

    static XmlReader Element(string name, Action<XmlWriter> write)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new() { OmitXmlDeclaration = true, CheckCharacters = false }))
        {
            xml.WriteStartElement("thr", name, Threads);
            write(xml);
            xml.WriteEndElement();
        }
        return XmlReader.Create(new StringReader(text.ToString()));
    }

    static TextSyndicationContent Text(string text) => new(XmlText.Clean(text));

    static SyndicationLink Link(string address, string relation, string type) =>
        new()
        {
            Uri = new Uri(XmlText.Clean(address), UriKind.RelativeOrAbsolute),
            RelationshipType = relation,
            MediaType = type,
        };
}
