using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using ThreadStore.Kernel;

namespace ThreadStore.Face;

/// <summary>The first page of a discussion for whoever runs no script, with JSON-LD for search engines.</summary>
/// <param name="Url">The article's page, where it is known.</param>
/// <param name="Next">The address of the next page; null: this is the last.</param>
/// <param name="Language">BCP 47, of what people write on the site; null: its settings do not say.</param>
sealed partial record ThreadHtml(
    string Site,
    string ArticleKey,
    string Title,
    string? Url,
    string? Author,
    DateTimeOffset PublishedAt,
    int Count,
    ThreadHtml.Replies Page,
    string? Next,
    PageWords Words,
    string? Language
)
{
    /// <summary>From …/v1/sites/{site}/articles/{key}/, also where the server is below a path.</summary>
    const string Root = "../../../../../";

    // in the page, since it may come from any cache: what runs is our own, and speaks to us alone
    const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

    /// <summary>For the header: a policy in the page can't say who may have it in a frame.</summary>
    /// <param name="framedBy">The origins that may; none: nobody.</param>
    public static string PolicyOf(IReadOnlyList<string> framedBy) =>
        $"{Policy}; {ServeFace.Ancestors(framedBy)}";

    /// <summary>What is read here of a page that the API would send.</summary>
    public sealed record Replies(IReadOnlyList<Shown> Items, string? NextCursor);

    public sealed record Writer(string Name);

    public sealed record Shown(
        Guid Id,
        Writer? Author,
        string? Html,
        string? RemovedBy,
        DateTimeOffset CreatedAt,
        int ReplyCount,
        Replies Replies
    );

    /// <summary>As the API's description shows it.</summary>
    public static string Example =>
        new ThreadHtml(
            "gazette",
            "bread",
            "Bread prices rise again",
            "https://news.example/bread",
            "Ada",
            new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero),
            0,
            new([], null),
            null,
            PageWords.Of(PageLanguage.En, null),
            "en"
        ).Write();

    public string Write() =>
        Html.Of(
                $"""
                <!doctype html>
                <html lang="{Words.Tag}" dir="{Words.Direction}">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta http-equiv="Content-Security-Policy" content="{Policy}">
                <title>{Title}</title>
                <link rel="icon" href="data:,">
                <script type="application/ld+json">{Data()}</script>
                <script type="module" src="{Root}embed.js"></script>
                </head>
                <body>
                <h1{Spoken()}>{Headline()}</h1>
                <thread-store site="{Site}" article="{ArticleKey}">
                <p>{Words.Count(Count)}</p>
                {List(Page)}
                {More()}
                </thread-store>
                </body>
                </html>

                """
            )
            .ToString();

    Html Headline() => Url is null ? Html.Of($"{Title}") : Html.Of($"""<a href="{Url}">{Title}</a>""");

    Html More() =>
        Next is null
            ? Html.Nothing
            : Html.Of($"""<p><a rel="next" href="{Next}">{Words.MoreComments}</a></p>""");

    Html List(Replies page) =>
        page.Items.Count == 0 ? Html.Nothing : Html.Of($"<ol>{Html.Join(page.Items.Select(Item))}</ol>");

    Html Item(Shown c) =>
        Html.Of(
            $"""<li><article id="comment-{c.Id}">{Head(c)}{Body(c)}</article>{List(c.Replies)}{Rest(c)}</li>"""
        );

    Html Head(Shown c) =>
        c.Author is { } author
            ? Html.Of(
                $"""<p><strong dir="auto">{author.Name}</strong> <time datetime="{Json.Format(c.CreatedAt)}">{c.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", null)} UTC</time></p>"""
            )
            : Html.Of($"<p>{Removed(c)}</p>");

    string Removed(Shown c) =>
        c.RemovedBy switch
        {
            "author" => Words.ByAuthor,
            "rule" => Words.ByRule,
            _ => Words.ByModerator,
        };

    Html Body(Shown c) =>
        c.Html is { } html
            ? Html.Of($"""<div dir="auto"{Spoken()}>{Html.Trusted(html)}</div>""")
            : Html.Nothing;

    /// <summary>
    /// The page's own words are in one language, what people wrote in that of the site. Where its settings name none, nobody
    /// knows, and HTML says so by an empty tag: else English would be read out of every language.
    /// </summary>
    Html Spoken() => Language == Words.Tag ? Html.Nothing : Html.Of($" lang=\"{Language}\"");

    /// <summary>How many there are that the page has no room for.</summary>
    Html Rest(Shown c) =>
        c.Replies.NextCursor is null
            ? Html.Nothing
            : Html.Of($"<p>{Words.MoreReplies} ({Math.Max(1, c.ReplyCount - c.Replies.Items.Count)})</p>");

    /// <summary>As schema.org says it; the serializer escapes what would end the element.</summary>
    Html Data() =>
        Html.Trusted(
            JsonSerializer.Serialize(
                new Dictionary<string, object?>
                {
                    ["@context"] = "https://schema.org",
                    ["@type"] = "DiscussionForumPosting",
                    ["headline"] = Title,
                    ["url"] = Url,
                    ["datePublished"] = Json.Format(PublishedAt),
                    ["author"] = Author is null ? null : Person(Author),
                    ["commentCount"] = Count,
                    ["comment"] = Comments(Page),
                }
                    .Where(m => m.Value is not null)
                    .ToDictionary()
            )
        );

    List<Dictionary<string, object>> Comments(Replies page) =>
        [.. page.Items.Where(c => c.Html is not null && c.Author is not null).Select(Comment)];

    Dictionary<string, object> Comment(Shown c)
    {
        var said = new Dictionary<string, object>
        {
            ["@type"] = "Comment",
            ["text"] = Text(c.Html!),
            ["dateCreated"] = Json.Format(c.CreatedAt),
            ["author"] = Person(c.Author!.Name),
        };
        if (Url is not null)
            said["url"] = $"{Url.Split('#')[0]}#comment-{c.Id}";
        if (Comments(c.Replies) is { Count: > 0 } replies)
            said["comment"] = replies;
        return said;
    }

    static Dictionary<string, object> Person(string name) => new() { ["@type"] = "Person", ["name"] = name };

    /// <summary>The words alone.</summary>
    static string Text(string html) => WebUtility.HtmlDecode(Tag().Replace(html, " ")).Trim();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
