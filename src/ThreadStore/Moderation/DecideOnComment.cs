using System.ComponentModel.DataAnnotations;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.Http;
using Wolverine.Http;

namespace ThreadStore.Moderation;

/// <summary>What a moderator may add to a decision.</summary>
/// <param name="Note">For other moderators; never shown to readers.</param>
public sealed record DecisionNote([property: MaxLength(CommentDecision.MaxNoteLength)] string? Note = null);

/// <summary>Takes a comment away from readers.</summary>
/// <param name="Reason">Its author may read it.</param>
/// <param name="Note">For other moderators; never shown to readers.</param>
public sealed record RejectComment(
    RejectReason Reason,
    [property: MaxLength(CommentDecision.MaxNoteLength)] string? Note = null
);

/// <summary>One moderator's decision on one comment.</summary>
public static class DecideOnCommentEndpoints
{
    /// <summary>Publishes a comment, or leaves it published, and settles its flags.</summary>
    /// <returns>200 the comment; again: no event; 403 forbidden; 404 comment-not-found; 409 comment-deleted; 412 stale-version; 413;
    /// 503 busy, unavailable.</returns>
    [Operation("approveComment"), Answers(typeof(CommentShape)), ChecksVersion]
    [WolverinePost("/v1/sites/{site}/comments/{commentId}/approve"), Roles(Role.Moderator)]
    public static Task<IResult> Approve(
        string commentId,
        [Body] DecisionNote command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) => DecideAsync(DecisionAction.Approve, commentId, command, asked, appender, ct);

    /// <summary>Takes a comment away from readers, for a reason that its author may read, and settles its flags.</summary>
    /// <returns>200 the comment; again: no event; 400 validation; 403 forbidden; 404 comment-not-found; 409 comment-deleted;
    /// 412 stale-version; 413; 503 busy, unavailable.</returns>
    [Operation("rejectComment"), Answers(typeof(CommentShape)), ChecksVersion]
    [WolverinePost("/v1/sites/{site}/comments/{commentId}/reject"), Roles(Role.Moderator)]
    public static Task<IResult> Reject(
        string commentId,
        [Body] RejectComment command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) =>
        DecideAsync(
            new(Guid.Parse(commentId), DecisionAction.Reject, command.Reason, command.Note, asked.IfMatch),
            command,
            asked,
            appender,
            ct
        );

    /// <summary>Marks a published comment as worth reading, and settles its flags.</summary>
    /// <returns>200 the comment; again: no event; 403 forbidden; 404 comment-not-found; 409 comment-deleted, not-published;
    /// 412 stale-version; 413; 503 busy, unavailable.</returns>
    [Operation("featureComment"), Answers(typeof(CommentShape)), ChecksVersion]
    [WolverinePost("/v1/sites/{site}/comments/{commentId}/feature"), Roles(Role.Moderator)]
    public static Task<IResult> Feature(
        string commentId,
        [Body] DecisionNote command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) => DecideAsync(DecisionAction.Feature, commentId, command, asked, appender, ct);

    /// <summary>Takes that mark from a comment.</summary>
    /// <returns>200 the comment; again: no event; 403 forbidden; 404 comment-not-found; 409 comment-deleted; 412 stale-version; 413;
    /// 503 busy, unavailable.</returns>
    [Operation("unfeatureComment"), Answers(typeof(CommentShape)), ChecksVersion]
    [WolverinePost("/v1/sites/{site}/comments/{commentId}/unfeature"), Roles(Role.Moderator)]
    public static Task<IResult> Unfeature(
        string commentId,
        [Body] DecisionNote command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) => DecideAsync(DecisionAction.Unfeature, commentId, command, asked, appender, ct);

    /// <summary>Publishes again what was rejected, or deleted by a moderator; what is neither stays as it is.</summary>
    /// <returns>200 the comment; again: no event; 403 forbidden; 404 comment-not-found; 409 comment-deleted; 412 stale-version; 413;
    /// 503 busy, unavailable.</returns>
    [Operation("restoreComment"), Answers(typeof(CommentShape)), ChecksVersion]
    [WolverinePost("/v1/sites/{site}/comments/{commentId}/restore"), Roles(Role.Moderator)]
    public static Task<IResult> Restore(
        string commentId,
        [Body] DecisionNote command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) => DecideAsync(DecisionAction.Restore, commentId, command, asked, appender, ct);

    /// <summary>Ends the replies below a comment, at any depth: who replies there gets 409 branch-locked. Also below one that is deleted.</summary>
    /// <returns>200 the comment; again: no event; 403 forbidden; 404 comment-not-found; 412 stale-version; 413;
    /// 503 busy, unavailable.</returns>
    [Operation("lockComment"), Answers(typeof(CommentShape)), ChecksVersion]
    [WolverinePost("/v1/sites/{site}/comments/{commentId}/lock"), Roles(Role.Moderator)]
    public static Task<IResult> Lock(
        string commentId,
        [Body] DecisionNote command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) => DecideAsync(DecisionAction.Lock, commentId, command, asked, appender, ct);

    /// <summary>Lets readers reply below a comment again, as far as nothing above it is locked.</summary>
    /// <returns>200 the comment; again: no event; 403 forbidden; 404 comment-not-found; 412 stale-version; 413;
    /// 503 busy, unavailable.</returns>
    [Operation("unlockComment"), Answers(typeof(CommentShape)), ChecksVersion]
    [WolverinePost("/v1/sites/{site}/comments/{commentId}/unlock"), Roles(Role.Moderator)]
    public static Task<IResult> Unlock(
        string commentId,
        [Body] DecisionNote command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) => DecideAsync(DecisionAction.Unlock, commentId, command, asked, appender, ct);

    static Task<IResult> DecideAsync(
        DecisionAction action,
        string commentId,
        DecisionNote command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    ) =>
        DecideAsync(
            new(Guid.Parse(commentId), action, Note: command.Note, IfMatch: asked.IfMatch),
            command,
            asked,
            appender,
            ct
        );

    static async Task<IResult> DecideAsync(
        CommentDecision wanted,
        object command,
        Asked asked,
        Appender appender,
        CancellationToken ct
    )
    {
        if (CommentDecision.RefuseNote(wanted.Note) is { } problem)
            return Problem.Of(problem);
        var request = asked.RequestFor(command);
        var receipt = await appender.AppendAsync(
            new DecideOnComments(
                asked.Site,
                request?.Id ?? Guid.CreateVersion7(asked.Now),
                [wanted],
                asked.Caller,
                asked.At
            ),
            request,
            ct
        );
        if ((receipt.Refusal ?? receipt.Answer![0].Refusal) is { } refusal)
            return Problem.Of(refusal);
        var comment = receipt.Answer![0].Comment!;
        return new Answer(
            comment.Json,
            Position: receipt.Position,
            Version: comment.Version,
            IsPrivate: true
        );
    }
}
