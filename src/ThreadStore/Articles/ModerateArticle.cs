using ThreadStore.Http;
using ThreadStore.Sites;
using ThreadStore.Storage;
using Wolverine.Http;

namespace ThreadStore.Articles;

/// <summary>Sets how an article is moderated.</summary>
/// <param name="Mode"><c>pre</c>: every comment is held; <c>post</c>: none is for this; null: as the site's settings say.</param>
public sealed record ModerateArticle(ModerationMode? Mode);

public static class ModerateArticleEndpoint
{
    /// <summary>Sets how an article is moderated, whatever the site's settings say; null: as they say.</summary>
    /// <returns>200 the article; the same again: no event; 404 article-not-found; 503 busy, unavailable.</returns>
    [Operation("setArticleModeration"), Answers(typeof(ArticleView))]
    [WolverinePut("/v1/sites/{site}/articles/{articleKey}/moderation"), Roles(Role.Moderator)]
    public static Task<IResult> Put(
        string site,
        string articleKey,
        [Body] ModerateArticle command,
        Caller caller,
        Switchboard board,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        board.SwitchAsync(
            site,
            articleKey,
            caller,
            now,
            a =>
                a.Moderation == command.Mode
                    ? null
                    : new ArticleModerationSet(articleKey, command.Mode, caller.Key, now.ToMicroseconds()),
            ct
        );
}
