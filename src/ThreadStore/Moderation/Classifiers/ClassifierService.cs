using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using ThreadStore.Comments;
using ThreadStore.Deliveries;
using ThreadStore.Sites;

namespace ThreadStore.Moderation.Classifiers;

/// <summary>What a service says of a comment, in the words of a verdict.</summary>
/// <param name="Labels">What it found, in the service's own words.</param>
public sealed record Opinion(string Classifier, double Score, bool Holds, IReadOnlyList<string> Labels)
{
    public JudgeComment On(int version) =>
        new(
            Classifier,
            version,
            Math.Clamp(Score, 0, 1),
            Holds ? VerdictAction.Hold : null,
            [.. Labels.Where(l => l.Length is > 0 and <= JudgeComment.MaxLength).Take(JudgeComment.MaxLabels)]
        );
}

/// <summary>A service that sites may have, which is asked, and answers, in its own way. It never publishes nor rejects: what it
/// objects to is held for a moderator.</summary>
public abstract class ClassifierService
{
    static readonly Dictionary<string, ClassifierService> All = new()
    {
        [Classifier.OpenAiModeration] = new OpenAiModeration(),
        [Classifier.Akismet] = new Akismet(),
    };

    /// <summary>Null: it understands ours.</summary>
    public static ClassifierService? Of(string kind) => All.GetValueOrDefault(kind);

    /// <summary>What it can't be asked without, in words for administrators; null: nothing is missing.</summary>
    public virtual string? Refuse(Classifier classifier, AskedComment comment) => null;

    public abstract HttpRequestMessage Request(Classifier classifier, AskedComment comment);

    /// <param name="answer">With a status of success.</param>
    /// <returns>Null: it is none of the answers that the service documents.</returns>
    public abstract Opinion? Read(PostAnswer answer);

    /// <summary>Something that is set in the address's query, and is not sent there.</summary>
    protected static string? Setting(Classifier classifier, string name) =>
        QueryHelpers.ParseQuery(new Uri(classifier.Url).Query).TryGetValue(name, out var values)
            ? values.LastOrDefault(v => !string.IsNullOrEmpty(v))
            : null;

    /// <summary>The address without such settings.</summary>
    protected static Uri Address(Classifier classifier, params ReadOnlySpan<string> settings)
    {
        var uri = new Uri(classifier.Url);
        var rest = QueryHelpers.ParseQuery(uri.Query);
        foreach (var setting in settings)
            rest.Remove(setting);
        return new(QueryHelpers.AddQueryString(uri.GetLeftPart(UriPartial.Path), rest));
    }
}

/// <summary>What services are told of a comment: no key of a person, no address, and a name to those alone who want it.</summary>
/// <param name="Text">As it was written, in Markdown.</param>
/// <param name="Shown">As readers see it, without markup.</param>
/// <param name="Page">Of the article; null: it is not known.</param>
/// <param name="Origin">Of the site's pages; null: it is not known.</param>
public sealed record AskedComment(
    int Version,
    string Text,
    string Shown,
    string AuthorName,
    string WrittenAt,
    bool IsReply,
    bool IsEdit,
    string? Page,
    string? Origin
)
{
    /// <param name="json">What a classifier is sent that understands ours.</param>
    public static AskedComment Read(ReadOnlySpan<byte> json, SiteSettings site)
    {
        var comment = JsonSerializer.Deserialize<JsonElement>(json);
        var text = comment.GetProperty("body").GetString() ?? "";
        var shown = ShownText.Of(comment.GetProperty("html").GetString() ?? "", 2 * text.Length + 64).Trim();
        var page = comment.GetProperty("context").GetProperty("article").GetProperty("url").GetString();
        return new(
            comment.GetProperty("version").GetInt32(),
            text,
            shown.Length == 0 ? text : shown,
            comment.GetProperty("author").GetProperty("name").GetString() ?? "",
            (
                comment.GetProperty("editedAt") is { ValueKind: JsonValueKind.String } edited
                    ? edited
                    : comment.GetProperty("createdAt")
            ).GetString()!,
            comment.GetProperty("parentId").ValueKind == JsonValueKind.String,
            comment.GetProperty("event").GetString() == "comment-edited",
            page,
            Uri.TryCreate(page, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                    ? uri.GetLeftPart(UriPartial.Authority)
                : site.AllowedOrigins is [var first, ..] ? first
                : null
        );
    }
}
