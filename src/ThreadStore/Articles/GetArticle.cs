using ThreadStore.Http;
using Wolverine.Http;

namespace ThreadStore.Articles;

public static class GetArticleEndpoint
{
    /// <summary>An article: what is discussed, and by which rules.</summary>
    /// <returns>200 the article; 304; 404 article-not-found.</returns>
    [Operation("getArticle"), Answers(typeof(ArticleView))]
    [WolverineGet("/v1/sites/{site}/articles/{articleKey}"), Public]
    public static async Task<IResult> Get(
        string site,
        string articleKey,
        Caller? caller,
        HttpContext http,
        ReadReplicas replicas,
        DateTimeOffset now,
        CancellationToken ct
    ) => await ArticleReader.AnswerAsync(await replicas.ForAsync(http), site, articleKey, caller, now, ct);
}
