using System.ComponentModel.DataAnnotations;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Articles;

/// <summary>Moves all comments of an article to another one.</summary>
/// <param name="Into">The key of the other one.</param>
public sealed record MergeArticle([property: MinLength(1), MaxLength(Keys.MaxLength)] string Into);

/// <summary>What merging moved.</summary>
/// <param name="Moved">How many comments, in whatever state.</param>
public sealed record MergedArticle(long Moved);

public static class MergeArticleEndpoint
{
    /// <summary>Moves all comments of an article to another one, to which its key leads from then on.</summary>
    /// <remarks>Replies stay below their parents; ids, times, states, reactions and flags stay as they are, and so does the
    /// other article. Whatever is asked or written under the old key is answered with 308 and the new address. In the
    /// moderators' log, where it can be taken back while nothing was written on the article since.</remarks>
    /// <returns>200 how many comments were moved; again: no event; 400 validation; 404 article-not-found; 409
    /// article-withdrawn; 413; 422 idempotency-conflict; 503 busy, unavailable.</returns>
    [Operation("mergeArticle"), Answers(typeof(MergedArticle))]
    [WolverinePost("/v1/sites/{site}/articles/{articleKey}/merge"), Roles(Role.Service)]
    public static async Task<IResult> Post(
        string site,
        string articleKey,
        [Body] MergeArticle command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (Keys.Fault(command.Into) is { } fault)
            return Problem.Validation("into", fault);
        var request = key.Of(caller, command);
        var merging = new Merging(
            site,
            articleKey,
            command.Into,
            request?.Id ?? Guid.CreateVersion7(now),
            caller.Key,
            now.ToMicroseconds()
        );
        var receipt = await appender.AppendAsync(merging, request, ct);
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        var moved = await CountAsync(database, site, articleKey, ct);
        return Answer.Of(new MergedArticle(moved)) with { Position = receipt.Position, IsPrivate = true };
    }

    /// <summary>The comments that were written under the key of an article, or under one that led to it: since it takes no
    /// more, those that were moved.</summary>
    static async Task<long> CountAsync(
        NpgsqlDataSource database,
        string site,
        string key,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            with recursive m(id) as (
              select $2::uuid
              union
              select a.id from m join {ReaderTables.Schema}.article_rows a on a.site = $1 and a.moved_to = m.id
            )
            select count(*) from {ReaderTables.Schema}.comment_rows c
            where c.site = $1 and c.article_id = {MovedArticle.RootOf("$1", "$2::uuid")}
              and coalesce(c.posted_on, c.article_id) in (select id from m)
            """,
            site,
            StreamId.Article(site, key)
        );
        // each of them is looked at
        command.CommandTimeout = 0;
        return await command.ExecuteScalarAsync(ct) is long count ? count : 0;
    }
}

/// <summary>The command with all that it came with.</summary>
/// <param name="DecisionId">Made where the command came in.</param>
public sealed record Merging(
    string Site,
    string Key,
    string Into,
    Guid DecisionId,
    string By,
    DateTimeOffset Now
) : ISubmission<bool>
{
    Guid Id { get; } = StreamId.Article(Site, Key);

    public void Need(WorkingSet set)
    {
        set.WantFamily(Site, Key);
        set.WantFamily(Site, Into);
    }

    public Decision Decide(WorkingSet known)
    {
        if (known.Articles[Site, Id] is not { } article || known.Root(Site, Id) is not { } now)
            return Refusal.ArticleNotFound(Key);
        var target = known.Root(Site, StreamId.Article(Site, Into));
        if (!article.IsHere)
            // it was done already, unless it was moved to somewhere else
            return target == now ? Decision.Nothing : Refusal.ArticleNotFound(Key);
        if (target is null)
            return Refusal.ArticleNotFound(Into);
        if (target.Id == Id)
            return Refusal.Validation("into", Flaw.Of("is another article.", "same-article"));
        if (article.IsWithdrawn || target.IsWithdrawn)
            return new Refusal(
                "article-withdrawn",
                $"The article '{(article.IsWithdrawn ? Key : target.Key)}' is withdrawn: publish it first."
            );
        return Decision.Append(
            new StreamEvent(
                target.Id,
                new ArticleMerged(target.Key, Key, DecisionId, [.. article.Urls.Except(target.Urls)], By, Now)
            )
        );
    }

    public bool Answer(WorkingSet known, Decision decision) => true;
}
