using Npgsql;
using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;
using Wolverine.Http;

namespace ThreadStore.Articles;

/// <summary>What is switched on and off about an article: its discussion, and whether readers see it at all.</summary>
public static class ChangeArticleEndpoints
{
    /// <summary>Closes an article's discussion: nobody may comment any more.</summary>
    /// <returns>200 the article, closed; again: no event; 404 article-not-found; 503 busy, unavailable.</returns>
    [Operation("closeDiscussion"), Answers(typeof(ArticleView))]
    [
        WolverinePost("/v1/sites/{site}/articles/{articleKey}/discussion/close"),
        Roles(Role.Moderator | Role.Service)
    ]
    public static Task<IResult> Close(
        string site,
        string articleKey,
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
            (a, _) => a.IsClosed ? null : new DiscussionClosed(articleKey, caller.Key, now.ToMicroseconds()),
            ct
        );

    /// <summary>Opens an article's discussion again; one that had ended by itself ends no more by itself.</summary>
    /// <returns>200 the article, open; again: no event; 404 article-not-found; 503 busy, unavailable.</returns>
    [Operation("openDiscussion"), Answers(typeof(ArticleView))]
    [
        WolverinePost("/v1/sites/{site}/articles/{articleKey}/discussion/open"),
        Roles(Role.Moderator | Role.Service)
    ]
    public static Task<IResult> Open(
        string site,
        string articleKey,
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
            (a, settings) =>
                a.TakesComments(settings, now)
                    ? null
                    : new DiscussionOpened(articleKey, caller.Key, now.ToMicroseconds()),
            ct
        );

    /// <summary>Takes an article and its thread away from readers.</summary>
    /// <returns>200 the article, gone for readers; again: no event; 404 article-not-found; 503 busy, unavailable.</returns>
    [Operation("withdrawArticle"), Answers(typeof(ArticleView))]
    [WolverinePost("/v1/sites/{site}/articles/{articleKey}/withdraw"), Roles(Role.Service)]
    public static Task<IResult> Withdraw(
        string site,
        string articleKey,
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
            (a, _) =>
                a.IsWithdrawn ? null : new ArticleWithdrawn(articleKey, caller.Key, now.ToMicroseconds()),
            ct
        );

    /// <summary>Gives a withdrawn article and its thread back to readers.</summary>
    /// <returns>200 the article, back for readers; again: no event; 404 article-not-found; 503 busy, unavailable.</returns>
    [Operation("publishArticle"), Answers(typeof(ArticleView))]
    [WolverinePost("/v1/sites/{site}/articles/{articleKey}/publish"), Roles(Role.Service)]
    public static Task<IResult> Publish(
        string site,
        string articleKey,
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
            (a, _) =>
                a.IsWithdrawn ? new ArticlePublished(articleKey, caller.Key, now.ToMicroseconds()) : null,
            ct
        );
}

/// <summary>Appends what a switch does to an article, if anything, and answers with the article.</summary>
public sealed class Switchboard(Appender appender, NpgsqlDataSource database)
{
    public async Task<IResult> SwitchAsync(
        string site,
        string key,
        Caller caller,
        DateTimeOffset now,
        Func<Article, SiteSettings, object?> decide,
        CancellationToken ct
    )
    {
        var receipt = await appender.AppendAsync(new Switching(site, key, caller, decide), ct);
        return Problem.Of(receipt.Refusal)
            ?? await ArticleReader.AnswerAsync(
                database,
                site,
                key,
                caller,
                now,
                ct,
                isWrite: true,
                receipt.Position
            );
    }
}

/// <summary>What a switch does to an article.</summary>
/// <param name="Event">Null: it is so already.</param>
sealed record Switching(string Site, string Key, Caller Caller, Func<Article, SiteSettings, object?> Event)
    : ISubmission<bool>
{
    Guid Id { get; } = StreamId.Article(Site, Key);

    public void Need(WorkingSet set) => set.Articles.Want(Site, Id);

    public Decision Decide(WorkingSet known) =>
        known.Articles[Site, Id] is not { IsHere: true } article
        || (article.IsWithdrawn && !Caller.Is(Role.Moderator | Role.Service))
            ? Refusal.ArticleNotFound(Key)
        : Event(article, known.Sites.Require(Site, Guid.Empty).Settings) is { } e
            ? Decision.Append(new StreamEvent(Id, e))
        : Decision.Nothing;

    public bool Answer(WorkingSet known, Decision decision) => true;
}
