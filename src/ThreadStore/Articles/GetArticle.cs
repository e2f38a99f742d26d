using Npgsql;
using ThreadStore.Http;
using Wolverine.Http;

namespace ThreadStore.Articles;

public static class GetArticleEndpoint
{
    /// <summary>An article: what is discussed, and by which rules.</summary>
    /// <returns>200 the article; 304; 404 article-not-found.</returns>
    [Operation("getArticle"), Answers(typeof(ArticleView))]
    [WolverineGet("/v1/sites/{site}/articles/{articleKey}"), Public]
    public static Task<IResult> Get(
        string site,
        string articleKey,
        Caller? caller,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    ) => ArticleReader.AnswerAsync(database, site, articleKey, caller, now, ct);
}
