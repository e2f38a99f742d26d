using System.ComponentModel.DataAnnotations;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Commenters;

/// <summary>Why a moderator acts on a commenter, who is told where it keeps them from writing.</summary>
public sealed record StandingReason(
    [property: MinLength(1), MaxLength(StandingReason.MaxLength)] string? Reason = null
)
{
    /// <summary>In code points; for messages and reasons alike.</summary>
    public const int MaxLength = 500;
}

/// <summary>Lets a commenter write no more until a time.</summary>
public sealed record SuspendCommenter(
    DateTimeOffset Until,
    [property: MinLength(1), MaxLength(StandingReason.MaxLength)] string Reason
);

/// <summary>Has a commenter acknowledge a message before they write again.</summary>
public sealed record WarnCommenter(
    [property: MinLength(1), MaxLength(StandingReason.MaxLength)] string Message
);

/// <summary>Writes something down about a commenter, for other moderators.</summary>
public sealed record NoteOnCommenter(
    [property: MinLength(1), MaxLength(NoteOnCommenter.MaxLength)] string Text
)
{
    /// <summary>In code points.</summary>
    public const int MaxLength = 2_000;
}

/// <summary>What moderators do about a commenter. One standing at a time: the later replaces the earlier.</summary>
public static class ActOnCommenterEndpoints
{
    /// <summary>Lets a commenter write no more until a time.</summary>
    /// <returns>200 the commenter; again: no event; 400 validation; 403 forbidden; 404 commenter-not-found; 413; 503 busy, unavailable.</returns>
    [Operation("suspendCommenter"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/suspend"), Roles(Role.Moderator)]
    public static async Task<IResult> Suspend(
        string site,
        string commenterKey,
        [Body] SuspendCommenter command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        Problem.Of(StandingTexts.Refuse("reason", command.Reason, command.Until, now))
        ?? await new Act(site, commenterKey, caller, appender, now, key.Of(caller, command), ct).DecideAsync(
            (c, _, act) =>
                c.Is(Standing.Suspended, command.Until)
                    ? null
                    : new CommenterSuspended(
                        commenterKey,
                        act.DecisionId,
                        DecisionMeans.Person,
                        command.Reason,
                        command.Until,
                        c.Status,
                        caller.Key,
                        act.At
                    ),
            until: command.Until
        );

    /// <summary>Shows what a commenter writes to nobody but themselves, who is not told.</summary>
    /// <returns>200 the commenter; again: no event; 400 validation; 403 forbidden; 404 commenter-not-found; 413; 503 busy, unavailable.</returns>
    [Operation("shadowCommenter"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/shadow"), Roles(Role.Moderator)]
    public static async Task<IResult> Shadow(
        string site,
        string commenterKey,
        [Body] StandingReason command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        Problem.Of(StandingTexts.Refuse("reason", command.Reason))
        ?? await new Act(site, commenterKey, caller, appender, now, key.Of(caller, command), ct).DecideAsync(
            (c, _, act) =>
                c.Is(Standing.Shadowed)
                    ? null
                    : new CommenterShadowed(
                        commenterKey,
                        act.DecisionId,
                        DecisionMeans.Person,
                        command.Reason,
                        c.Status,
                        caller.Key,
                        act.At
                    )
        );

    /// <summary>Has a commenter acknowledge a message before they write again; then their standing is what it was.</summary>
    /// <returns>200 the commenter; again: no event; 400 validation; 403 forbidden; 404 commenter-not-found; 413; 503 busy, unavailable.</returns>
    [Operation("warnCommenter"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/warn"), Roles(Role.Moderator)]
    public static async Task<IResult> Warn(
        string site,
        string commenterKey,
        [Body] WarnCommenter command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        Problem.Of(StandingTexts.Refuse("message", command.Message))
        ?? await new Act(site, commenterKey, caller, appender, now, key.Of(caller, command), ct).DecideAsync(
            (c, _, act) =>
                c.Warning == command.Message
                    ? null
                    : new CommenterWarned(
                        commenterKey,
                        act.DecisionId,
                        DecisionMeans.Person,
                        command.Message,
                        c.Status,
                        caller.Key,
                        act.At
                    )
        );

    /// <summary>Has all that a commenter writes held until a moderator has seen it.</summary>
    /// <returns>200 the commenter; again: no event; 400 validation; 403 forbidden; 404 commenter-not-found; 413; 503 busy, unavailable.</returns>
    [Operation("premoderateCommenter"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/premoderate"), Roles(Role.Moderator)]
    public static async Task<IResult> Premoderate(
        string site,
        string commenterKey,
        [Body] StandingReason command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        Problem.Of(StandingTexts.Refuse("reason", command.Reason))
        ?? await new Act(site, commenterKey, caller, appender, now, key.Of(caller, command), ct).DecideAsync(
            (c, _, act) =>
                c.Is(Standing.Premoderated)
                    ? null
                    : new CommenterPremoderated(
                        commenterKey,
                        act.DecisionId,
                        DecisionMeans.Person,
                        command.Reason,
                        c.Status,
                        caller.Key,
                        act.At
                    )
        );

    /// <summary>Ends whatever moderators did about a commenter; comments that were rejected stay so.</summary>
    /// <returns>200 the commenter; again: no event; 400 validation; 403 forbidden; 404 commenter-not-found; 413; 503 busy, unavailable.</returns>
    [Operation("reinstateCommenter"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/reinstate"), Roles(Role.Moderator)]
    public static async Task<IResult> Reinstate(
        string site,
        string commenterKey,
        [Body] StandingReason command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        Problem.Of(StandingTexts.Refuse("reason", command.Reason))
        ?? await new Act(site, commenterKey, caller, appender, now, key.Of(caller, command), ct).DecideAsync(
            (c, _, act) =>
                c.Is(Standing.Good)
                    ? null
                    : new CommenterReinstated(
                        commenterKey,
                        act.DecisionId,
                        DecisionMeans.Person,
                        command.Reason,
                        c.Status,
                        caller.Key,
                        act.At
                    )
        );

    /// <summary>Writes something down about a commenter; other moderators find it in the log.</summary>
    /// <returns>200 the commenter; 400 validation; 403 forbidden; 404 commenter-not-found; 413; 503 busy, unavailable.</returns>
    [Operation("noteOnCommenter"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/notes"), Roles(Role.Moderator)]
    public static async Task<IResult> Note(
        string site,
        string commenterKey,
        [Body] NoteOnCommenter command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        Problem.Of(StandingTexts.Refuse("text", command.Text, NoteOnCommenter.MaxLength))
        ?? await new Act(site, commenterKey, caller, appender, now, key.Of(caller, command), ct).DecideAsync(
            (_, _, act) => new CommenterNoted(commenterKey, act.DecisionId, command.Text, caller.Key, act.At)
        );
}

/// <summary>What moderators write about commenters must be.</summary>
static class StandingTexts
{
    public static Refusal? Refuse(string member, string? text, int maxLength = StandingReason.MaxLength) =>
        text is null ? null
        : string.IsNullOrWhiteSpace(text) ? Refusal.Validation(member, Flaw.Empty)
        : Keys.Length(text) > maxLength ? Refusal.Validation(member, Flaw.TooLong(maxLength))
        : null;

    /// <summary>With a text that can't be taken, also what is wrong with the time: by itself that is refused later, since a
    /// request that is repeated under its key may have a time that is over by now.</summary>
    public static Refusal? Refuse(string member, string? text, DateTimeOffset? until, DateTimeOffset now) =>
        Refuse(member, text) is { } fault ? Refusal.All(fault, RefuseUntil(until, now)) : null;

    public static Refusal? RefuseUntil(DateTimeOffset? until, DateTimeOffset now) =>
        until <= now ? Refusal.Validation("until", Flaw.Of("must be a time to come.", "past")) : null;
}

/// <summary>One request about a commenter, on its way to the Appender.</summary>
sealed class Act(
    string site,
    string commenterKey,
    Caller caller,
    Appender appender,
    DateTimeOffset now,
    KeyedRequest? request,
    CancellationToken ct
)
{
    public Guid DecisionId { get; } = request?.Id ?? Guid.CreateVersion7(now);
    public DateTimeOffset At { get; } = now.ToMicroseconds();

    /// <param name="decide">What happens, given the commenter and how many comments would be taken away; null: it is so
    /// already.</param>
    /// <param name="rejectsFor">Take their comments away too, with this note.</param>
    /// <param name="until">A time that must not have come yet.</param>
    /// <param name="mayBeOneself">It is no moderator's decision.</param>
    public async Task<IResult> DecideAsync(
        Func<Commenter, int, Act, object?> decide,
        string? rejectsFor = null,
        DateTimeOffset? until = null,
        bool mayBeOneself = false
    )
    {
        var decision = new StandingDecision(
            site,
            commenterKey,
            DecisionId,
            caller,
            At,
            (c, comments) => decide(c, comments, this),
            rejectsFor,
            StandingTexts.RefuseUntil(until, now),
            mayBeOneself
        );
        var receipt = await appender.AppendAsync(decision, request, ct);
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        var (commenter, position) = (receipt.Answer!.Commenter, receipt.Position);
        // complete when answered, however many there are
        for (var more = receipt.Answer.MayHaveMore; more; )
        {
            var rest = await appender.AppendAsync(new RejectionOfMore(decision, rejectsFor ?? ""), ct);
            if (rest.Refusal is { } interrupted)
                return Problem.Of(interrupted);
            (more, position) = (rest.Answer, rest.Position ?? position);
        }
        return Answer.Of(CommenterProfile.Of(commenter, caller, At)) with
        {
            Position = position,
            IsPrivate = true,
        };
    }
}
