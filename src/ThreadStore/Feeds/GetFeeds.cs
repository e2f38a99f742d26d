using ThreadStore.Http;
using ThreadStore.Http.Hot;
using ThreadStore.Kernel;
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
        ReadReplicas replicas,
        CancellationToken ct
    ) => ArticleAsync(site, articleKey, FeedForm.Atom, http, pages, replicas, ct);

    /// <summary>The newest 50 published comments on an article, as JSON Feed.</summary>
    /// <returns>200 the feed; 304; 404 article-not-found.</returns>
    [Operation("getArticleJsonFeed"), Answers(typeof(JsonFeed), ContentType = JsonFeed.ContentType)]
    [WolverineGet("/v1/sites/{site}/articles/{articleKey}/comments.json"), Public]
    public static Task<IResult> OfArticleAsJson(
        string site,
        string articleKey,
        HttpContext http,
        HotPages pages,
        ReadReplicas replicas,
        CancellationToken ct
    ) => ArticleAsync(site, articleKey, FeedForm.Json, http, pages, replicas, ct);

    /// <summary>The newest 50 published comments of a site, as Atom.</summary>
    /// <returns>200 the feed; 304.</returns>
    [Operation("getSiteAtom"), Answers(typeof(string), ContentType = AtomFeed.ContentType)]
    [WolverineGet("/v1/sites/{site}/comments.atom"), Public]
    public static Task<IResult> OfSite(
        string site,
        HttpContext http,
        ReadReplicas replicas,
        CancellationToken ct
    ) => AnswerAsync(FeedQuery.OfSite(site), FeedForm.Atom, http, replicas, ct);

    /// <summary>The newest 50 published comments of a site, as JSON Feed.</summary>
    /// <returns>200 the feed; 304.</returns>
    [Operation("getSiteJsonFeed"), Answers(typeof(JsonFeed), ContentType = JsonFeed.ContentType)]
    [WolverineGet("/v1/sites/{site}/comments.json"), Public]
    public static Task<IResult> OfSiteAsJson(
        string site,
        HttpContext http,
        ReadReplicas replicas,
        CancellationToken ct
    ) => AnswerAsync(FeedQuery.OfSite(site), FeedForm.Json, http, replicas, ct);

    /// <summary>The newest 50 published comments of a commenter, as Atom.</summary>
    /// <returns>200 the feed; 304; 404 commenter-not-found.</returns>
    [Operation("getCommenterAtom"), Answers(typeof(string), ContentType = AtomFeed.ContentType)]
    [WolverineGet("/v1/sites/{site}/commenters/{commenterKey}/comments.atom"), Public]
    public static Task<IResult> OfCommenter(
        string site,
        string commenterKey,
        HttpContext http,
        ReadReplicas replicas,
        CancellationToken ct
    ) => AnswerAsync(FeedQuery.OfCommenter(site, commenterKey), FeedForm.Atom, http, replicas, ct);

    /// <summary>The newest 50 published comments of a commenter, as JSON Feed.</summary>
    /// <returns>200 the feed; 304; 404 commenter-not-found.</returns>
    [Operation("getCommenterJsonFeed"), Answers(typeof(JsonFeed), ContentType = JsonFeed.ContentType)]
    [WolverineGet("/v1/sites/{site}/commenters/{commenterKey}/comments.json"), Public]
    public static Task<IResult> OfCommenterAsJson(
        string site,
        string commenterKey,
        HttpContext http,
        ReadReplicas replicas,
        CancellationToken ct
    ) => AnswerAsync(FeedQuery.OfCommenter(site, commenterKey), FeedForm.Json, http, replicas, ct);

    /// <summary>Kept like a page of the article: it changes when the article does.</summary>
    static async Task<IResult> ArticleAsync(
        string site,
        string articleKey,
        FeedForm form,
        HttpContext http,
        HotPages pages,
        ReadReplicas replicas,
        CancellationToken ct
    )
    {
        var reading = ServeHotPages.Begin(http, pages, ServeHotPages.OfFeeds);
        var answered = await AnswerAsync(FeedQuery.OfArticle(site, articleKey), form, http, replicas, ct);
        if (reading is not null && answered is Answer { Position: { } position } answer)
            pages.Keep(
                reading,
                [StreamId.Article(site, articleKey)],
                position,
                answer.Json.ToArray(),
                answer.ETag,
                form.ContentType
            );
        return answered;
    }

    static async Task<IResult> AnswerAsync(
        FeedQuery query,
        FeedForm form,
        HttpContext http,
        ReadReplicas replicas,
        CancellationToken ct
    )
    {
        var (feed, position) = await query.ReadAsync(await replicas.ForAsync(http), ct);
        return feed is null
            ? query.Absent
            : new Answer(form.Write(feed), Position: position) { ContentType = form.ContentType };
    }
}
