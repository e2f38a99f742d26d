using System.ComponentModel.DataAnnotations;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.Http;
using Wolverine.Http;

namespace ThreadStore.Commenters;

/// <summary>Lets a commenter write no more.</summary>
/// <param name="Until">Null: for good.</param>
/// <param name="RejectComments">Whether all of their comments are taken away with it.</param>
public sealed record BanCommenter(
    [property: MinLength(1), MaxLength(StandingReason.MaxLength)] string Reason,
    DateTimeOffset? Until = null,
    bool RejectComments = false
);

public static class BanCommenterEndpoint
{
    /// <summary>Lets a commenter write no more, until a time or for good, and takes all of their comments away if asked to.</summary>
    /// <remarks>With <c>rejectComments</c> it is one decision in the log, and undone as one. It is answered when all
    /// comments are rejected that were published or pending.</remarks>
    /// <returns>200 the commenter; again: no event; 400 validation; 403 forbidden; 404 commenter-not-found; 413; 503 busy, unavailable.</returns>
    [Operation("banCommenter"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/ban"), Roles(Role.Moderator)]
    public static Task<IResult> Post(
        string commenterKey,
        [Body] BanCommenter command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) =>
        new Act(commenterKey, command, asked, appender, ct).DecideAsync(
            StandingTexts.Refuse("reason", command.Reason, command.Until, asked.Now),
            (c, comments, act) =>
                c.Is(Standing.Banned, command.Until) && comments == 0
                    ? null
                    : new CommenterBanned(
                        commenterKey,
                        act.DecisionId,
                        DecisionMeans.Person,
                        command.Reason,
                        command.Until,
                        command.RejectComments,
                        c.Status,
                        act.By,
                        act.At
                    ),
            command.RejectComments ? command.Reason : null,
            command.Until
        );
}
