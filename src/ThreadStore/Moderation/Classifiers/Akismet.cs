using System.Text;
using ThreadStore.Deliveries;
using ThreadStore.Sites;

namespace ThreadStore.Moderation.Classifiers;

/// <summary>
/// Akismet, which says whether a comment is spam. It wants to know much: it is sent the text, the author's name, the
/// article's address and the time, and no address of a person, since none is stored.
/// </summary>
/// <remarks>After its documentation of <c>comment-check</c>, as of 2026. It scores nothing, so scores are ours.</remarks>
public sealed class Akismet : ClassifierService
{
    /// <summary>It must have an address of the writer: this one is nobody's, and known as such.</summary>
    const string Nobody = "127.0.0.1";

    const double Spam = 0.9;

    /// <summary>So sure that others throw it away unseen.</summary>
    const double BlatantSpam = 1;

    /// <summary>Of the site, as its key is registered for it: from the address (<c>?blog=https://news.example</c>), or else where
    /// the article is, or the first of <c>allowedOrigins</c>.</summary>
    static string? Blog(Classifier classifier, AskedComment comment) =>
        Setting(classifier, "blog") ?? comment.Origin;

    public override string? Refuse(Classifier classifier, AskedComment comment) =>
        Blog(classifier, comment) is null
            ? "the site's own address is not known: give it in the classifier's url, as in ?blog=https://news.example"
            : null;

    public override HttpRequestMessage Request(Classifier classifier, AskedComment comment)
    {
        var form = new Dictionary<string, string>
        {
            ["api_key"] = classifier.Secret,
            ["blog"] = Blog(classifier, comment) ?? "",
            ["blog_charset"] = "UTF-8",
            ["user_ip"] = Nobody,
            ["comment_type"] = comment.IsReply ? "reply" : "comment",
            ["comment_author"] = comment.AuthorName,
            ["comment_content"] = comment.Text,
            ["comment_date_gmt"] = comment.WrittenAt,
        };
        if (comment.Page is { } page)
            form["permalink"] = page;
        if (comment.IsEdit)
            form["recheck_reason"] = "edit";
        return new(HttpMethod.Post, Address(classifier, "blog"))
        {
            Content = new FormUrlEncodedContent(form),
        };
    }

    public override Opinion? Read(PostAnswer answer) =>
        Encoding.UTF8.GetString(answer.Body).Trim() switch
        {
            "false" => new(Classifier.Akismet, 0, Holds: false, []),
            "true" when IsBlatant(answer) => new(
                Classifier.Akismet,
                BlatantSpam,
                Holds: true,
                ["spam", "blatant"]
            ),
            "true" => new(Classifier.Akismet, Spam, Holds: true, ["spam"]),
            // "invalid": its key, or what it was sent
            _ => null,
        };

    static bool IsBlatant(PostAnswer answer) =>
        answer.Headers.TryGetValues("X-akismet-pro-tip", out var tips) && tips.Contains("discard");
}
