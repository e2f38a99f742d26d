using System.Globalization;
using System.Text;
using System.Xml;
using ThreadStore.Comments;
using XmlText = ThreadStore.Kernel.XmlText;

namespace ThreadStore.Transfer;

/// <summary>
/// Writes WXR 1.2, which WordPress, Disqus, Remark42 and Isso read. Nobody is a user of the system that reads it: their
/// numbers would be those of others there.
/// </summary>
public sealed class WordPressWriter : ExportedThreads.IWriter
{
    const string Wp = "http://wordpress.org/export/1.2/";
    const string Content = "http://purl.org/rss/1.0/modules/content/";
    const string Creator = "http://purl.org/dc/elements/1.1/";

    readonly Stream output;
    readonly XmlWriter xml;
    bool inItem;

    public WordPressWriter(Stream output, string site)
    {
        this.output = output;
        xml = XmlWriter.Create(
            output,
            new()
            {
                Async = true,
                Indent = true,
                Encoding = new UTF8Encoding(false),
                // what may not stand in XML is left out by XmlText
                CheckCharacters = false,
            }
        );
        xml.WriteStartDocument();
        xml.WriteStartElement("rss");
        xml.WriteAttributeString("version", "2.0");
        xml.WriteAttributeString("xmlns", "content", null, Content);
        xml.WriteAttributeString("xmlns", "dc", null, Creator);
        xml.WriteAttributeString("xmlns", "wp", null, Wp);
        xml.WriteStartElement("channel");
        xml.WriteElementString("title", site);
        xml.WriteElementString("wxr_version", Wp, "1.2");
    }

    public async Task WriteAsync(ExportedArticle article)
    {
        EndItem();
        xml.WriteStartElement("item");
        inItem = true;
        xml.WriteElementString("title", XmlText.Clean(article.Title));
        xml.WriteElementString("link", XmlText.Clean(article.Url ?? ""));
        // Disqus, Isso and Remark42 tell pages apart by it
        xml.WriteStartElement("guid");
        xml.WriteAttributeString("isPermaLink", "false");
        xml.WriteString(XmlText.Clean(article.Key));
        xml.WriteEndElement();
        xml.WriteElementString("encoded", Content, "");
        xml.WriteElementString("creator", Creator, "");
        Element("post_id", Number(article.Number));
        Element("post_date", Time(article.Dated));
        Element("post_date_gmt", Time(article.Dated));
        Element("comment_status", article.IsClosed ? "closed" : "open");
        Element("ping_status", "closed");
        Element("post_name", Number(article.Number));
        Element("status", article.IsWithdrawn ? "private" : "publish");
        Element("post_parent", "0");
        Element("menu_order", "0");
        Element("post_type", "post");
        await xml.FlushAsync();
    }

    public Task WriteAsync(ExportedArticle article, ExportedComment comment)
    {
        xml.WriteStartElement("comment", Wp);
        Element("comment_id", Number(comment.Number));
        Element("comment_author", XmlText.Clean(comment.Author.Name));
        Element("comment_author_email", "");
        Element("comment_author_url", "");
        Element("comment_author_IP", "");
        Element("comment_date", Time(comment.PostedAt));
        Element("comment_date_gmt", Time(comment.PostedAt));
        xml.WriteStartElement("comment_content", Wp);
        // escaped rather than in a section, which would end where the text says so
        xml.WriteString(XmlText.Clean(comment.Html));
        xml.WriteEndElement();
        Element(
            "comment_approved",
            comment.State switch
            {
                CommentState.Published => "1",
                CommentState.Pending => "0",
                CommentState.Rejected => "spam",
                _ => "trash",
            }
        );
        Element("comment_type", "comment");
        Element("comment_parent", Number(comment.Parent ?? 0));
        Element("comment_user_id", "0");
        xml.WriteEndElement();
        return Task.CompletedTask;
    }

    public async Task EndAsync()
    {
        EndItem();
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndDocument();
        await xml.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await xml.DisposeAsync();
        await output.DisposeAsync();
    }

    void EndItem()
    {
        if (inItem)
            xml.WriteEndElement();
        inItem = false;
    }

    void Element(string name, string value) => xml.WriteElementString(name, Wp, value);

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
