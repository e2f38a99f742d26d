using Npgsql;
using ThreadStore.Http;
using ThreadStore.Storage;
using ThreadStore.Threads;
using Wolverine.Http;

namespace ThreadStore.Feeds;

public static class GetFeedsEndpoint
{
    /// <summary>The newest 50 published comments on an article, as Atom.</summary>
    /// <returns>200 the feed; 304; 404 article-not-found.</returns>
    [Operation("getArticleAtom"), Answers(typeof(string), ContentType = AtomFeed.ContentType)]
    [WolverineGet("/v1/sites/{site}/articles/{articleKey}/comments.atom"), Public]
    public static Task<IResult> OfArticle(
        string site,
        string articleKey,
        HttpContext http,
        HotPages pages,
        NpgsqlDataSource database,
        CancellationToken ct
    ) => ArticleAsync(site, articleKey, AtomFeed.Write, AtomFeed.ContentType, http, pages, database, ct);

    /// <summary>The newest 50 published comments on an article, as JSON Feed.</summary>
    /// <returns>200 the feed; 304; 404 article-not-found.</returns>
    [Operation("getArticleJsonFeed"), Answers(typeof(JsonFeed), ContentType = JsonFeed.ContentType)]
    [WolverineGet("/v1/sites/{site}/articles/{articleKey}/comments.json"), Public]
    public static Task<IResult> OfArticleAsJson(
        string site,
        string articleKey,
        HttpContext http,
        HotPages pages,
        NpgsqlDataSource database,
        CancellationToken ct
    ) => ArticleAsync(site, articleKey, JsonFeed.Write, JsonFeed.ContentType, http, pages, database, ct);

    /// <summary>The newest 50 published comments of a site, as Atom.</summary>
    /// <returns>200 the feed; 304.</returns>
    [Operation("getSiteAtom"), Answers(typeof(string), ContentType = AtomFeed.ContentType)]
    [WolverineGet("/v1/sites/{site}/comments.atom"), Public]
    public static Task<IResult> OfSite(string site, NpgsqlDataSource database, CancellationToken ct) =>
        AnswerAsync(
            FeedQuery.OfSite(site),
            AtomFeed.Write,
            AtomFeed.ContentType,
            Problem.SiteNotFound(site),
            database,
            ct
        );

    /// <summary>The newest 50 published comments of a site, as JSON Feed.</summary>
    /// <returns>200 the feed; 304.</returns>
    [Operation("getSiteJsonFeed"), Answers(typeof(JsonFeed), ContentType = JsonFeed.ContentType)]
    [WolverineGet("/v1/sites/{site}/comments.json"), Public]
    public static Task<IResult> OfSiteAsJson(string site, NpgsqlDataSource database, CancellationToken ct) =>
        AnswerAsync(
            FeedQuery.OfSite(site),
            JsonFeed.Write,
            JsonFeed.ContentType,
            Problem.SiteNotFound(site),
            database,
            ct
        );

    /// <summary>The newest 50 published comments of a commenter, as Atom.</summary>
    /// <returns>200 the feed; 304; 404 commenter-not-found.</returns>
    [Operation("getCommenterAtom"), Answers(typeof(string), ContentType = AtomFeed.ContentType)]
    [WolverineGet("/v1/sites/{site}/commenters/{commenterKey}/comments.atom"), Public]
    public static Task<IResult> OfCommenter(
        string site,
        string commenterKey,
        NpgsqlDataSource database,
        CancellationToken ct
    ) =>
        AnswerAsync(
            FeedQuery.OfCommenter(site, commenterKey),
            AtomFeed.Write,
            AtomFeed.ContentType,
            Problem.CommenterNotFound(commenterKey),
            database,
            ct
        );

    /// <summary>The newest 50 published comments of a commenter, as JSON Feed.</summary>
    /// <returns>200 the feed; 304; 404 commenter-not-found.</returns>
    [Operation("getCommenterJsonFeed"), Answers(typeof(JsonFeed), ContentType = JsonFeed.ContentType)]
    [WolverineGet("/v1/sites/{site}/commenters/{commenterKey}/comments.json"), Public]
    public static Task<IResult> OfCommenterAsJson(
        string site,
        string commenterKey,
        NpgsqlDataSource database,
        CancellationToken ct
    ) =>
        AnswerAsync(
            FeedQuery.OfCommenter(site, commenterKey),
            JsonFeed.Write,
            JsonFeed.ContentType,
            Problem.CommenterNotFound(commenterKey),
            database,
            ct
        );

    /// <summary>Kept like a page of the article: it changes when the article does.</summary>
    static async Task<IResult> ArticleAsync(
        string site,
        string articleKey,
        Func<Feed, byte[]> write,
        string contentType,
        HttpContext http,
        HotPages pages,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var reading = ServeHotPages.Begin(http, pages, ServeHotPages.OfFeeds);
        var answered = await AnswerAsync(
            FeedQuery.OfArticle(site, articleKey),
            write,
            contentType,
            Problem.ArticleNotFound(articleKey),
            database,
            ct
        );
        if (reading is not null && answered is Answer { Position: { } position } answer)
            pages.Keep(
                reading,
                [StreamId.Article(site, articleKey)],
                position,
                answer.Json.ToArray(),
                answer.ETag,
                contentType
            );
        return answered;
    }

    static async Task<IResult> AnswerAsync(
        FeedQuery query,
        Func<Feed, byte[]> write,
        string contentType,
        Problem absent,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var (feed, position) = await query.ReadAsync(database, ct);
        return feed is null
            ? absent
            : new Answer(write(feed), Position: position) { ContentType = contentType };
    }
}
