using System.ComponentModel.DataAnnotations;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Articles;

/// <summary>Gives an article another key.</summary>
/// <param name="Key">The new key; an old one of its own, too.</param>
public sealed record RenameArticle([property: MinLength(1), MaxLength(Keys.MaxLength)] string Key);

public static class RenameArticleEndpoint
{
    /// <summary>Gives an article another key.</summary>
    /// <remarks>All that it was goes on under that. The old key stays the article's: whatever is asked or written under it
    /// is answered with 308 and the new address. In the moderators' log, where it can be taken back while nothing was
    /// written on the article since.</remarks>
    /// <returns>200 the article under its new key; again: no event; 400 validation; 404 article-not-found; 409 article-exists;
    /// 413; 422 idempotency-conflict; 503 busy, unavailable.</returns>
    [Operation("renameArticle"), Answers(typeof(ArticleView))]
    [WolverinePost("/v1/sites/{site}/articles/{articleKey}/rename"), Roles(Role.Service)]
    public static async Task<IResult> Post(
        string site,
        string articleKey,
        [Body] RenameArticle command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (Keys.Fault(command.Key) is { } fault)
            return Problem.Validation("key", fault);
        var request = key.Of(caller, command);
        var renaming = new Renaming(
            site,
            articleKey,
            command.Key,
            request?.Id ?? Guid.CreateVersion7(now),
            caller.Key,
            now.ToMicroseconds()
        );
        var receipt = await appender.AppendAsync(renaming, request, ct);
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        // whoever repeats it later is shown the article as it is called by then
        var known = await MovedArticle.KeyNowAsync(database, site, command.Key, ct) ?? command.Key;
        return await ArticleReader.AnswerAsync(
            database,
            site,
            known,
            caller,
            now,
            ct,
            isWrite: true,
            receipt.Position
        );
    }
}

/// <summary>The command with all that it came with.</summary>
/// <param name="DecisionId">Made where the command came in.</param>
public sealed record Renaming(
    string Site,
    string Key,
    string NewKey,
    Guid DecisionId,
    string By,
    DateTimeOffset Now
) : ISubmission<bool>
{
    Guid Id { get; } = StreamId.Article(Site, Key);
    Guid NewId { get; } = StreamId.Article(Site, NewKey);

    public void Need(WorkingSet set)
    {
        set.WantFamily(Site, Key);
        set.WantFamily(Site, NewKey);
        set.WantContent(Site, Id);
    }

    public Decision Decide(WorkingSet known)
    {
        var taken = known.Articles[Site, NewId];
        var root = known.Root(Site, NewId);
        if (known.Articles[Site, Id] is not { } article || known.Root(Site, Id) is not { } now)
            return Refusal.ArticleNotFound(Key);
        if (now.Id == NewId)
            return Decision.Nothing;
        if (!article.IsHere)
            return Refusal.ArticleNotFound(Key);
        if (root is not null && root.Id != Id)
            return ArticleExists(NewKey);
        var renamed = new ArticleRenamed(
            NewKey,
            Key,
            DecisionId,
            known.Contents[(Site, Id)] ?? throw new InvalidOperationException("An article without content."),
            article.Urls,
            article.RegisteredAt,
            article.IsWithdrawn,
            article.IsClosed,
            article.OpenedAt,
            article.Moderation,
            WasItsOwn: root is not null,
            By,
            Now,
            article.SlowModeSeconds
        );
        return Decision.Append(
            taken is null ? StreamEvent.First<Article>(NewId, renamed) : new StreamEvent(NewId, renamed)
        );
    }

    static Refusal ArticleExists(string key) =>
        new("article-exists", $"The key '{key}' is another article's, or led to one: choose another.");

    public bool Answer(WorkingSet known, Decision decision) => true;
}
