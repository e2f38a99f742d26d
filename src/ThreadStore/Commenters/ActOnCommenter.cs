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
    public static Task<IResult> Suspend(
        string commenterKey,
        [Body] SuspendCommenter command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) =>
        new Act(commenterKey, command, asked, appender, ct).DecideAsync(
            StandingTexts.Refuse("reason", command.Reason, command.Until, asked.Now),
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
                        act.By,
                        act.At
                    ),
            until: command.Until
        );

    /// <summary>Shows what a commenter writes to nobody but themselves, who is not told.</summary>
    /// <returns>200 the commenter; again: no event; 400 validation; 403 forbidden; 404 commenter-not-found; 413; 503 busy, unavailable.</returns>
    [Operation("shadowCommenter"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/shadow"), Roles(Role.Moderator)]
    public static Task<IResult> Shadow(
        string commenterKey,
        [Body] StandingReason command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) =>
        new Act(commenterKey, command, asked, appender, ct).DecideAsync(
            StandingTexts.Refuse("reason", command.Reason),
            (c, _, act) =>
                c.Is(Standing.Shadowed)
                    ? null
                    : new CommenterShadowed(
                        commenterKey,
                        act.DecisionId,
                        DecisionMeans.Person,
                        command.Reason,
                        c.Status,
                        act.By,
                        act.At
                    )
        );

    /// <summary>Has a commenter acknowledge a message before they write again; then their standing is what it was.</summary>
    /// <returns>200 the commenter; again: no event; 400 validation; 403 forbidden; 404 commenter-not-found; 413; 503 busy, unavailable.</returns>
    [Operation("warnCommenter"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/warn"), Roles(Role.Moderator)]
    public static Task<IResult> Warn(
        string commenterKey,
        [Body] WarnCommenter command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) =>
        new Act(commenterKey, command, asked, appender, ct).DecideAsync(
            StandingTexts.Refuse("message", command.Message),
            (c, _, act) =>
                c.Warning == command.Message
                    ? null
                    : new CommenterWarned(
                        commenterKey,
                        act.DecisionId,
                        DecisionMeans.Person,
                        command.Message,
                        c.Status,
                        act.By,
                        act.At
                    )
        );

    /// <summary>Has all that a commenter writes held until a moderator has seen it.</summary>
    /// <returns>200 the commenter; again: no event; 400 validation; 403 forbidden; 404 commenter-not-found; 413; 503 busy, unavailable.</returns>
    [Operation("premoderateCommenter"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/premoderate"), Roles(Role.Moderator)]
    public static Task<IResult> Premoderate(
        string commenterKey,
        [Body] StandingReason command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) =>
        new Act(commenterKey, command, asked, appender, ct).DecideAsync(
            StandingTexts.Refuse("reason", command.Reason),
            (c, _, act) =>
                c.Is(Standing.Premoderated)
                    ? null
                    : new CommenterPremoderated(
                        commenterKey,
                        act.DecisionId,
                        DecisionMeans.Person,
                        command.Reason,
                        c.Status,
                        act.By,
                        act.At
                    )
        );

    /// <summary>Ends whatever moderators did about a commenter; comments that were rejected stay so.</summary>
    /// <returns>200 the commenter; again: no event; 400 validation; 403 forbidden; 404 commenter-not-found; 413; 503 busy, unavailable.</returns>
    [Operation("reinstateCommenter"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/reinstate"), Roles(Role.Moderator)]
    public static Task<IResult> Reinstate(
        string commenterKey,
        [Body] StandingReason command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) =>
        new Act(commenterKey, command, asked, appender, ct).DecideAsync(
            StandingTexts.Refuse("reason", command.Reason),
            (c, _, act) =>
                c.Is(Standing.Good)
                    ? null
                    : new CommenterReinstated(
                        commenterKey,
                        act.DecisionId,
                        DecisionMeans.Person,
                        command.Reason,
                        c.Status,
                        act.By,
                        act.At
                    )
        );

    /// <summary>Writes something down about a commenter; other moderators find it in the log.</summary>
    /// <returns>200 the commenter; 400 validation; 403 forbidden; 404 commenter-not-found; 413; 503 busy, unavailable.</returns>
    [Operation("noteOnCommenter"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/notes"), Roles(Role.Moderator)]
    public static Task<IResult> Note(
        string commenterKey,
        [Body] NoteOnCommenter command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) =>
        new Act(commenterKey, command, asked, appender, ct).DecideAsync(
            StandingTexts.Refuse("text", command.Text, NoteOnCommenter.MaxLength),
            (_, _, act) => new CommenterNoted(commenterKey, act.DecisionId, command.Text, act.By, act.At)
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
    public Act(string commenterKey, object command, Asked asked, Appender appender, CancellationToken ct)
        : this(asked.Site, commenterKey, asked.Caller, appender, asked.Now, asked.RequestFor(command), ct) { }

    public Guid DecisionId { get; } = request?.Id ?? Guid.CreateVersion7(now);
    public string By => caller.Key;
    public DateTimeOffset At { get; } = now.ToMicroseconds();

    /// <param name="fault">Why what was asked can't be taken, or null.</param>
    /// <param name="decide">What happens, given the commenter and how many comments would be taken away; null: it is so
    /// already.</param>
    /// <param name="rejectsFor">Take their comments away too, with this note.</param>
    /// <param name="until">A time that must not have come yet.</param>
    /// <param name="mayBeOneself">It is no moderator's decision.</param>
    public async Task<IResult> DecideAsync(
        Refusal? fault,
        Func<Commenter, int, Act, object?> decide,
        string? rejectsFor = null,
        DateTimeOffset? until = null,
        bool mayBeOneself = false
    )
    {
        if (fault is not null)
            return Problem.Of(fault);
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
