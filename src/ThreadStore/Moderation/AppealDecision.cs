using System.ComponentModel.DataAnnotations;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Moderation;

/// <summary>Objects to the decision that keeps one's comment from readers.</summary>
/// <param name="Text">For the moderator who decides on it.</param>
public sealed record AppealDecision([property: MinLength(1), MaxLength(AppealDecision.MaxLength)] string Text)
{
    /// <summary>In code points.</summary>
    public const int MaxLength = 5_000;
}

/// <summary>An appeal as its author sees it.</summary>
/// <param name="Comment">The comment's id.</param>
/// <param name="Outcome">Null while it is open.</param>
/// <param name="Reason">The answer to it.</param>
public sealed record OwnAppeal(
    Guid Id,
    Guid Comment,
    string Text,
    DateTimeOffset At,
    AppealOutcome? Outcome,
    string? Reason
);

public static class AppealDecisionEndpoint
{
    /// <summary>Objects to the rejection or removal of one's own comment; another moderator decides on it.</summary>
    /// <remarks>One appeal a decision. What rules rejected can be appealed too, and those who are banned may appeal.</remarks>
    /// <returns>201 the appeal; 400 validation; 403 forbidden; 404 comment-not-found; 409 comment-deleted,
    /// nothing-to-appeal, already-appealed; 413; 503 busy, unavailable.</returns>
    [Operation("appealDecision"), Answers(typeof(OwnAppeal))]
    [WolverinePost("/v1/sites/{site}/comments/{commentId}/appeal"), SignedIn]
    public static async Task<IResult> Post(
        string site,
        string commentId,
        [Body] AppealDecision command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (string.IsNullOrWhiteSpace(command.Text))
            return Problem.Validation("text", Flaw.Empty);
        if (Keys.Length(command.Text) > AppealDecision.MaxLength)
            return Problem.Validation("text", Flaw.TooLong(AppealDecision.MaxLength));
        var request = key.Of(caller, command);
        var receipt = await appender.AppendAsync(
            new Appealing(
                site,
                Guid.Parse(commentId),
                request?.Id ?? Guid.CreateVersion7(now),
                command.Text,
                caller,
                now.ToMicroseconds()
            ),
            request,
            ct
        );
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        var appeal = receipt.Answer!;
        return Answer.Of(
            new OwnAppeal(appeal.Id, appeal.CommentId, appeal.Text, appeal.At, appeal.Outcome, appeal.Reason),
            StatusCodes.Status201Created
        ) with
        {
            Position = receipt.Position,
            IsPrivate = true,
        };
    }
}

/// <summary>The command, with all that it came with.</summary>
public sealed record Appealing(
    string Site,
    Guid CommentId,
    Guid AppealId,
    string Text,
    Caller Caller,
    DateTimeOffset Now
) : ISubmission<Appeal>
{
    public void Need(WorkingSet set)
    {
        set.Comments.Want(Site, CommentId, climb: true);
        set.Appeals.Want(Site, AppealId);
    }

    public Decision Decide(WorkingSet known)
    {
        if (
            CommentRefusals.Missing(known, Site, CommentId, Caller, out var comment, mayBeDeleted: true) is
            { } missing
        )
            return missing;
        if (comment!.AuthorId != StreamId.Commenter(Site, Caller.Key))
            return Refusal.Forbidden("Only its author may appeal what was decided about a comment.");
        if (comment is { State: CommentState.Deleted, RemovedBy: RemovedBy.Author } || comment.IsPurged())
            return Refusal.CommentDeleted with { IsConflict = true };
        // whoever is shadowed may do what anybody might
        if (comment.ToldState is not (CommentState.Rejected or CommentState.Deleted))
            return new Refusal("nothing-to-appeal", "The comment is neither rejected nor removed.");
        if (comment.Appeal is not null)
            return new Refusal("already-appealed", "There is one appeal a decision, and it was made.");
        return Decision.Append(
            new StreamEvent(
                CommentId,
                new DecisionAppealed(
                    CommentId,
                    known.Articles.Require(Site, comment.ArticleId).Key,
                    AppealId,
                    comment.Decision,
                    comment.DecidedBy,
                    Text,
                    Caller.Key,
                    Now
                )
            )
        );
    }

    public Appeal Answer(WorkingSet known, Decision decision) => known.Appeals.Require(Site, AppealId);
}
