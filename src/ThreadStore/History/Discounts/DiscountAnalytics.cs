using Npgsql;
using ThreadStore.Comments;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using Wolverine.Http;

namespace ThreadStore.History.Discounts;

/// <summary>Whose reactions and flags are thought away.</summary>
/// <param name="Commenters">Their keys, 999 at most.</param>
/// <param name="From">Only what they cast from this day, in the site's zone, or time on, such as 2021-04-02.</param>
/// <param name="To">Only what they cast before this time, or up to the end of this day.</param>
/// <param name="Article">Only what they cast on this article's comments.</param>
public sealed record DiscountReactions(
    IReadOnlyList<string> Commenters,
    string? From = null,
    string? To = null,
    string? Article = null
)
{
    /// <summary>More are no ring of friends but a readership.</summary>
    public const int MaxCommenters = 999;
}

/// <summary>What readers and moderators make of a comment.</summary>
/// <param name="Reactions">Counts by kind; kinds at 0 are left out.</param>
/// <param name="Flags">Flags that no decision has settled, and open notices.</param>
/// <param name="ReplyCount">Its published direct replies.</param>
public record CommentFigures(
    CommentState State,
    IReadOnlyDictionary<string, int> Reactions,
    int Flags,
    int ReplyCount,
    double Best,
    double Hot,
    double Controversial
);

/// <summary>A comment as it would stand.</summary>
/// <param name="Article">The article's key.</param>
/// <param name="Was">As it stands.</param>
public sealed record DiscountedComment(
    Guid Id,
    string Article,
    CommentState State,
    IReadOnlyDictionary<string, int> Reactions,
    int Flags,
    int ReplyCount,
    double Best,
    double Hot,
    double Controversial,
    CommentFigures Was
) : CommentFigures(State, Reactions, Flags, ReplyCount, Best, Hot, Controversial);

/// <summary>What readers count of an article.</summary>
public sealed record ArticleFigures(int CommentCount);

/// <summary>An article as it would stand.</summary>
/// <param name="Was">As it stands.</param>
public sealed record DiscountedArticle(string Key, int CommentCount, ArticleFigures Was);

/// <summary>A line of a list of the highest.</summary>
/// <param name="Article">The article's key.</param>
/// <param name="Rank">What the list is sorted by.</param>
/// <param name="Was">Its place in the list as it stands, from 1 on; null: it is not in that.</param>
public sealed record DiscountedPlace(Guid Id, string Article, double Rank, int? Was);

/// <summary>The site's published comments, or the article's, by each of the ranks, highest first, at most 20.</summary>
/// <param name="Best">Only what has a rank above 0; so the next two.</param>
public sealed record DiscountedTop(
    IReadOnlyList<DiscountedPlace> Best,
    IReadOnlyList<DiscountedPlace> Controversial,
    IReadOnlyList<DiscountedPlace> Replies,
    IReadOnlyList<DiscountedPlace> Hot
);

/// <summary>How much was thought away, and how much of the site is another for it.</summary>
/// <param name="Reactions">That count now, and would not.</param>
/// <param name="Flags">That were raised, settled or not.</param>
/// <param name="Comments">That would stand otherwise, shown or not.</param>
/// <param name="Articles">That would stand otherwise, shown or not.</param>
public sealed record DiscountedTotals(long Reactions, long Flags, long Comments, long Articles);

/// <summary>How the site would stand.</summary>
/// <param name="Position">What was reckoned with: everything up to this position.</param>
/// <param name="Comments">Those that would stand otherwise: whose state changes first, then by how many reactions and flags
/// they lose, at most 1,000.</param>
/// <param name="Articles">Those of which another number of comments would be published; where it changes most first, at most
/// 1,000.</param>
public sealed record DiscountAnswer(
    long Position,
    IReadOnlyList<DiscountedComment> Comments,
    IReadOnlyList<DiscountedArticle> Articles,
    DiscountedTop Top,
    DiscountedTotals Totals
);

public static class DiscountAnalyticsEndpoint
{
    // what is high on a site is found by looking at all of it, which sessions are told to avoid
    internal const string Settings = "set local enable_seqscan = on; set local work_mem = '64MB'";

    /// <summary>
    /// The ranks, counts and top lists as they would stand had those people's reactions and flags never been cast, and had
    /// all others done what they did; nothing changes.
    /// </summary>
    /// <returns>200 how the site would stand; 400 validation; 404 commenter-not-found, article-not-found; 413; 503 busy.</returns>
    [Operation("discount"), Answers(typeof(DiscountAnswer))]
    [
        WolverinePost("/v1/sites/{site}/analytics/discount"),
        Roles(Role.Analyst),
        BodyLimit(BodyLimitAttribute.Large)
    ]
    public static async Task<IResult> Post(
        string site,
        [Body] DiscountReactions command,
        NpgsqlDataSource database,
        WhatIfTurn turns,
        CancellationToken ct
    )
    {
        if (Refuse(command, out var from, out var to) is { } invalid)
            return invalid;
        using var turn = await turns.TakeAsync(ct);
        if (turn is null)
            return WhatIfTurn.Busy;
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            ct
        );
        await using (var set = new NpgsqlCommand(Settings, connection, snapshot))
            await set.ExecuteNonQueryAsync(ct);
        var casts = new CastReading(connection, snapshot, site);
        if (await casts.BeginAsync(command, from, to, ct) is { } problem)
            return problem;
        var answer = await new Discounting(connection, snapshot, site).RunAsync(
            await casts.ReadAsync(ct),
            casts.Article,
            casts.Position,
            ct
        );
        return Answer.Of(answer) with { Position = answer.Position, IsPrivate = true };
    }

    internal static Problem? Refuse(DiscountReactions command, out ReportEnd from, out ReportEnd to)
    {
        (from, to) = (default, default);
        if (command.Commenters is null or { Count: 0 })
            return Problem.Validation("commenters", Flaw.Empty);
        if (command.Commenters.Count > DiscountReactions.MaxCommenters)
            return Problem.Validation(
                "commenters",
                Flaw.Count(
                    $"may be {DiscountReactions.MaxCommenters} at most, and are {command.Commenters.Count}.",
                    1,
                    DiscountReactions.MaxCommenters
                )
            );
        for (var i = 0; i < command.Commenters.Count; i++)
            if (command.Commenters[i] is null || Keys.Fault(command.Commenters[i]) is not null)
                return Problem.Validation($"commenters[{i}]", Flaw.Of("is no key of a commenter."));
        if (command.Article is { } article && Keys.Fault(article) is not null)
            return Problem.Validation("article", Flaw.Of("is no key of an article."));
        if (ReportEnd.Read("from", command.From, out from) is { } badFrom)
            return badFrom;
        if (ReportEnd.Read("to", command.To, out to) is { } badTo)
            return badTo;
        return to.IsBefore(from)
            ? Problem.Validation("to", Flaw.Of("lies before from.", "before-from"))
            : null;
    }
}
