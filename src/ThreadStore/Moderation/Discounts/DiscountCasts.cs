using System.ComponentModel.DataAnnotations;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.History.Discounts;
using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Moderation.Discounts;

/// <summary>Whose reactions and flags are to count for nobody.</summary>
/// <param name="Commenters">Their keys, 999 at most.</param>
/// <param name="Reason">Why, for moderators.</param>
/// <param name="From">Only what they cast from this day, in the site's zone, or time on, such as 2021-04-02.</param>
/// <param name="To">Only what they cast before this time, or up to the end of this day.</param>
/// <param name="Article">Only what they cast on this article's comments.</param>
public sealed record DiscountCasts(
    IReadOnlyList<string> Commenters,
    [property: MinLength(1), MaxLength(DiscountCasts.MaxReasonLength)] string Reason,
    string? From = null,
    string? To = null,
    string? Article = null
)
{
    /// <summary>In code points, as a note of moderators.</summary>
    public const int MaxReasonLength = CommentDecision.MaxNoteLength;

    public DiscountReactions Whose() => new(Commenters, From, To, Article);
}

/// <summary>What was discounted.</summary>
/// <param name="DecisionId">Shared by its lines in the moderators' log; to undo one of them undoes all.</param>
/// <param name="Commenters">Of whom something was.</param>
/// <param name="Reactions">That counted, and do not.</param>
/// <param name="Flags">That waited for a decision, and do not.</param>
/// <param name="Released">Comments that only those flags had held, and that are published again.</param>
public sealed record DiscountedCasts(Guid DecisionId, int Commenters, int Reactions, int Flags, int Released);

public static class DiscountCastsEndpoint
{
    /// <summary>Of one transaction: so short that nobody who writes meanwhile waits for long.</summary>
    internal const int Stretch = 500;

    /// <summary>Has those people's reactions and flags so far count for nobody: what <c>analytics/discount</c> foretold becomes
    /// so.</summary>
    /// <remarks>Each is one line in the moderators' log, all of them are one decision, and undone as one. What is discounted
    /// counts as what a shadowed commenter casts: whoever cast it sees no difference. What they cast later counts: that is for
    /// their standing. Flags that moderators have decided on stay decided. It is answered when all is done; cut off before
    /// that, it goes on where it was when it is asked for again.</remarks>
    /// <returns>200 what was discounted; where there is nothing, no event; 400 validation; 404 commenter-not-found,
    /// article-not-found; 413; 422 idempotency-conflict; 503 busy, unavailable.</returns>
    [Operation("discountCasts"), Answers(typeof(DiscountedCasts))]
    [
        WolverinePost("/v1/sites/{site}/moderation/discount"),
        Roles(Role.Moderator),
        BodyLimit(BodyLimitAttribute.Large)
    ]
    public static async Task<IResult> Post(
        string site,
        [Body] DiscountCasts command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        NpgsqlDataSource database,
        WhatIfTurn turns,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (DiscountAnalyticsEndpoint.Refuse(command.Whose(), out var from, out var to) is { } invalid)
            return invalid;
        if (string.IsNullOrWhiteSpace(command.Reason))
            return Problem.Validation("reason", Flaw.Empty);
        if (Keys.Length(command.Reason) > DiscountCasts.MaxReasonLength)
            return Problem.Validation("reason", Flaw.TooLong(DiscountCasts.MaxReasonLength));
        using var turn = await turns.TakeAsync(ct);
        if (turn is null)
            return WhatIfTurn.Busy;
        var (found, problem) = await FindAsync(site, command, from, to, database, ct);
        if (found is not var (reading, casts, published) || problem is not null)
            return problem ?? Problem.Internal;
        var request = key.Of(caller, command);
        var decision = request?.Id ?? Guid.CreateVersion7(now);
        var noting = new NotingDiscount(
            site,
            decision,
            [.. casts.Select(c => c.Commenter).Distinct()],
            command.Reason,
            command.Article,
            reading.Since,
            reading.Until,
            caller.Key,
            now.ToMicroseconds()
        );
        var noted = await appender.AppendAsync(noting, request, ct);
        if (noted.Refusal is { } refusal)
            return Problem.Of(refusal);
        var position = noted.Position;
        foreach (var stretch in Stretches(casts))
        {
            var discounting = new DiscountingCasts(
                site,
                decision,
                stretch,
                published,
                caller.Key,
                noting.Now
            );
            var receipt = await appender.AppendAsync(discounting, ct);
            if (receipt.Refusal is { } failure)
                return Problem.Of(failure);
            position = receipt.Position ?? position;
        }
        var done = await new DiscountHistory(database, site).FindAsync(decision, ct);
        return Answer.Of(
            new DiscountedCasts(
                decision,
                done.Commenters.Count,
                done.Reactions.Count,
                done.Flags.Count,
                done.Released.Count
            )
        ) with
        {
            Position = position,
            IsPrivate = true,
        };
    }

    static async Task<(
        (CastReading Reading, List<StandingCast> Casts, IReadOnlyDictionary<Guid, int> Published)?,
        Problem?
    )> FindAsync(
        string site,
        DiscountCasts command,
        History.Reports.ReportEnd from,
        History.Reports.ReportEnd to,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            ct
        );
        await using (var set = new NpgsqlCommand(DiscountAnalyticsEndpoint.Settings, connection, snapshot))
            await set.ExecuteNonQueryAsync(ct);
        var reading = new CastReading(connection, snapshot, site);
        if (await reading.BeginAsync(command.Whose(), from, to, ct) is { } problem)
            return (null, problem);
        var published = await new Discounting(connection, snapshot, site).PublishedAsync(
            await reading.ReadFlagsAsync(ct),
            ct
        );
        return ((reading, await reading.StandingAsync(ct), published), null);
    }

    /// <summary>All casts on one comment are in one: whether it is held follows from all flags on it.</summary>
    static IEnumerable<List<StandingCast>> Stretches(List<StandingCast> casts)
    {
        var stretch = new List<StandingCast>();
        foreach (var comment in casts.GroupBy(c => c.Comment))
        {
            stretch.AddRange(comment);
            if (stretch.Count < Stretch)
                continue;
            yield return stretch;
            stretch = [];
        }
        if (stretch.Count > 0)
            yield return stretch;
    }
}
